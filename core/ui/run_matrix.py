"""The confusion matrix at a threshold that a person moves; each cell opens its images."""

from html import escape

import pandas as pd
import streamlit as st

from core.evaluation.confusion import Confusion, cell_masks
from core.evaluation.scores import THRESHOLD
from core.runs import RunSummary
from core.runs.predictions import Split
from core.ui import run_figures
from core.ui.formatting import NOTHING, SPLIT_WORDS, class_words, count, plain, share
from core.ui.palette import BLUE, ORANGE
from core.ui.run_images import show_images

STEP = 0.01
ROWS = (("tp", "fn"), ("fp", "tn"))
"""Cells of the matrix: labelled yes above, answered yes on the left."""
RIGHT = ("tp", "tn")
RATE_HELP = {
    "fpr": ("False positive rate", "answered {yes}, of those labelled {no}"),
    "fnr": ("False negative rate", "answered {no}, of those labelled {yes}"),
    "fdr": ("False discovery rate", "labelled {no}, of those answered {yes}"),
    "for_": ("False omission rate", "labelled {yes}, of those answered {no}"),
}
_THRESHOLD, _CELL = "run_threshold", "run_cell"


@st.fragment
def show_matrix(summary: RunSummary, split: Split) -> None:
    """Draw the slider, the matrix, its rates, and the images of the cell that was opened."""
    best = run_figures.chosen_on_validation(summary).threshold
    threshold = _ask_threshold(best)
    frame = run_figures.predictions(summary, split)
    found = run_figures.figures(summary, split, threshold)
    classes = class_words(summary.config.target, 0), class_words(summary.config.target, 1)
    interval = found.accuracy_interval
    matrix, rates = st.columns([3, 2], gap="medium")
    with matrix:
        st.html(matrix_html(found.confusion, classes))
        st.caption("Images, and their share of the row. Blue cells are right answers, orange ones wrong.")
    with rates:
        st.markdown(
            f"Accuracy **{share(found.confusion.accuracy)}** at {threshold:.4g}  \n"
            f":gray[{share(interval.low)} to {share(interval.high)}, {interval.method}, "
            f"{SPLIT_WORDS[split]} n = {len(frame):,}]"
        )
        for name, (title, words) in RATE_HELP.items():
            st.markdown(_rate_line(found.confusion, name, title), help=_of(words, classes))
    _cell_images(summary, frame, found.confusion, threshold, classes)


def matrix_html(confusion: Confusion, classes: tuple[str, str]) -> str:
    """The matrix as an HTML table: counts and shares of the row, the deeper the larger."""
    no, yes = (escape(name) for name in classes)
    head = f"<tr><th></th><th>answered {yes}</th><th>answered {no}</th></tr>"
    rows = "".join(
        f"<tr><th style='text-align:right'>labelled {name}</th>"
        + "".join(_cell_html(confusion, cell, row) for cell in row)
        + "</tr>"
        for name, row in ((yes, ROWS[0]), (no, ROWS[1]))
    )
    style = "width:100%;border-collapse:separate;border-spacing:4px;font-size:0.9rem"
    return f"<table style='{style}'>{head}{rows}</table>"


def cell_words(cell: str, classes: tuple[str, str]) -> str:
    """What the images of a cell have in common: "man, answered woman"."""
    labelled, answered = classes[cell in ("tp", "fn")], classes[cell in ("tp", "fp")]
    return f"{labelled}, answered {answered}"


def _ask_threshold(best: float) -> float:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width=360):
            threshold = st.slider(
                "Threshold",
                0.0,
                1.0,
                THRESHOLD,
                STEP,
                key=_THRESHOLD,
                help="A probability above it counts as yes. 0.5 is the headline. What does best on "
                "validation may be tried on test; chosen on test, it would flatter.",
            )
        at_best = st.session_state.get("run_at_best", False)
        for label, value in (("0.5", THRESHOLD), (f"Best on validation: {best:.4g}", best)):
            st.button(label, on_click=_set_threshold, args=(value,), key=f"threshold {label[:4]}")
    # The slider has steps; the best threshold is used as it is as long as the slider stands where it put it.
    return best if at_best and abs(threshold - best) <= STEP / 2 + 1e-9 else threshold


def _set_threshold(value: float) -> None:
    st.session_state[_THRESHOLD] = round(round(value / STEP) * STEP, 2)
    st.session_state["run_at_best"] = value != THRESHOLD


def _rate_line(confusion: Confusion, name: str, title: str) -> str:
    interval, (over, under) = confusion.interval(name), confusion.counts(name)
    if interval is None:
        return f"{title} {NOTHING}"
    return (
        f"{title} **{share(confusion.rate(name))}**  \n"
        f":gray[{share(interval.low)} to {share(interval.high)}, {over:,} of {under:,}]"
    )


def _of(words: str, classes: tuple[str, str]) -> str:
    no, yes = map(plain, classes)
    return f"Share {words.format(no=no, yes=yes)}. The interval is Wilson's, 95 %."


def _cell_html(confusion: Confusion, cell: str, row: tuple[str, str]) -> str:
    counted, total = getattr(confusion, cell), sum(getattr(confusion, name) for name in row)
    part = counted / total if total else 0.0
    color = (BLUE if cell in RIGHT else ORANGE) + f"{round(40 + 140 * part):02x}"
    style = f"background:{color};border-radius:6px;padding:26px 8px;text-align:center;width:38%"
    of_row = share(part) if total else NOTHING
    return f"<td style='{style}'><b style='font-size:1.3rem'>{counted:,}</b><br>{of_row}</td>"


def _cell_images(
    summary: RunSummary, frame: pd.DataFrame, confusion: Confusion, threshold: float, classes: tuple[str, str]
) -> None:
    cells = [cell for row in ROWS for cell in row]
    opened = st.pills(
        "Show the images of a cell",
        cells,
        format_func=lambda cell: f"{plain(cell_words(cell, classes))} ({getattr(confusion, cell):,})",
        key=_CELL,
    )
    if opened is None:
        return
    mask = cell_masks(frame["label"].to_numpy(), frame["probability"].to_numpy(), threshold)[opened]
    st.caption(f"{count(int(mask.sum()), 'image')}, the surest answers first.")
    show_images(summary, run_figures.surest_first(frame[mask]), key=f"cell {opened} {threshold:.4f}")
