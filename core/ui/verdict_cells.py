"""Two runs' four cells: only A right, both right, both wrong, only B right; each opens its images."""

from html import escape

import streamlit as st

from core.evaluation import PairedComparison
from core.evaluation.paired import Cell
from core.runs import RunSummary
from core.runs.predictions import Split
from core.ui.curves import run_looks
from core.ui.formatting import class_words, count, plain, share
from core.ui.run_images import show_images
from core.ui.verdict_judged import cell_images
from core.ui.verdict_words import CELLS

NEUTRAL = "#8A949C"
"""Of the images that do not tell A from B."""


def show_cells(a: RunSummary, b: RunSummary, found: PairedComparison, split: Split) -> None:
    """Draw the cells with their counts, and the images of the one that was opened."""
    looks = run_looks([a.id, b.id])
    st.html(bar_html(found, looks[a.id].color, looks[b.id].color))
    opened: Cell | None = st.pills(
        "Show the images of a cell",
        list(CELLS),
        format_func=lambda cell: f"{CELLS[cell]} ({getattr(found, cell):,})",
        key="verdict cell",
    )
    if opened is None:
        return
    images = cell_images(a, b, split).get(opened)
    st.caption(
        f"{CELLS[opened]}: {count(len(images), 'image')}, the surest answers first. Below each its "
        f"label, and what A and B say with their P({plain(class_words(a.config.target, 1))})."
    )
    show_images(a, images, key=f"verdict {a.id} {b.id} {split} {opened}")


def bar_html(found: PairedComparison, color_a: str, color_b: str) -> str:
    """The cells as one bar, each as wide as its share; a small one keeps a sliver."""
    colors = {
        "both_right": f"{NEUTRAL}55",
        "only_a": color_a,
        "only_b": color_b,
        "both_wrong": f"{NEUTRAL}bb",
    }
    parts = "".join(
        f'<div title="{escape(words)}: {getattr(found, cell):,} ({share(getattr(found, cell) / found.n)})" '
        f'style="flex:{getattr(found, cell)} 0 {4 if getattr(found, cell) else 0}px;'
        f'background:{colors[cell]}"></div>'
        for cell, words in CELLS.items()
    )
    return f'<div style="display:flex;height:14px;gap:2px;border-radius:4px;overflow:hidden">{parts}</div>'
