"""From a spec to a picture: the order in which the layers go over each other.

What is in a spec is drawn by lot in `sampling`; each layer has a file of its own.
"""

from PIL import Image

from core.data.synthetic.accessories import draw_earrings, draw_glasses
from core.data.synthetic.background import draw_background
from core.data.synthetic.beard import draw_beard
from core.data.synthetic.body import draw_body
from core.data.synthetic.camera import photograph
from core.data.synthetic.eyes import draw_brows, draw_eyes
from core.data.synthetic.fringe import draw_fringe
from core.data.synthetic.geometry import body_pose, head_pose
from core.data.synthetic.hair import draw_back_hair, draw_front_hair
from core.data.synthetic.head import draw_ears, draw_skin
from core.data.synthetic.mouth import draw_mouth
from core.data.synthetic.nose import draw_nose
from core.data.synthetic.paint import Painter
from core.data.synthetic.sampling import sample_specs
from core.data.synthetic.spec import FaceSpec

__all__ = ["FaceSpec", "draw_face", "sample_specs"]


def draw_face(spec: FaceSpec) -> Image.Image:
    """The picture of `spec`: 178 x 218 RGB, aligned as CelebA's are. The same spec gives the same pixels."""
    picture = draw_background(spec.scene)
    head = Painter(picture, head_pose(spec))
    draw_back_hair(head, spec)
    draw_body(Painter(picture, body_pose(spec)), spec)
    draw_ears(head, spec)
    face = draw_skin(head, spec)
    draw_beard(head, spec, face)
    draw_nose(head, spec)
    draw_mouth(head, spec)
    draw_eyes(head, spec)
    draw_brows(head, spec)
    draw_front_hair(head, spec, face)
    draw_fringe(head, spec, face)
    draw_glasses(head, spec)
    draw_earrings(head, spec)
    return photograph(picture, spec.scene)
