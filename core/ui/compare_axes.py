"""What differs between the chosen runs: a table, and from three runs on lines over all that differs.

A rectangle drawn along an axis keeps the runs that pass through it; the table follows, and the choice if one
likes. The numbers: `core.ui.parallel_axes`.
"""

import zlib
from collections.abc import Sequence

import streamlit as st

from core.runs import RunSummary
from core.ui import compare_choice as choice
from core.ui.chart_forms import brushed, show_chart
from core.ui.compare_difference import difference_table
from core.ui.formatting import as_text, count, plain
from core.ui.parallel_axes import Axis, axes_of, brush_of, kept_by, line_frame, tick_frame
from core.ui.parallel_chart import BRUSH, LINES, TICKS, parallel_coordinates

FEWEST = 3
"""Runs that are drawn as lines; two are told apart faster by the table."""
MOST_ROWS = 12
"""Of the table without scrolling."""
ROUND = "compare brush round"
"""Which chart this is: a brush is taken away by drawing another one."""


@st.fragment
def show_differences(summaries: Sequence[RunSummary]) -> None:
    """Draw what differs between the chosen runs; nothing for one run."""
    if len(summaries) < 2:
        return
    st.subheader("What differs", anchor=False)
    axes = axes_of(summaries)
    if not axes:
        st.write("Nothing: these runs were asked for the same.")
    elif len(summaries) < FEWEST:
        st.table(as_text(difference_table(summaries)))
    else:
        kept = _brushed(summaries, axes)
        _show_table(summaries, kept)


def _brushed(summaries: Sequence[RunSummary], axes: Sequence[Axis]) -> list[str]:
    """Draw the axes; gives the ids of the runs that the brush keeps, all without one."""
    key = _chart_key(summaries)
    # Read before the chart is drawn, which shows what is kept.
    brush = brush_of(brushed(key, BRUSH), axes)
    kept = kept_by(brush, axes) if brush else [summary.id for summary in summaries]
    show_chart(
        parallel_coordinates,
        tuple(axis.label for axis in axes),
        data={LINES: line_frame(summaries, axes, kept), TICKS: tick_frame(axes)},
        key=key,
        text="The runs as lines over what differs and their validation accuracy",
        brush=BRUSH,
    )
    if brush:
        _show_brush(axes[brush.axis], kept, len(summaries))
    else:
        logs = ", ".join(axis.label.lower() for axis in axes if axis.log)
        st.caption(
            "A line is a run. Draw a rectangle along one axis to keep the runs that pass through it."
            + (f" Logarithmic: {plain(logs)}." if logs else "")
        )
    return kept


def _show_brush(axis: Axis, kept: Sequence[str], total: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        words = f"**{len(kept):,} of {count(total, 'run')}** in the brush on {plain(axis.label.lower())}"
        st.markdown(words, width="content")
        st.button("Clear the brush", icon=":material/close:", on_click=_next_round, type="tertiary")
        label = f"Choose only {'this one' if len(kept) == 1 else f'these {len(kept):,}'}"
        if kept and st.button(label, icon=":material/filter_alt:", key="compare choose brushed"):
            choice.choose(kept)
            # The choice is the whole page's; this is a part that is drawn by itself.
            st.rerun()


def _show_table(summaries: Sequence[RunSummary], kept: Sequence[str]) -> None:
    rows = [place for place, summary in enumerate(summaries) if summary.id in kept]
    if rows:
        st.dataframe(
            difference_table(summaries).iloc[rows],
            height="content" if len(rows) <= MOST_ROWS else "auto",
            alt="What differs between the chosen runs",
        )


def _chart_key(summaries: Sequence[RunSummary]) -> str:
    ids = ",".join(summary.id for summary in summaries)
    return f"compare axes {zlib.crc32(ids.encode())} {st.session_state.get(ROUND, 0)}"


def _next_round() -> None:
    st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1
