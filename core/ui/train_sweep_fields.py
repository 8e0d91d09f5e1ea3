"""What a sweep can vary: every field of `TrainConfig`, its name, the values proposed, and its values as text.

Fields are taken from `TrainConfig` itself, so that a new one can be varied at once. A value stands in the
form as text, as one would type it; whether it can be used is for `TrainConfig` to say. Draws nothing.
"""

from collections.abc import Sequence
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from core.data.sources import list_sources
from core.errors import ConfigError
from core.runs import TrainConfig
from core.ui import train_fields
from core.ui.resources import settings
from core.ui.train_form import LEARNING_RATES
from core.ui.train_more import OPTIMIZERS, PRECISIONS
from core.ui.vocabulary import FINE_TUNE, MARKS_USES, number_words, weights_words

LABELS = {
    "data": "Data source",
    "limit": "Limit on images",
    "weights": "Base weights",
    "fine_tune": "Fine-tuning",
    "batch_norm": "Batch normalisation",
    "augment": "Augmentation",
    "marks": "Labels marked wrong",
    "reduce_lr_factor": "Rate reduction factor",
    "reduce_lr_patience": "Rate reduction patience",
}
"""Where a field's own name does not say it; the form's labels."""
FIRST = ("learning_rate", "fine_tune", "dropout", "batch_norm", "epochs", "target")
"""Proposed before the others."""
KEPT = ("target", "data", "limit", "image_size", "weights", *FIRST[:-1])
"""Told of what is not varied; the form has the others."""
ALL, NONE = "all", "none"
"""How no limit and no layer, or no augmentation, are typed."""
PROPOSED = {
    "learning_rate": LEARNING_RATES,
    "dropout": ("0", "0.1", "0.2", "0.3", "0.4", "0.5"),
    "epochs": ("3", "5", "10", "20"),
    "limit": ("500", "1000", "2000", "5000", ALL),
    "image_size": ("64", "96", "112", "160", "224"),
    "dense_units": ("64", "128", "256", "512", "256, 128"),
    "batch_size": ("16", "32", "64", "128"),
    "early_stopping_patience": ("0", "2", "3", "5"),
    "reduce_lr_factor": ("0.1", "0.2", "0.5"),
    "reduce_lr_patience": ("0", "1", "2", "3"),
    "seed": ("0", "1", "2", "3", "4"),
    "weights": ("imagenet", "random"),
    "augment": (NONE, "flip", "shift", "brightness", "flip, shift, brightness"),
}
"""Values of fields that take any; others can be typed."""
_WORDS = {"fine_tune": FINE_TUNE, "optimizer": OPTIMIZERS, "precision": PRECISIONS, "marks": MARKS_USES}


def varied_fields() -> list[str]:
    """The fields that can be varied, the commonest first."""
    return [*FIRST, *(name for name in train_fields.FIELDS if name not in FIRST)]


def label(name: str) -> str:
    """A field's name on the page."""
    return LABELS.get(name, name.replace("_", " ").capitalize())


def rest_line(base: TrainConfig, varied: Sequence[str]) -> str:
    """What the fields that matter most have where they are not varied, in one line."""
    kept = (name for name in KEPT if name not in varied)
    return " · ".join(f"{label(name)} {words(name, as_text(name, getattr(base, name)))}" for name in kept)


def choices(name: str) -> list[str] | None:
    """All values that a field can have, as text; None where any can be typed.

    Raises:
        DataError: the field is the target, and the form's data cannot be opened.
    """
    annotation = TrainConfig.model_fields[name].annotation
    if get_origin(annotation) is Literal:
        return list(get_args(annotation))
    if annotation is bool:
        return ["off", "on"]
    if name == "target":
        return list(train_fields.targets(train_fields.source_chosen()))
    if name == "data":
        return [str(source.location) for source in list_sources(settings())]
    return None


def words(name: str, text: str) -> str:
    """How a value is shown: "block5" of fine-tuning as "Block 5", a folder by its name."""
    if name == "data":
        names = {str(source.location): source.name for source in list_sources(settings())}
        return names.get(text, text)
    if name == "weights":
        return weights_words(text)
    if name == "target":
        return text.replace("_", " ")
    return _WORDS.get(name, {}).get(text, text)


def as_text(name: str, value: Any) -> str:
    """A value of a configuration as one would type it."""
    if value is None:
        return ALL
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or NONE
    return number_words(value) if isinstance(value, float) else str(value)


def values(base: TrainConfig, name: str, texts: list[str]) -> list[Any]:
    """The values of a field that some texts stand for, each once.

    Raises:
        ConfigError: those that `TrainConfig` refuses, a sentence each.
    """
    found, refused = [], []
    for text in texts:
        try:
            value = getattr(base.changed(**{name: _typed(name, text)}), name)
        except ConfigError as error:
            refused.append(str(error))
        else:
            found += [value] if value not in found else []
    if refused:
        raise ConfigError("\n".join(refused))
    return found


def _typed(name: str, text: str) -> Any:
    """What `TrainConfig` takes: it reads numbers and switches from text itself."""
    annotation = TrainConfig.model_fields[name].annotation
    if text.strip() == ALL and NoneType in get_args(annotation):
        return None
    if get_origin(annotation) is tuple:
        parts = tuple(part.strip() for part in text.split(",") if part.strip())
        return () if parts == (NONE,) else parts
    return text.strip()
