"""The built-in faces: sampled, drawn and written by our own code, the same for the same seed.

`sampling` draws lots for who is in the set and fills in `spec`s; `faces` draws one spec; `write` puts a set
into a folder as CelebA publishes its own; `ensure` makes the set once where it is wanted. Each can be used
without the next. To write a set by hand: `python -m core.data.synthetic FOLDER`.
"""

from core.data.synthetic.ensure import ensure_synthetic
from core.data.synthetic.faces import draw_face
from core.data.synthetic.sampling import sample_specs
from core.data.synthetic.spec import FaceSpec
from core.data.synthetic.write import write_synthetic

__all__ = ["FaceSpec", "draw_face", "ensure_synthetic", "sample_specs", "write_synthetic"]
