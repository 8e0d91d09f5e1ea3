"""Between the form's widgets and a `TrainConfig`: what each widget is called, how it is filled and read.

The values live in Streamlit's session state, one key a field. Draws nothing.
"""

from typing import Any

import streamlit as st

from core.access import Act
from core.data import ATTRIBUTES, SAMPLE
from core.data.sources import BUILT_IN, Source, list_sources, register_folder
from core.errors import ConfigError, DataError
from core.runs import TrainConfig
from core.runs.imagenet import imagenet_cached
from core.runs.marks import weights_kind
from core.runs.presets import PRESETS, QUICK_LOOK, Preset
from core.ui.resources import access, dataset, settings
from core.ui.vocabulary import WEIGHTS, number_words

FIELDS = tuple(name for name in TrainConfig.model_fields if name != "schema_version")
KEYS = {name: f"train_{name}" for name in (*FIELDS, "weights_file", "name")}
"""The session state's key of each field. `data` holds a source's id, `weights` a kind of weights."""

_CAPS = {
    "epochs": "max_epochs",
    "limit": "max_images",
    "image_size": "max_image_size",
    "batch_size": "max_batch_size",
}
"""Fields that the host bounds, and the setting that does."""

_AS_THEY_ARE = tuple(
    name for name in FIELDS if name not in ("data", "learning_rate", "dense_units", "weights", "augment")
)


def fill(config: TrainConfig) -> None:
    """Put `config` into the form.

    Raises:
        DataError: its data cannot be found any more; everything else is filled in all the same.
    """
    state = st.session_state
    typed = ("learning_rate", "dense_units", "augment")
    lay_over({name: getattr(config, name) for name in (*_AS_THEY_ARE, *typed)})
    kind = weights_kind(config.weights)
    state[KEYS["weights"]] = kind if kind in weights_kinds() else "random"
    state[KEYS["weights_file"]] = config.weights if state[KEYS["weights"]] == "file" else ""
    state.setdefault(KEYS["name"], "")
    state[KEYS["data"]] = SAMPLE
    state[KEYS["data"]] = _source_of(config.data).id


def lay_over(fields: dict[str, Any]) -> None:
    """Put some fields of a configuration into the form; the others stay as they are."""
    for name, value in fields.items():
        st.session_state[KEYS[name]] = _as_typed(name, _within_caps(name, value))


def fill_first_time() -> None:
    """Give a new visitor the quick look at the synthetic faces."""
    if KEYS["target"] not in st.session_state:
        # A visitor of a demo should not wait for a download that the host may not even be able to make.
        weights = "imagenet" if access().host or imagenet_cached() else "random"
        fill(QUICK_LOOK.apply(TrainConfig(weights=weights)))


def read() -> TrainConfig:
    """The configuration that the form holds.

    Raises:
        ConfigError: a value is out of its bounds, one sentence each.
    """
    # Else a forged choice would be a path.
    if (kind := st.session_state[KEYS["weights"]]) not in weights_kinds():
        raise ConfigError(f"{str(kind)[:60]!r} is no kind of base weights. Choose one of the list.")
    return TrainConfig.parse(_values())


def preset_shown() -> Preset | None:
    """The preset that the form's values amount to, if any."""
    values = _values()
    try:
        values["learning_rate"] = float(values["learning_rate"])
    except ValueError:
        return None
    return next((preset for preset in presets() if preset.fields.items() <= values.items()), None)


def presets() -> list[Preset]:
    """The starting points that this host's caps leave room for."""
    return [
        preset
        for preset in PRESETS
        if all(_within_caps(name, value) == value for name, value in preset.fields.items())
    ]


def weights_kinds() -> list[str]:
    """The kinds of base weights that whoever looks may choose."""
    return [kind for kind in WEIGHTS if kind != "file" or access().allows(Act.USE_WEIGHTS_FILE)]


def source_chosen() -> Source:
    """The data source that the form holds."""
    chosen = st.session_state[KEYS["data"]]
    sources = list_sources(settings())
    return next((source for source in sources if source.id == chosen), sources[0])


def source_at(data: str) -> Source:
    """The source that a configuration's `data` names; raises DataError when it is not on the list."""
    found = next((one for one in list_sources(settings()) if str(one.location) == data), None)
    if found is None:
        raise DataError(f"{data} is not among the data sources. Add it on the Dataset page.")
    return found


def targets(source: Source) -> tuple[str, ...]:
    """The attributes that a source can train; opens the source unless it is the built-in one.

    Raises:
        DataError: it cannot be opened.
    """
    return ATTRIBUTES if source.id in BUILT_IN else dataset(source.id).attributes


def bounds(name: str) -> tuple[Any, Any]:
    """Least and greatest value of a field of `TrainConfig` on this host, None where there is no bound."""
    found = {"ge": None, "le": None}
    for rule in TrainConfig.model_fields[name].metadata:
        found |= {side: getattr(rule, side) for side in found if hasattr(rule, side)}
    cap = getattr(settings(), _CAPS[name]) if name in _CAPS else None
    return found["ge"], min((most for most in (found["le"], cap) if most is not None), default=None)


def _within_caps(name: str, value: Any) -> Any:
    """A value, or the greatest that this host allows; no limit is more than any."""
    most = bounds(name)[1] if name in _CAPS else None
    return value if most is None else most if value is None else min(value, most)


def _values() -> dict[str, Any]:
    state, source = st.session_state, source_chosen()
    values = {name: state[KEYS[name]] for name in _AS_THEY_ARE}
    kind = state[KEYS["weights"]]
    return values | {
        "data": str(source.location),
        "learning_rate": str(state[KEYS["learning_rate"]] or "").strip(),
        "augment": tuple(state[KEYS["augment"]] or ()),
        "dense_units": tuple(
            _unit(part) for part in str(state[KEYS["dense_units"]]).split(",") if part.strip()
        ),
        "weights": str(state[KEYS["weights_file"]]).strip() if kind == "file" else kind,
    }


def _as_typed(name: str, value: Any) -> Any:
    if name == "learning_rate":
        return number_words(value)
    if name == "augment":
        return list(value)
    return ", ".join(map(str, value)) if name == "dense_units" else value


def _unit(text: str) -> int | str:
    # What is no number goes on as it is: the configuration's own message names it.
    return int(text) if text.strip().isdecimal() else text.strip()


def _source_of(data: str) -> Source:
    known = {str(source.location): source for source in list_sources(settings())}
    return known[data] if data in known else register_folder(data, settings())
