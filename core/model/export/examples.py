"""The example in each bundle: fifteen lines that answer for photos with nothing but the format's runtime."""

from core.runs.export_formats import FACTS, Format

_TEMPLATE = '''"""What the model says of aligned faces: python example.py [PHOTO ...]"""
import json, sys
from pathlib import Path
import numpy as np
from PIL import Image
{imports}
here = Path(__file__).parent
about = json.loads((here / "about.json").read_text(encoding="utf-8"))
size, no_and_yes = about["input"]["size"], about["labels"]
{load}
for photo in sys.argv[1:] or sorted(map(str, here.glob("samples/*.png"))):
    image = Image.open(photo).convert("RGB").resize((size, size), Image.Resampling.BILINEAR)
    p = float({call}[0, 0])
    calibrated = 1 / (1 + (1 / min(max(p, 1e-7), 1 - 1e-7) - 1) ** (1 / about["temperature"]))
    sure = round(abs(calibrated - 0.5), 9) >= about["margin"]
    print(Path(photo).name, round(p, 6), round(calibrated, 6), no_and_yes[p > 0.5] if sure else "not sure")
'''

_BATCH = "np.asarray(image, np.float32)[None]"
_PARTS = {
    Format.KERAS: (
        "import keras",
        'model = keras.saving.load_model(here / "{model}")',
        f"model.predict_on_batch({_BATCH})",
    ),
    Format.SAVED_MODEL: (
        "import tensorflow as tf",
        'model = tf.saved_model.load(str(here / "{model}"))',
        f"model.serve({_BATCH})['probability'].numpy()",
    ),
    Format.LITERT: (
        "from ai_edge_litert.interpreter import Interpreter",
        'model = Interpreter(str(here / "{model}")).get_signature_runner()',
        f"model(image={_BATCH})['probability']",
    ),
    Format.ONNX: (
        "import onnxruntime",
        'model = onnxruntime.InferenceSession(here / "{model}")',
        f'model.run(["probability"], {{"image": {_BATCH}}})[0]',
    ),
}


def example(form: Format) -> str:
    """The text of `example.py` for a format."""
    imports, load, call = _PARTS[form]
    return _TEMPLATE.format(imports=imports, load=load.format(model=FACTS[form].model), call=call)
