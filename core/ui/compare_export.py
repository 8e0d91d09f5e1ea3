"""The runs listed on Compare as files to take away; what a file holds is `core.runs.export`."""

from collections.abc import Callable, Sequence

import streamlit as st

from core.runs import RunSummary
from core.runs.export import as_csv, as_json, as_latex
from core.ui.formatting import count

FORMATS: dict[str, tuple[Callable[[Sequence[RunSummary]], str], str, str]] = {
    "CSV": (as_csv, "runs.csv", "text/csv"),
    "JSON": (as_json, "runs.json", "application/json"),
    "LaTeX, the report's form": (as_latex, "runs.tex", "application/x-tex"),
}


def show_export(listed: Sequence[RunSummary], chosen: Sequence[RunSummary]) -> None:
    """Draw the downloads of the chosen runs, or of all that are listed; nothing is made before a click."""
    runs = chosen or listed
    if not runs:
        return
    with st.popover("Download", icon=":material/download:", key="compare download"):
        st.caption(f"{count(len(runs), 'run')}: {'those chosen' if chosen else 'all that are listed'}.")
        for label, (make, name, mime) in FORMATS.items():
            st.download_button(
                label, lambda make=make: make(runs), name, mime, on_click="ignore", width="stretch"
            )
