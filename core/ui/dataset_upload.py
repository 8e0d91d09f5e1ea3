"""Faces of one's own on the Dataset page: drop a zip, see what is in it, keep it or not; and delete it.

What is dropped is unpacked at once, so that it can be looked at (`core.data.upload`); the browser's copy in
the server's memory goes then. What is staged lies in the session by its id, with what it was found to hold.
"""

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.data.marks import marks_file
from core.data.ours import bytes_of, delete_ours, is_ours
from core.data.sources import Source
from core.data.upload import Contents, discard, keep, stage, staged
from core.errors import LineamentError
from core.runs.data_in_use import refuse_in_use, runs_at_work_on, runs_on
from core.ui.address import forget as forget_choice
from core.ui.dataset_mapping import show_mapping
from core.ui.dataset_upload_preview import pictures, show_contents
from core.ui.formatting import count, plain, size
from core.ui.resources import dataset, settings, store
from core.ui.uploads import release

OPEN, STAGED, TROUBLE, ZONE = "upload open", "upload staged", "upload trouble", "upload zone"
NOT_DELETED, DELETE = "upload not deleted", "delete form"
MAX_NAME = 60


def show_upload() -> None:
    """Draw the button that opens the dialog for a zip of one's own."""
    st.button("Upload a zip", icon=":material/upload:", on_click=_set_open, args=(True,), key="upload button")
    if st.session_state.get(OPEN):
        _dialog()


def show_delete(source: Source) -> None:
    """Draw the way to delete a data set that was uploaded or downloaded; nothing for any other."""
    if not is_ours(source, settings()):
        return
    place = st.popover("Delete", icon=":material/delete:", width="content", key=DELETE, on_change="rerun")
    with place:
        # Only for whoever asks: looking at every file of all of CelebA takes a second.
        taken = f" ({size(_bytes(source))})" if place.open else ""
        st.markdown(f"Delete **{plain(source.name)}** with all its files{taken}?")
        if marks_file(source.path, settings()).is_file():
            st.caption("What was said of its labels goes with it.")
        if found := len(runs_on(source.path, store())):
            st.caption(
                f"The figures of {count(found, 'run')} on it stay; their faces cannot be shown any more."
            )
        busy = runs_at_work_on(source.path, store())
        if busy:
            st.caption(f"Not while a run is at work on it: {plain(busy[0].title)} is {busy[0].state.state}.")
        known = "this cannot be undone" if source.own else "it would have to be downloaded again"
        sure = st.checkbox(f"I know that {known}", key=f"upload sure {source.id}", disabled=bool(busy))
        st.button(
            "Delete for good",
            icon=":material/delete_forever:",
            disabled=not sure or bool(busy),
            key="upload delete",
            on_click=_delete,
            args=(source,),
        )
    if trouble := st.session_state.pop(NOT_DELETED, ""):
        st.error(plain(trouble))


@st.cache_data(max_entries=32, show_spinner=False)
def _bytes(source: Source) -> int:
    """Remembered: the files do not change once they are kept."""
    return bytes_of(source)


def _set_open(is_open: bool = False) -> None:
    # Asked for in each run: the page renews itself when the zip has been looked at.
    st.session_state[OPEN] = is_open


@st.dialog("Faces of your own", width="medium", on_dismiss=_set_open)
def _dialog() -> None:
    if trouble := st.session_state.pop(TROUBLE, ""):
        st.error(plain(trouble))
    if STAGED not in st.session_state:
        _drop_zone()
        return
    own_id, name, found, faces = st.session_state[STAGED]
    try:
        staged(own_id, settings())
    except LineamentError as error:  # a day has passed, or another window kept it
        del st.session_state[STAGED]
        st.warning(plain(str(error)))
        return
    show_contents(found, faces)
    if changed := show_mapping(own_id, found):
        st.session_state[STAGED] = own_id, name, changed, faces
        st.rerun()
    _ask(own_id, name, found)


def _drop_zone() -> None:
    """Say beforehand where it will lie, how large it may be and how it goes again; take a zip."""
    host, limit = settings(), st.get_option("server.maxUploadSize")
    st.markdown(
        "A zip of two folders named after their class, such as `men` and `women`; or of images and a csv, "
        "whatever its columns are called."
    )
    generation = st.session_state.setdefault(ZONE, 0)
    file = st.file_uploader("Zip", type="zip", max_upload_size=limit, key=f"upload zone {generation}")
    st.caption(
        f"It is unpacked under {plain(str(host.datasets / 'own'))} on the machine that serves this page, "
        f"{size(host.max_dataset_bytes)} and {host.max_dataset_images:,} images at most. "
        "You can delete it later; what you do not keep is deleted."
    )
    st.caption(
        f"Larger than {limit} MB? On this machine `python -m core dataset add FILE.zip` takes it, and "
        "*Add a folder* an unpacked one. A host can raise `server.maxUploadSize`; until it is unpacked, "
        "an upload takes up to twice its size of memory."
    )
    if file is None:
        return
    _stage(file)
    release(file)
    st.session_state[ZONE] = generation + 1
    st.rerun()


def _stage(file: UploadedFile) -> None:
    bar = st.progress(0.0, text="Reading the zip …")

    def said(words: str, done: int, total: int) -> None:
        bar.progress(min(1.0, done / max(1, total)), text=f"{words}: {done:,} of {total:,}")

    try:
        own_id, found = stage(file, file.name, settings(), on_progress=said)
        name = " ".join(file.name.removesuffix(".zip").split())[:MAX_NAME]
        st.session_state[STAGED] = own_id, name, found, pictures(found)
    except (LineamentError, OSError) as error:
        st.session_state[TROUBLE] = str(error)


def _ask(own_id: str, name: str, found: Contents) -> None:
    """The name, Keep and Discard."""
    st.text_input("Name", name, max_chars=MAX_NAME, key=f"upload name {own_id}")
    if found.dataset is None and found.tables:
        st.caption("To keep it, first say above which column is what.")
    with st.container(horizontal=True, vertical_alignment="center"):
        kept = st.button(
            f"Keep ({size(found.bytes)})",
            type="primary",
            icon=":material/check:",
            disabled=found.dataset is None,
            key="upload keep",
        )
        st.button("Discard", icon=":material/close:", key="upload discard", on_click=_discard, args=(own_id,))
    if kept:
        _keep(own_id)
        # A click in a dialog draws the dialog alone; the page has another data set now.
        st.rerun()


def _keep(own_id: str) -> None:
    try:
        source = keep(own_id, st.session_state[f"upload name {own_id}"], settings())
    except (LineamentError, OSError) as error:
        st.session_state[TROUBLE] = str(error)
        return
    st.session_state.pop(STAGED, None)
    _set_open(False)
    forget_choice("source")
    st.query_params["source"] = source.id


def _discard(own_id: str) -> None:
    discard(own_id, settings())
    st.session_state.pop(STAGED, None)


def _delete(source: Source) -> None:
    try:
        refuse_in_use(source.path, source.name, store())
        delete_ours(source.id, settings())
    except (LineamentError, OSError) as error:
        st.session_state[NOT_DELETED] = str(error)
        return
    dataset.clear(source.id)
    _bytes.clear(source)
    forget_choice("source")
    st.session_state.pop("last source", None)
    st.query_params.pop("source", None)
