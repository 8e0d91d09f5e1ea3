"""Is one of the chosen runs better on the same images? Two as A and B, more against a baseline.

How they are judged: `core.ui.verdict_judged`; what is said of it: `core.ui.verdict_words`; the cells and
their images: `core.ui.verdict_cells`.
"""

import zlib
from collections.abc import Collection, Sequence
from typing import Any

import streamlit as st

from core.evaluation import Judged
from core.runs import RunSummary
from core.runs.comparability import comparability, why_not_comparable
from core.runs.marks import marks
from core.runs.predictions import SPLITS, Split
from core.ui import verdict_words as said
from core.ui.compare_difference import short_labels
from core.ui.compare_table import best_run
from core.ui.curves import run_looks
from core.ui.formatting import SPLIT_WORDS, count, plain
from core.ui.legend import sign_html
from core.ui.links import link
from core.ui.verdict_cells import show_cells
from core.ui.verdict_judged import Scored, judge, of_one, scored_on

SPLIT, BASELINE = "split", "baseline"
"""What the address calls the images and the baseline that were chosen."""


@st.fragment
def show_verdict(summaries: Sequence[RunSummary]) -> None:
    """Draw the verdict on two chosen runs or more; nothing for one."""
    if len(summaries) < 2:
        return
    head = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
    with head:
        split = _ask_split()
    scored = scored_on(summaries, split)
    if len(scored.runs) < 2:
        _show_too_few(summaries, scored, split)
    elif len(summaries) == 2:
        _show_pair(scored.runs[0], scored.runs[1], split)
    else:
        with head:
            baseline = _ask_baseline(scored.runs)
        _show_many(baseline, summaries, scored, split)


def _show_pair(a: RunSummary, b: RunSummary, split: Split) -> None:
    judged = judge(b, [a], split)[a.id]
    labels = short_labels([a, b])
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _badge(judged)
        _named("A", a, labels[a.id], [a, b])
        _named("B", b, labels[b.id], [a, b])
    _show_marks([a, b])
    if judged.comparison is None:
        recorded = of_one(why_not_comparable(b, a))
        reason = f"B cannot be held against A: {recorded}." if recorded else judged.reason
        st.warning(plain(reason), icon=":material/block:")
        return
    st.markdown(said.sentence(judged.comparison, split))
    if said.persons_disagree(judged.comparison, judged.comparison.p_value):
        st.info(said.PERSONS_DISAGREE, icon=":material/group:")
    st.caption(said.CAVEAT)
    show_cells(a, b, judged.comparison, split)


def _show_many(baseline: RunSummary, summaries: Sequence[RunSummary], scored: Scored, split: Split) -> None:
    others = [run for run in scored.runs if run.id != baseline.id]
    judged = judge(baseline, others, split)
    table = said.verdict_table(summaries, judged, scored.without)
    _show_marks(summaries)
    picked = st.dataframe(
        table,
        key=f"verdicts {baseline.id} {split} {zlib.crc32(','.join(table.index).encode())}",
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        column_config={"Run": st.column_config.TextColumn(pinned=True)},
        alt="Each run against the baseline",
    )
    labels = short_labels(summaries)
    st.caption(
        f"Each run against {plain(labels[baseline.id])} on the same {SPLIT_WORDS[split]} images; above 0 the "
        f"difference speaks for the run. p is of McNemar's exact test. {said.CAVEAT_MANY}"
    )
    rows = [row for row in picked.selection.rows if row < len(table)]
    chosen = next((run for run in others if rows and run.id == table.index[rows[0]]), None)
    if chosen is None:
        st.caption("Tick a row to see which images that run and the baseline get right.")
    elif (found := judged[chosen.id].comparison) is not None:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            _named("A", chosen, labels[chosen.id], summaries)
            _named("B, the baseline", baseline, labels[baseline.id], summaries)
        show_cells(chosen, baseline, found, split)


def _show_too_few(summaries: Sequence[RunSummary], scored: Scored, split: Split) -> None:
    labels = short_labels(summaries)
    lines = [f"- **{plain(labels[run_id])}**: {plain(reason)}" for run_id, reason in scored.without.items()]
    st.info(
        f"No verdict: {count(len(scored.runs), 'run')} of {len(summaries)} has predictions of "
        f"{SPLIT_WORDS[split]} images, and it takes two.\n" + "\n".join(lines),
        icon=":material/hourglass_empty:",
    )
    reference, *others = summaries
    for run_id, reason in comparability(others, reference).items():
        runs = f"{plain(labels[run_id])} cannot be compared with {plain(labels[reference.id])}"
        st.warning(f"{runs}: {plain(of_one(reason))}.", icon=":material/block:")


def _ask_split() -> Split:
    return st.segmented_control(
        "Images",
        ("test", "val"),
        format_func=lambda split: SPLIT_WORDS[split].capitalize(),
        required=True,
        help="Test images were not looked at while training. Validation chose the best epoch, so that its "
        "figures flatter a little.",
        **_bound(SPLIT, SPLITS, usual="test"),
    )


def _ask_baseline(runs: Sequence[RunSummary]) -> RunSummary:
    """The run that the others are held against; the best by validation where nobody chose."""
    known, labels, best = {run.id: run for run in runs}, short_labels(runs), best_run(runs) or runs[0]
    chosen = st.selectbox(
        "Baseline",
        list(known),
        format_func=lambda run_id: labels[run_id] + (", best by validation" if run_id == best.id else ""),
        help="The others are held against it.",
        **_bound(BASELINE, known, usual=best.id),
    )
    return known[chosen]


def _bound(name: str, allowed: Collection[str], *, usual: str) -> dict[str, Any]:
    """What makes a control show a choice of the address and write it there; the usual one is not written."""
    key, asked = f"verdict {name}", st.query_params.get(name, usual)
    wanted = asked if asked in allowed else usual
    if st.session_state.get(key) != wanted:
        st.session_state[key] = wanted
    return {"key": key, "on_change": _write, "args": (name, key, usual)}


def _write(name: str, key: str, usual: str) -> None:
    if (value := st.session_state[key]) == usual:
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = value


def _badge(judged: Judged) -> None:
    words, icon, color = said.BADGES[judged.verdict]
    st.badge(words, icon=icon, color=color)


def _named(letter: str, run: RunSummary, label: str, shown: Sequence[RunSummary]) -> None:
    """A run with its letter and its symbol, leading to its page."""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", width="content"):
        st.html(
            f"{sign_html(run_looks([item.id for item in shown])[run.id])} <b>{letter}</b>", width="content"
        )
        link("run", plain(label), run=run.id)


def _show_marks(runs: Sequence[RunSummary]) -> None:
    found = dict.fromkeys(mark for run in runs for mark in marks(run))
    if found:
        with st.container(horizontal=True, gap="xsmall"):
            for mark in found:
                st.badge(plain(mark), icon=":material/label:", color="yellow")
