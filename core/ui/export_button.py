"""The button that makes a run's model a file for other programs, and the download when it is there.

The bundle is made by a process of its own; this only looks how it stands, once a second while it is at work.
"""

import streamlit as st

from core.access import Act
from core.errors import LineamentError
from core.jobs.export import Exports, Making
from core.runs import RunSummary
from core.runs.export_formats import FACTS, Format, refuse_without_packages
from core.ui import model_card
from core.ui.formatting import plain, size
from core.ui.model_card_html import card_of
from core.ui.resources import settings
from core.ui.rights import may

POLL_S = 1.0
TROUBLE = "export_trouble"


def show_export(summary: RunSummary) -> None:
    """Draw the way to take the model of a scored run along; nothing for a run without one, or in a demo."""
    if not summary.has_model or not may(Act.EXPORT):
        return
    with st.popover("Export the model", icon=":material/deployed_code:"):
        st.caption(
            "A zip that needs no Lineament: the model in float32, what goes in and what comes out, an "
            "example that runs, drawn faces to try it on, the model card. The format's own runtime checks it."
        )
        form = st.selectbox(
            "Format", list(Format), format_func=lambda item: FACTS[item].words, key="export_format"
        )
        try:
            refuse_without_packages(form)
        except LineamentError as error:
            st.info(plain(str(error)), icon=":material/extension:")
            return
        _show(summary, form)


@st.cache_resource(show_spinner=False)
def exports() -> Exports:
    """The bundles that this server makes, for all visitors."""
    return Exports(settings())


def _show(summary: RunSummary, form: Format) -> None:
    making = exports().making(summary.id, form, _stamp(summary))
    running = making is not None and making.running
    st.button(
        "Make the bundle",
        icon=":material/package_2:",
        key="export_make",
        disabled=running,
        on_click=_start,
        args=(summary, form),
        width="stretch",
    )
    if trouble := st.session_state.pop(TROUBLE, ""):
        st.error(plain(trouble))
    if running:
        st.fragment(_watch, run_every=POLL_S)(summary, form)
    elif making is not None:
        _show_end(summary, form, making)


def _watch(summary: RunSummary, form: Format) -> None:
    """Say what the export is at; draws the whole page again when it has ended."""
    making = exports().making(summary.id, form, _stamp(summary))
    if making is None or not making.running:
        st.rerun()
    st.caption(f":material/progress_activity: {plain(making.words) or 'Loading TensorFlow.'}")


def _show_end(summary: RunSummary, form: Format, making: Making) -> None:
    if making.bundle is None:
        st.error(plain(making.words) or "The export ended without a word. Make it again.")
        return
    bundle = making.bundle
    st.download_button(
        f"Download ({size(bundle.stat().st_size)})",
        bundle.read_bytes,
        file_name=bundle.name,
        mime="application/zip",
        icon=":material/download:",
        key="export_download",
        on_click="ignore",
        width="stretch",
    )


def _start(summary: RunSummary, form: Format) -> None:
    try:
        exports().start(summary.id, form, _stamp(summary), card=_card(summary))
    except (LineamentError, OSError) as error:
        st.session_state[TROUBLE] = str(error)


def _stamp(summary: RunSummary) -> str:
    """A run that was trained further is another model."""
    return summary.state.ended_at or ""


def _card(summary: RunSummary) -> str:
    """The model card; a run whose predictions cannot be read is exported without one, or refused there."""
    try:
        return model_card.markdown(card_of(summary))
    except LineamentError:
        return ""
