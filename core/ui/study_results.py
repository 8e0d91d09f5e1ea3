"""What a study's runs came to: the report's tables beside the published ones, or a table and its curves.

The numbers: `core.ui.study_tables`. Drawn again at each poll while the study goes on.
"""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.runs import OPEN, RunSummary, State
from core.runs.report import what_differs
from core.runs.studies import Study
from core.ui.charts import show_learning_curves
from core.ui.curves import METRICS
from core.ui.formatting import NOTHING, plain
from core.ui.legend import show_legend
from core.ui.links import link
from core.ui.palette import RUN_COLORS
from core.ui.study_tables import CASE_NAMES, EXTENDED, best_first, counted_in_test, grid_table, report_tables
from core.ui.vocabulary import config_line, state_words

MAX_CURVES = len(RUN_COLORS)
"""More curves than colours cannot be told apart."""
ROW_PIXELS, MOST_ROWS = 35, 14
"""The table is as high as its rows, up to this many; the rest scrolls."""
SCORES = ("Validation", "Test", "Test, last")


def show_results(study: Study, runs: Sequence[RunSummary]) -> None:
    """Draw the study's table and curves, and why runs ended early."""
    if study.kind == "report":
        _show_report(runs)
    else:
        _show_grid(study, runs)


def _show_report(runs: Sequence[RunSummary]) -> None:
    first, second = report_tables(runs)
    st.subheader("Learning rates, three epochs", anchor=False)
    _static(first)
    st.subheader("Extended: the two chosen, ten epochs", anchor=False)
    _static(second)
    st.caption(
        "Accuracies: in training and validation a line an epoch, and in test; the report's beside "
        f"ours{_of_test(runs)}. Diff. is ours at the last epoch minus the report's, which reads like "
        "the last epoch's. The best epoch has the lowest validation loss. Train accuracies are running means."
    )
    _links(runs)
    _show_early_ends(runs)
    if sentences := what_differs(runs):
        st.markdown("**What differs from the report**")
        st.markdown("\n".join(f"- {plain(sentence)}" for sentence in sentences))
    for column, case, run in zip(st.columns(2), CASE_NAMES[EXTENDED:], runs[EXTENDED:], strict=False):
        with column:
            st.markdown(f"**{case}: loss over epochs**")
            show_learning_curves([run], "loss", key=f"study_loss_{case}")
            st.caption(plain(config_line(run.config)) if run.config else plain(run.state.reason))


def _static(table: pd.DataFrame) -> None:
    st.table(table, border="horizontal", hide_index=True)


def _of_test(runs: Sequence[RunSummary]) -> str:
    counted = counted_in_test(runs)
    return f"; test: ours with {counted}, the report does not say its n" if counted else ""


def _links(runs: Sequence[RunSummary]) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption("Open a run:", width="content")
        for case, run in zip(CASE_NAMES, runs, strict=False):
            if run.state.state is not State.DELETED:
                link(_page(run), f"Case {case}" if case.isdecimal() else case, run=run.id)


def _page(run: RunSummary) -> str:
    """Where a run is shown: live beside the form, or the page of a run that has ended with a model."""
    return "run" if run.has_model and run.state.state not in OPEN else "train"


def _show_early_ends(runs: Sequence[RunSummary]) -> None:
    """Say of each run that ended otherwise than finished why; it keeps its place in the table."""
    for place, run in enumerate(runs):
        state = run.state.state
        if state in OPEN or state is State.FINISHED:
            continue
        words, case = state_words(state), f"Case {CASE_NAMES[place]}"
        reason = plain(run.state.reason or words.explanation)
        st.markdown(f"{words.icon} **{case}, {words.label.lower()}:** {reason}")


def _show_grid(study: Study, runs: Sequence[RunSummary]) -> None:
    table = grid_table(study, runs)
    picked = st.dataframe(
        table,
        key=f"study_{study.id}",
        hide_index=True,
        height=ROW_PIXELS * (min(len(runs), MOST_ROWS) + 1) + 3,
        on_select="rerun",
        selection_mode="multi-row",
        column_config=_columns(table),
        placeholder=NOTHING,
        alt="The study's runs",
    )
    st.caption(
        f"Accuracies at the best epoch, the one with the lowest validation loss{_of_n(runs)}. "
        "Tick rows to draw them and to open them."
    )
    chosen = [runs[row] for row in picked.selection.rows if row < len(runs)]
    if chosen:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            for run in chosen[:MAX_CURVES]:
                link(_page(run), plain(run.title), icon=":material/open_in_new:", run=run.id)
    _curves(runs, chosen)


def _of_n(runs: Sequence[RunSummary]) -> str:
    counted = counted_in_test(runs)
    return f"; test accuracies on {counted} images" if counted else ""


def _curves(runs: Sequence[RunSummary], chosen: Sequence[RunSummary]) -> None:
    """Draw the ticked runs, or else the best; always in the study's order, so that nothing moves."""
    wanted = chosen or best_first(runs)
    drawn = [run for run in runs if run in wanted[:MAX_CURVES]]
    if len(wanted) > len(drawn):
        which = "first ticked" if chosen else "best on validation"
        st.caption(f"The {MAX_CURVES} {which} are drawn: more curves cannot be told apart.")
    show_legend(drawn)
    for column, metric in zip(st.columns(2), METRICS, strict=True):
        with column:
            show_learning_curves(drawn, metric, key=f"study_{metric}")
    st.caption("Train dashed, validation solid; the large point is the best epoch. Hover for the numbers.")


def _columns(table: pd.DataFrame) -> dict[str, object]:
    shares = {name: st.column_config.NumberColumn(format="%.4f") for name in SCORES}
    empty = {"Reason": None} if not table["Reason"].any() else {}
    return shares | empty
