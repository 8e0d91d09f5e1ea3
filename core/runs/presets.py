"""Starting points for a training configuration."""

from dataclasses import dataclass
from typing import Any

from core.runs.config import TrainConfig


@dataclass(frozen=True)
class Preset:
    """A named set of fields laid over the form's present values."""

    name: str
    help: str
    fields: dict[str, Any]

    def apply(self, config: TrainConfig) -> TrainConfig:
        """`config` with this preset's fields; data, target, weights and seed stay as they are."""
        return config.changed(**self.fields)


REPORT: dict[str, Any] = {
    "image_size": 224,
    "limit": None,
    "dense_units": (256,),
    "dropout": 0.5,
    "batch_norm": True,
    "augment": (),
    "optimizer": "adam",
    "batch_size": 32,
    "epochs": 10,
    "early_stopping_patience": 3,
    "reduce_lr_factor": 0.5,
    "reduce_lr_patience": 2,
}

QUICK_LOOK = Preset(
    "Quick look",
    "1,000 images of 96 x 96 pixels, five epochs: under a minute. To see how it works, not how well.",
    {
        **REPORT,
        "image_size": 96,
        "limit": 1000,
        "epochs": 5,
        "fine_tune": "none",
        "learning_rate": 1e-3,
        "batch_norm": False,
        "dropout": 0.3,
        "early_stopping_patience": 0,
        "reduce_lr_patience": 0,
    },
)
REPORT_FROZEN = Preset(
    "The report, frozen",
    "VGG-16 untouched, learning rate 0.001, ten epochs, early stopping. The report reached 0.9428 on test.",
    {**REPORT, "fine_tune": "none", "learning_rate": 1e-3},
)
REPORT_FINE_TUNED = Preset(
    "The report, fine-tuned",
    "Block 5 trained too, learning rate 0.00001, ten epochs. The report reached 0.9526 on test.",
    {**REPORT, "fine_tune": "block5", "learning_rate": 1e-5},
)
PRESETS = (QUICK_LOOK, REPORT_FROZEN, REPORT_FINE_TUNED)
