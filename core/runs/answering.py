"""How a run answers photos: what the Predict page and the command line have to agree on.

The rule itself is `core.evaluation.decision`'s; cropping photos is `core.data.crops`'s.
"""

from core.errors import LineamentError
from core.evaluation.decision import UNTAUGHT, DecisionRule, decision_rule
from core.runs.predictions import read_predictions
from core.runs.run import Run
from core.runs.summary import RunSummary

NOT_SURE = "not sure"
DRAWN_ONLY = "this model has only seen drawn faces"
"""Why a run on synthetic faces gives no answer for a photo that is not drawn."""
UNLIKE = "unlike the training photos"
"""A warning: the crop is farther from the training images than 99 of 100 validation images are."""

WHOLE = "whole image"
"""A warning: the whole image was taken for a face, though the run was trained on faces cut out."""

DRAWN = "a drawn face"
"""A warning: the run was trained on photographs, and this is none."""


def takes_crops(summary: RunSummary) -> bool:
    """Whether the run was trained on faces cut out as CelebA's, so that a photo's faces are cut out too.

    A run on photos as they are gets photos whole. Older runs did not record it; they count as the former.
    """
    return summary.environment is None or summary.environment.data.aligned is not False


def read_rule(run: Run) -> DecisionRule:
    """What the run's validation predictions teach; a cautious rule where they cannot be read."""
    try:
        frame = read_predictions(run, "val", attributes=())
    except LineamentError:
        return UNTAUGHT
    return decision_rule(frame["label"].to_numpy(), frame["probability"].to_numpy())
