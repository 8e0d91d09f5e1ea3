"""Choosing and opening a data set on the Dataset page, with progress in words where it takes time."""

from collections.abc import Callable

import streamlit as st

from core.data import FaceDataset, Progress, check_images, open_dataset, with_split
from core.data.sources import Source, forget, list_sources, register_folder
from core.data.summary import SHOWN_SEED, shown_split
from core.errors import DataError, LineamentError
from core.ui import formatting
from core.ui.address import choose
from core.ui.address import forget as forget_choice
from core.ui.resources import settings

CHECKED_AT_ONCE = 10_000
"""Images; a set up to this size is decoded whole when it is first opened, a larger one when asked."""

LAYOUTS = (
    "CelebA as published; or a folder of images beside a csv with the ten attributes; "
    "or two folders of images named after their class, such as `men` and `women`."
)


def choose_source() -> Source:
    """Draw the selectbox of the registered data sets; the choice is `?source=` in the address."""
    sources = {source.id: source for source in list_sources(settings())}
    for gone in _held().keys() - sources.keys():
        _held().pop(gone, None)
    chosen = choose("Data set", list(sources), name="source", words=lambda source_id: sources[source_id].name)
    return sources[chosen]


def choose_target(dataset: FaceDataset) -> str:
    """Draw the selectbox of the attributes; the choice outlives a change of page."""
    return st.selectbox(
        "Target",
        dataset.attributes,
        key="target",
        help="The attribute a model is to predict.",
        persist_state="session",
    )


def add_folder() -> None:
    """Draw the folded form that adds a folder of this machine to the data sets."""
    place = st.popover("Add a folder", icon=":material/create_new_folder:", width="content")
    with place, st.form("add a folder", border=False):
        folder = st.text_input("Folder on this machine", placeholder="/home/me/celeba", help=LAYOUTS)
        roots = ", ".join(f"`{root}`" for root in settings().data_roots)
        st.caption(f"Anywhere under {roots}; `LINEAMENT_DATA_ROOTS` allows more.")
        if st.form_submit_button("Add") and folder.strip():
            _register(folder.strip())


def opened(source: Source) -> FaceDataset:
    """The opened data set; on the first visit it says what it waits for.

    Raises:
        DataError: as `open_dataset` does.
    """
    if source.id not in _held():
        place = st.empty()
        try:
            _held()[source.id] = _open(source, place.progress)
        finally:
            place.empty()
    return _held()[source.id]


def split_on(dataset: FaceDataset, target: str) -> FaceDataset:
    """The data set with the split that training on `target` makes; says why when it makes none.

    Where none can be made on `target`, the one on another attribute is shown, or none at all.
    """
    try:
        return with_split(dataset, target, seed=SHOWN_SEED)
    except DataError as error:
        st.warning(formatting.plain(str(error)))
        return shown_split(dataset)[0]


def check_now(source: Source) -> None:
    """Decode every image of an opened data set, with a bar; what does not decode leaves the set."""
    place = st.empty()
    _held()[source.id] = check_images(
        opened(source), on_progress=_said(place.progress, "Decoding every image")
    )
    st.rerun()


@st.cache_resource(show_spinner=False)
def _held() -> dict[str, FaceDataset]:
    """Opened data sets of this server, by source id.

    Not a cached function of the id: Streamlit does not let one draw a progress bar.
    """
    return {}


def _open(source: Source, bar: Callable[..., object]) -> FaceDataset:
    words = "Drawing the synthetic faces, only this once" if source.synthetic else "Reading the labels"
    bar(0.0, text=f"{words} …")
    dataset = open_dataset(source.location, settings=settings(), on_progress=_said(bar, words))
    if dataset.synthetic or len(dataset) > CHECKED_AT_ONCE:
        return dataset
    return check_images(dataset, on_progress=_said(bar, "Decoding every image, only this once"))


def _said(bar: Callable[..., object], words: str) -> Progress:
    def show(done: int, total: int) -> None:
        bar(min(1.0, done / max(1, total)), text=f"{words}: {done:,} of {total:,}")

    return show


def _register(folder: str) -> None:
    try:
        source = register_folder(folder, settings())
        _open_or_forget(source)
    except LineamentError as error:
        st.error(formatting.plain(str(error)))
        return
    # Added once more, a folder is read once more: its files may have changed.
    _held().pop(source.id, None)
    forget_choice("source")
    st.query_params["source"] = source.id
    st.rerun()


def _open_or_forget(source: Source) -> None:
    """Raise DataError when a new source cannot be opened, and take it off the list again."""
    try:
        open_dataset(source.location, settings=settings())
    except DataError:
        forget(source.id, settings())
        raise
