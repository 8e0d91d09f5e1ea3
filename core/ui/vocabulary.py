"""The words of the pages for what the run folder says in codes: states, phases, fine-tuning, weights.

Colours are names of Streamlit's badge colours, chosen so that nothing rests on telling red from green: every
state also has its own word and icon. Draws nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.runs import State, TrainConfig


@dataclass(frozen=True)
class StateWords:
    """How a state is shown.

    Attributes:
        label: one or two words for a badge or a table cell.
        color: a Streamlit badge colour.
        icon: a Material icon.
        explanation: one sentence on what this state means.
        next_step: one sentence on what can be done now.
    """

    label: str
    color: str
    icon: str
    explanation: str
    next_step: str


STATES: dict[State, StateWords] = {
    State.QUEUED: StateWords(
        "Waiting",
        "gray",
        ":material/hourglass_empty:",
        "It waits in the queue and starts by itself.",
        "Cancel it, or let it wait: you may leave this page.",
    ),
    State.STARTING: StateWords(
        "Starting",
        "blue",
        ":material/rocket_launch:",
        "Its trainer is being started; loading TensorFlow takes some seconds.",
        "Stop it, or let it go on: you may leave this page.",
    ),
    State.RUNNING: StateWords(
        "Training",
        "blue",
        ":material/model_training:",
        "It is training.",
        "Stop it, pause it, or let it go on: you may leave this page.",
    ),
    State.STOPPING: StateWords(
        "Stopping",
        "orange",
        ":material/pending:",
        "It was asked to stop, and ends after the batch in hand.",
        "Wait some seconds.",
    ),
    State.PAUSED: StateWords(
        "Paused",
        "violet",
        ":material/pause_circle:",
        "It was paused; the epochs it finished are kept.",
        "Resume it when you like, train it longer, or clone it into the form.",
    ),
    State.FINISHED: StateWords(
        "Finished",
        "green",
        ":material/check_circle:",
        "It has trained and its best epoch was scored on validation and test images.",
        "Try it on a photo, compare it, train it longer, or clone it into the form.",
    ),
    State.STOPPED: StateWords(
        "Stopped",
        "gray",
        ":material/stop_circle:",
        "It ended because somebody asked; epochs that were done are kept.",
        "Resume it, train it longer, or clone it into the form.",
    ),
    State.FAILED: StateWords(
        "Failed",
        "orange",
        ":material/error:",
        "It ended with an error before it was done.",
        "Read the reason, change what it names, then resume it or clone it into the form.",
    ),
    State.CRASHED: StateWords(
        "Crashed",
        "orange",
        ":material/power_off:",
        "Its trainer died without a word: the machine ran out of memory, or the process was ended.",
        "Look at the end of the log, then resume it or clone it into the form.",
    ),
    State.DAMAGED: StateWords(
        "Damaged",
        "yellow",
        ":material/broken_image:",
        "Files in its folder cannot be read, so it can be listed but not shown.",
        "Restore the files that the reason names, or delete the run's folder.",
    ),
    State.DELETED: StateWords(
        "Deleted",
        "gray",
        ":material/delete:",
        "It was deleted; what still names it keeps its place.",
        "Restore it from the trash, if it is still there.",
    ),
}

SPLIT_KINDS = {
    "auto": "Official, else by person",
    "official": "Official",
    "person": "By person",
    "random": "Random",
}
MARKS_USES = {
    "ignore": "As they are",
    "leave_out": "Leave out of training",
    "flip": "Turn over in training",
}
"""What training does with labels that a person marked wrong."""
FINE_TUNE: dict[str, str] = {
    "none": "Frozen",
    "block5": "Block 5",
    "block4": "Blocks 4-5",
    "all": "All layers",
}
"""What of VGG-16 is trained, in words. The head is always trained."""

AUGMENTATIONS: dict[str, str] = {"flip": "Mirror", "shift": "Shift", "brightness": "Brightness"}
"""How training images may be varied at random."""

PHASES: dict[str, str] = {
    "starting": "Loading TensorFlow",
    "reading data": "Reading the data",
    "computing features": "Computing the frozen layers' features",
    "training": "Training",
    "scoring": "Scoring validation and test images",
}
"""The trainer's phases; one that is not here is shown as it is written."""

WEIGHTS: dict[str, str] = {"imagenet": "ImageNet", "random": "Random start", "file": "A local weights file"}
"""The kinds of base weights."""


def state_words(state: State) -> StateWords:
    """How a state is shown."""
    return STATES[state]


def phase_words(phase: str) -> str:
    """A phase of the trainer in words."""
    return PHASES.get(phase, phase.capitalize())


def weights_words(weights: str) -> str:
    """`TrainConfig.weights` in words; of a file only its name."""
    return WEIGHTS[weights] if weights in WEIGHTS else Path(weights).name


def augment_words(names: Sequence[str]) -> str:
    """`TrainConfig.augment` in words."""
    return ", ".join(AUGMENTATIONS[name].lower() for name in names) or "none"


def config_line(config: TrainConfig) -> str:
    """A configuration in one line, the six fields of the form first."""
    parts = [
        FINE_TUNE[config.fine_tune],
        f"learning rate {number_words(config.learning_rate)}",
        f"dropout {number_words(config.dropout)}",
        "batch norm" if config.batch_norm else "no batch norm",
        *([f"augmented ({augment_words(config.augment)})"] if config.augment else []),
        f"{config.epochs} epoch{'s' if config.epochs > 1 else ''}",
        f"{config.image_size} px",
        f"{config.limit:,} images at most" if config.limit else "all images",
    ]
    return " · ".join(parts)


def number_words(value: float) -> str:
    """A number without an exponent, as the report writes learning rates: 1e-05 is "0.00001"."""
    text = f"{value:.12f}".rstrip("0").rstrip(".")
    return text if text not in ("0", "-0") or value == 0 else repr(value)
