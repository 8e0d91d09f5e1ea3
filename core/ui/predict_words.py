"""What the Predict page says of photos and people, whatever is answered."""

from core.runs import RunSummary
from core.runs.answering import takes_crops

PRIVACY = (
    "Photos and crops stay in this server's memory, are never written to disk or logs, and go with your "
    "session."
)
IS_NOT = (
    "A label is what annotators saw in photographs, not anyone's gender, age or character; the model repeats "
    "it. Do not decide anything about a person by it."
)


def how_words(run: RunSummary) -> str:
    """How photos reach this run's model, in a sentence."""
    if takes_crops(run):
        return "Each face is found, turned upright and cut out as the training images were."
    return "This run was trained on photos as they are, not cut out, so each photo is answered whole."
