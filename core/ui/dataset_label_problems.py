"""Labels that are likely wrong, for a person to look at and to mark: doubtful ones, and contradicting ones.

Duplicates that disagree stand among the problems of images.
"""

import pandas as pd
import streamlit as st

from core.data import FaceDataset
from core.data.label_rules import Rule, contradictions, label_rules
from core.data.leaning_words import exception_words
from core.data.marks import Marks
from core.data.sources import Source
from core.errors import LineamentError
from core.evaluation.label_errors import judge_of, label_errors
from core.runs import RunSummary
from core.runs.label_findings import OUTLINES, About, findings, read_found
from core.runs.label_judge import caution_words, found_words, judge_words, source_words
from core.runs.label_marks import marks_csv
from core.runs.predictions import read_predictions
from core.ui.dataset_label_cards import show_labels
from core.ui.dataset_label_search import show_search
from core.ui.formatting import attribute_words, count, plain, when
from core.ui.label_marks import counts_words, marks_of, show_trouble
from core.ui.resources import settings, store

DOUBTFUL, CONTRADICTING, MARKED = "Doubtful", "Contradicting", "Marked"
TARGET = "target"
"""The key of the page's choice of a target."""


def show_label_problems(dataset: FaceDataset, source: Source, target: str) -> None:
    """Draw the labels of `target` that are likely wrong, the likeliest first, with what marks them."""
    show_trouble()
    try:
        marks = marks_of(dataset, target)
    except LineamentError as error:
        st.error(plain(str(error)))
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        kind = st.segmented_control(
            "Which labels",
            (DOUBTFUL, CONTRADICTING, MARKED),
            default=DOUBTFUL,
            required=True,
            key="which labels",
            label_visibility="collapsed",
        )
        st.caption(counts_words(marks), width="content")
        st.download_button(
            "Marks (CSV)",
            lambda: marks_csv(dataset, settings()),
            file_name=f"{source.id}-marks.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            disabled=not marks,
        )
    st.caption(
        "Nothing is changed in the data. A run leaves out what is marked wrong, or learns it the other way "
        "round, if you say so under More settings of Train."
    )
    if kind == DOUBTFUL:
        _doubtful(dataset, source, target, marks)
    elif kind == CONTRADICTING:
        _contradicting(dataset, target, marks)
    else:
        show_labels(dataset, target, marks, _marked(marks), key="marked")


def _doubtful(dataset: FaceDataset, source: Source, target: str, marks: Marks) -> None:
    searching = show_search(source, target)
    known = {about.features: about for about in findings(dataset, target, settings())}
    scored = {run.id: run for run in _scored(source, target)}
    if not known and not scored:
        if not searching:
            st.info(
                "No label has been judged yet: look through them all, or train a run on these faces.",
                icon=":material/search:",
            )
        return
    chosen = st.selectbox(
        "Judged by",
        [*known, *scored],
        format_func=lambda name: _judge_words(known[name]) if name in known else _score_words(scored[name]),
        key=f"judged by {source.id} {target}",
    )
    try:
        if chosen in known:
            frame = read_found(dataset, known[chosen], settings()).frame
        else:
            frame = read_predictions(store().get(chosen), attributes=())
    except LineamentError as error:
        st.error(plain(str(error)))
        return
    given = frame["label"].to_numpy(), frame["probability"].to_numpy()
    judged, judge = label_errors(*given), judge_of(*given)
    by = source_words(known[chosen]) if chosen in known else f"answers of {plain(scored[chosen].title)}"
    st.markdown(
        f"**{found_words(int(judged.likely.sum()), judge)}**. {judge_words(judge, by)}",
        help="A model that had not seen the image says the other thing, and is as sure of it as of images "
        "labelled so: confident learning (Northcutt, Jiang and Chuang, 2021).",
    )
    if caution := caution_words(judge):
        st.warning(caution, icon=":material/balance:")
    with st.container(horizontal=True):
        others = st.toggle("Also show the others", key="labels not doubted")
        unmarked = st.toggle("Without those already marked", key="unmarked labels")
    ranked = frame.iloc[judged.order if others else judged.order[: int(judged.likely.sum())]]
    if unmarked:
        ranked = ranked[~ranked["image_id"].isin(set(marks))]
    show_labels(dataset, target, marks, ranked, key=f"doubtful {chosen}")


def _contradicting(dataset: FaceDataset, target: str, marks: Marks) -> None:
    found = contradictions(dataset, label_rules(dataset), target)
    if not len(found.rows):
        st.write(f"No rule between {plain(attribute_words(target))} and another attribute is broken.")
        return
    st.markdown(
        f"**{count(len(found.rows), 'image')}** {'breaks' if len(found.rows) == 1 else 'break'} a rule that "
        "nearly all others keep. Which of the two labels is wrong, or whether the image is an exception, is "
        f"yours to see: a mark here is of {plain(target)} alone."
    )
    _other_targets(target, [rule for rules in found.rules for rule in rules])
    frame = dataset.frame.iloc[found.rows][["image_id"]].assign(
        label=dataset.labels(target)[found.rows], why=[exception_words(rules[0]) for rules in found.rules]
    )
    show_labels(dataset, target, marks, frame, key="contradicting")


def _other_targets(target: str, rules: list[Rule]) -> None:
    """Draw what leads to the same contradictions with the other label as the target, to mark that one."""
    others = dict.fromkeys(name for rule in rules for name in (rule.given, rule.then) if name != target)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption("To mark the other label, make it the target:", width="content")
        for name in others:
            st.button(plain(name), key=f"to target {name}", on_click=_make_target, args=(name,))


def _make_target(name: str) -> None:
    st.session_state[TARGET] = name


def _marked(marks: Marks) -> pd.DataFrame:
    newest = sorted(marks.items(), key=lambda item: item[1].marked_at, reverse=True)
    return pd.DataFrame(
        {"image_id": [name for name, _ in newest], "label": [mark.label for _, mark in newest]}
    )


def _judge_words(about: About) -> str:
    by = "outlines" if about.source == OUTLINES else f"what run {about.source} saw"
    return f"all images, held out in folds, by {by} (n = {about.n:,}, {when(about.made_at)})"


def _score_words(run: RunSummary) -> str:
    n = sum(run.metrics.splits[split].n for split in ("val", "test") if split in run.metrics.splits)
    return f"validation and test of {run.title} (n = {n:,})"


def _scored(source: Source, target: str) -> list[RunSummary]:
    """Runs on these faces that were scored on this target."""
    return [
        run
        for run in store().list_runs()
        if run.config
        and run.metrics
        and run.config.target == target
        and run.config.data == str(source.location)
    ]
