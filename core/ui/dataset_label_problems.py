"""Labels that are likely wrong, for a person to look at and to mark: doubtful ones, and contradicting ones.

Duplicates that disagree stand among the problems of images.
"""

import numpy as np
import pandas as pd
import streamlit as st

from core.data import FaceDataset
from core.data.label_rules import Rule, contradictions, label_rules
from core.data.marks import Marks
from core.data.sources import Source
from core.errors import LineamentError
from core.evaluation.label_errors import label_errors
from core.runs import RunSummary
from core.runs.label_findings import OUTLINES, About, findings, read_found
from core.runs.label_marks import marks_csv
from core.runs.predictions import read_predictions
from core.ui.dataset_label_search import show_search
from core.ui.dataset_thumbnail import picture
from core.ui.formatting import attribute_words, class_words, plain, share, when
from core.ui.label_marks import counts_words, marks_of, show_mark, show_trouble
from core.ui.resources import settings, store

DOUBTFUL, CONTRADICTING, MARKED = "Doubtful", "Contradicting", "Marked"
LABELS_A_PAGE = 12
CARD_WIDTH = 150
"""Pixels: five side by side on a small laptop, two on a phone."""


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
        _show(dataset, target, marks, _marked(dataset, marks), key="marked")


def _doubtful(dataset: FaceDataset, source: Source, target: str, marks: Marks) -> None:
    show_search(source, target)
    known = {about.features: about for about in findings(dataset, target, settings())}
    scored = {run.id: run for run in _scored(source, target)}
    if not known and not scored:
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
    judged = label_errors(frame["label"].to_numpy(), frame["probability"].to_numpy())
    st.markdown(
        f"**{int(judged.likely.sum()):,} of {len(frame):,}** labels are likely wrong: a model that had not "
        "seen the image says the other thing, and is surer of it than of most. The most doubtful first.",
        help="Confident learning (Northcutt, Jiang and Chuang, 2021).",
    )
    ranked = frame.iloc[judged.order].assign(likely=judged.likely[judged.order])
    if st.toggle("Without those already marked", key="unmarked labels"):
        ranked = ranked[~ranked["image_id"].isin(set(marks))]
    _show(dataset, target, marks, ranked, key=f"doubtful {chosen}")


def _contradicting(dataset: FaceDataset, target: str, marks: Marks) -> None:
    found = contradictions(dataset, label_rules(dataset), target)
    if not len(found.rows):
        st.write(f"No rule between {attribute_words(target)} and another attribute is broken.")
        return
    st.markdown(
        f"**{len(found.rows):,} images** break a rule that nearly all others keep. Which of the two labels "
        "is wrong, or whether the image is an exception, is yours to see."
    )
    frame = dataset.frame.iloc[found.rows][["image_id"]].assign(
        label=dataset.labels(target)[found.rows], why=[_rule_words(rules[0]) for rules in found.rules]
    )
    _show(dataset, target, marks, frame, key="contradicting")


def _marked(dataset: FaceDataset, marks: Marks) -> pd.DataFrame:
    newest = sorted(marks.items(), key=lambda item: item[1].marked_at, reverse=True)
    return pd.DataFrame(
        {"image_id": [name for name, _ in newest], "label": [mark.label for _, mark in newest]}
    )


def _show(dataset: FaceDataset, target: str, marks: Marks, frame: pd.DataFrame, *, key: str) -> None:
    """Draw a page of faces with label, what was said of it, and the signs that mark it."""
    ids = pd.Index(dataset.frame["image_id"])
    frame = frame[frame["image_id"].isin(ids)]
    if frame.empty:
        st.write("No label.")
        return
    pages = -(-len(frame) // LABELS_A_PAGE)
    page = st.pagination(pages, key=f"{key} of {len(frame)}") if pages > 1 else 1
    shown = frame.iloc[(page - 1) * LABELS_A_PAGE : page * LABELS_A_PAGE]
    with st.container(horizontal=True, gap="small"):
        for row, item in zip(ids.get_indexer(shown["image_id"]), shown.to_dict("records"), strict=True):
            with st.container(width=CARD_WIDTH, gap="xsmall"):
                picture(dataset, int(row), target)
                st.caption(_words(item, target))
                show_mark(dataset, target, item["image_id"], int(item["label"]), marks, key=key)


def _words(item: dict[str, object], target: str) -> str:
    lines = [f"labelled **{class_words(target, int(item['label']))}**"]
    if "probability" in item:
        lines.append(f"P({class_words(target, 1)}) {share(float(np.float64(item['probability'])))}")
    if "why" in item:
        lines.append(plain(str(item["why"])))
    return "  \n".join([*lines, plain(str(item["image_id"]))])


def _rule_words(rule: Rule) -> str:
    given = class_words(rule.given, rule.given_label)
    return f"{given}, yet not {class_words(rule.then, rule.then_label)} ({rule.broken:,} of {rule.support:,})"


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
