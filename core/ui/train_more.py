"""The folded "More settings" of the Train page: data, network, optimisation, weights, bookkeeping."""

import streamlit as st

from core.data.sources import list_sources
from core.runs.notes import MAX_NAME
from core.ui.resources import settings
from core.ui.train_fields import KEYS, bounds, weights_kinds
from core.ui.train_form import field, number_field
from core.ui.train_marked import marked_words
from core.ui.vocabulary import AUGMENTATIONS, MARKS_USES, SPLIT_KINDS, WEIGHTS

OPTIMIZERS = {"adam": "Adam", "adamw": "AdamW", "sgd": "SGD", "rmsprop": "RMSprop"}
PRECISIONS = {"auto": "Automatic", "float32": "float32", "mixed_bfloat16": "bfloat16, mixed"}


def show_more_settings() -> None:
    """Draw the fold, in rows of three or four."""
    with st.expander("More settings", icon=":material/tune:"):
        for row in (_data, _network, _variation, _patience, _weights, _bookkeeping):
            row()


def _data() -> None:
    source, split, limit, size = st.columns(4)
    names = {item.id: item.name for item in list_sources(settings())}
    if st.session_state[KEYS["data"]] not in names:
        st.session_state[KEYS["data"]] = next(iter(names))
    with source:
        field(st.selectbox, "data", "Data source", list(names), format_func=names.get)
    with split:
        field(st.selectbox, "split", "Split", list(SPLIT_KINDS), format_func=SPLIT_KINDS.get)
    with limit:
        most = bounds("limit")[1]
        number_field("limit", "Limit on images", step=100, placeholder="all" if most is None else f"{most:,}")
    with size:
        number_field("image_size", "Image size", step=32)


def _network() -> None:
    units, batch, optimizer = st.columns(3)
    with units:
        field(st.text_input, "dense_units", "Dense units")
    with batch:
        number_field("batch_size", "Batch size", step=8)
    with optimizer:
        field(st.selectbox, "optimizer", "Optimizer", list(OPTIMIZERS), format_func=OPTIMIZERS.get)


def _variation() -> None:
    variation, marks = st.columns([2, 1])
    with variation:
        options = {"selection_mode": "multi", "format_func": AUGMENTATIONS.get}
        field(st.pills, "augment", "Augmentation", list(AUGMENTATIONS), **options)
    with marks:
        field(st.selectbox, "marks", "Labels marked wrong", list(MARKS_USES), format_func=MARKS_USES.get)
        if words := marked_words():
            st.caption(words)
    if st.session_state[KEYS["augment"]] and st.session_state[KEYS["fine_tune"]] != "all":
        st.caption(
            "Turns kept features off: every epoch takes all images through the frozen layers again, "
            "many times slower."
        )


def _patience() -> None:
    stopping, patience, factor = st.columns(3)
    with stopping:
        number_field("early_stopping_patience", "Early stopping patience", step=1)
    with patience:
        number_field("reduce_lr_patience", "Rate reduction patience", step=1)
    with factor:
        bounds = {"min_value": 0.01, "max_value": 0.99}
        field(st.number_input, "reduce_lr_factor", "Rate reduction factor", step=0.1, **bounds)


def _weights() -> None:
    kind, file = st.columns([1, 2])
    kinds = weights_kinds()
    with kind:
        field(st.selectbox, "weights", "Base weights", kinds, format_func=WEIGHTS.get)
    if "file" not in kinds:
        return
    with file:
        field(
            st.text_input,
            "weights_file",
            "Weights file",
            disabled=st.session_state[KEYS["weights"]] != "file",
            placeholder="path of an .h5 file on this machine",
        )


def _bookkeeping() -> None:
    precision, seed, name = st.columns(3)
    with precision:
        field(st.selectbox, "precision", "Precision", list(PRECISIONS), format_func=PRECISIONS.get)
    with seed:
        number_field("seed", "Seed", step=1)
    with name:
        field(st.text_input, "name", "Run name", max_chars=MAX_NAME, placeholder="optional")
