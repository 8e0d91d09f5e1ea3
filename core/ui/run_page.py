"""One run in depth: which run the address names, and how the page's parts are put together."""

import streamlit as st

from core.errors import LineamentError, UnknownRunError
from core.runs import OPEN, RunSummary, State
from core.runs.marks import marks
from core.runs.predictions import Split
from core.runs.records import score_interval
from core.ui import run_figures
from core.ui.charts import show_learning_curves
from core.ui.curves import METRICS
from core.ui.formatting import SPLIT_WORDS, interval_words, plain, share
from core.ui.links import link
from core.ui.resources import store
from core.ui.slice_words import worst_words
from core.ui.train_alarms import show_alarms
from core.ui.vocabulary import config_line, state_words

SPLITS: tuple[Split, ...] = ("test", "val")


def asked_run() -> RunSummary | None:
    """The run of `?run=`; None after saying why there is none to show."""
    run_id = st.query_params.get("run", "")
    try:
        summary = store().summary(run_id) if run_id else None
        if summary is None:
            raise UnknownRunError(
                f"There is no run {run_id}. It may have been deleted." if run_id else "No run was chosen."
            )
    except UnknownRunError as error:
        st.title("Run", anchor=False)
        st.error(plain(str(error)))
        link("compare", "Choose one on Compare", icon=":material/compare_arrows:")
        return None
    return summary


def show_header(summary: RunSummary) -> None:
    """Draw the run's name, its state, what has to be said of its data and weights, and where to go."""
    words = state_words(summary.state.state)
    st.title(plain(summary.title), anchor=False)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.badge(words.label, icon=words.icon, color=words.color, help=words.explanation)
        for mark in marks(summary):
            st.badge(plain(mark), icon=":material/label:", color="yellow")
    if summary.config is not None:
        st.caption(f"{plain(config_line(summary.config))}  \nRun {summary.id}")
    with st.container(horizontal=True, vertical_alignment="center"):
        link("train", "Its training", icon=":material/model_training:", run=summary.id)
        link("compare", "Compare it", icon=":material/compare_arrows:", runs=summary.id)
        if summary.has_model:
            link("predict", "Try it on a photo", icon=":material/add_a_photo:", run=summary.id)
    if summary.state.reason:
        st.info(plain(summary.state.reason), icon=words.icon)


def can_be_scored(summary: RunSummary) -> bool:
    """Whether there are predictions to look at; says why where there are none."""
    if summary.state.state is State.DAMAGED or summary.config is None:
        st.warning(
            "Its folder cannot be read. What can be told of it stands above.", icon=":material/broken_image:"
        )
        return False
    try:
        for split in SPLITS:
            run_figures.predictions(summary, split)
    except LineamentError as error:
        icon = ":material/hourglass_empty:" if summary.state.state in OPEN else ":material/block:"
        st.warning(plain(str(error)), icon=icon)
        return False
    return True


def ask_split() -> Split:
    """Draw the choice of the images that everything below is about."""
    return st.segmented_control(
        "Images",
        SPLITS,
        format_func=lambda split: SPLIT_WORDS[split].capitalize(),
        default=SPLITS[0],
        required=True,
        key="run_split",
        help="Test images were not looked at while training. Validation chose the best epoch, so that its "
        "figures flatter a little.",
    )


def show_headline(summary: RunSummary, split: Split) -> None:
    """Draw accuracy at 0.5 with interval and n, at the best epoch and the last; and the worst slice."""
    metrics = summary.metrics
    found = run_figures.figures(summary, split)
    interval, n = found.accuracy_interval, found.confusion.n
    left, right = st.columns([2, 3], gap="medium")
    with left, st.container(border=True, gap="xsmall"):
        st.metric(f"{SPLIT_WORDS[split].capitalize()} accuracy", share(found.confusion.accuracy))
        st.caption(interval_words(interval, n))
    with right:
        st.markdown(worst_words(found.slices, split))
        if metrics is not None:
            st.caption(_epochs_line(summary, split, n))


def show_curves(summary: RunSummary) -> None:
    """Draw loss and accuracy by epoch; nothing before the first epoch has ended."""
    if not summary.history:
        return
    for column, metric in zip(st.columns(2), METRICS, strict=True):
        with column:
            show_learning_curves([summary], metric, key=f"run_curve_{metric}")
    st.caption(
        "Train dashed, validation solid; the large point is the best epoch, the one with the lowest "
        "validation loss. Point at a chart for its toolbar: its numbers, a PNG, its Vega-Lite source."
    )


def show_run_alarms(summary: RunSummary) -> None:
    """Draw what was raised while it trained."""
    show_alarms(store().get(summary.id))


def _epochs_line(summary: RunSummary, split: Split, n: int) -> str:
    best, last = summary.metrics.best, summary.metrics.last
    line = (
        f"These are the weights of epoch {best.epoch}, the lowest validation loss of {len(summary.history)} "
        "epochs."
    )
    name = f"{split}_accuracy"
    if last.epoch == best.epoch or getattr(last, name) is None:
        return line
    ends = score_interval(last, split, n)
    at_last = f"{share(getattr(last, name))} ({share(ends.low)} to {share(ends.high)})"
    return f"{line} The last, epoch {last.epoch}: {at_last}."
