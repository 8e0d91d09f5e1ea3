"""What must be said beside a run's results wherever they are shown: that its faces were drawn, or that its
base weights were not ImageNet's. Pure; the pages and the command line say the same words.
"""

from pathlib import Path

from core.data.sources import BUILT_IN
from core.runs.summary import RunSummary

SYNTHETIC = "synthetic faces"
RANDOM = "random weights"


def marks(summary: RunSummary) -> list[str]:
    """The marks of a run, such as "random weights"; none for one on real faces from ImageNet's weights."""
    if summary.config is None:
        return []
    return ([SYNTHETIC] if is_synthetic(summary) else []) + _weights_marks(summary)


def is_synthetic(summary: RunSummary) -> bool:
    """Whether the run has seen drawn faces only; False for one that cannot be read."""
    if summary.environment:
        return summary.environment.data.synthetic
    # Before the data was read only the configuration can say it.
    return summary.config is not None and summary.config.data in BUILT_IN


def weights_kind(weights: str) -> str:
    """The kind of `TrainConfig.weights`: imagenet, random or file."""
    return weights if weights in ("imagenet", "random") else "file"


def _weights_marks(summary: RunSummary) -> list[str]:
    made = summary.environment.weights if summary.environment else None
    kind = made.kind if made else weights_kind(summary.config.weights)
    if kind == "random":
        return [RANDOM]
    if kind == "file":
        return [f"local weights: {made.name if made else Path(summary.config.weights).name}"]
    return []
