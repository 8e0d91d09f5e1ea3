"""Which run predicts: the choice among the runs that have a model, and one line on the chosen one."""

from collections import Counter

import streamlit as st

from core.errors import LineamentError
from core.runs import RunSummary
from core.runs.marks import marks
from core.runs.records import score_interval
from core.runs.state import OPEN
from core.ui import formatting
from core.ui.address import choose
from core.ui.empty import first_step
from core.ui.links import link
from core.ui.resources import store
from core.ui.run_figures import figures
from core.ui.slice_words import worst_words

INTERVAL = "In brackets: the 95 % interval, how far chance moves an accuracy counted on n images."


def runs_with_model() -> list[RunSummary]:
    """Runs that can predict, the best validation accuracy first."""
    runs = [run for run in store().list_runs() if run.has_model and run.config is not None]
    return sorted(runs, key=lambda run: run.metrics.best.val_accuracy or 0.0, reverse=True)


def show_first_step() -> None:
    """Draw what to do while no run has a model: wait for the one that trains, or train one."""
    training = next((run for run in store().list_runs() if run.state.state in OPEN), None)
    if training is not None:
        first_step(
            "The first model is still learning",
            f"{formatting.plain(training.title)} is {training.state.state.value}. Come back when it ended.",
            page="train",
            label="Watch it",
            icon=":material/monitoring:",
            run=training.id,
        )
        return
    first_step(
        "No trained model yet",
        "Train one first: the preset “Quick look” takes about a minute. Then come back with photos.",
        page="train",
        label="Train a model",
        icon=":material/model_training:",
    )


def choose_run(runs: list[RunSummary]) -> RunSummary:
    """Draw the selectbox of runs, with a link to the chosen one; the choice is `?run=` in the address."""
    by_id, words = {run.id: run for run in runs}, _told_apart(runs)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = choose("Run", list(by_id), name="run", words=words.__getitem__)
        link("run", "Look into it", icon=":material/troubleshoot:", run=chosen)
    return by_id[chosen]


def show_run(run: RunSummary) -> None:
    """Draw what has to be known of a run before one believes it."""
    target = run.metrics.target
    badges = "".join(f" :orange-badge[{formatting.plain(mark)}]" for mark in marks(run))
    st.markdown(
        f"Says **{formatting.plain(formatting.class_words(target, 1))}** or "
        f"**{formatting.plain(formatting.class_words(target, 0))}**, "
        f"trained on {formatting.plain(data_name(run))}{badges}"
    )
    accuracy = accuracy_words(run, "test") or accuracy_words(run, "val") or formatting.NOTHING
    st.caption(f"Accuracy: {accuracy}. {worst_slice_words(run)}", help=INTERVAL)


def data_name(run: RunSummary) -> str:
    """What the run's faces are called."""
    return run.environment.data.name if run.environment else run.config.data


def accuracy_words(run: RunSummary, split: str) -> str:
    """The accuracy on a split with its 95 % interval and n; "" when it was not scored."""
    accuracy = getattr(run.metrics.best, f"{split}_accuracy")
    counted = run.metrics.splits.get(split)
    interval = score_interval(run.metrics.best, split, counted.n) if counted else None
    if interval is None:
        return ""
    return f"{formatting.SPLIT_WORDS[split]} {formatting.with_interval(accuracy, interval, counted.n)}"


def worst_slice_words(run: RunSummary) -> str:
    """A sentence on the slice of the test images on which the run does worst; "" where that is not known."""
    try:
        return worst_words(figures(run, "test").slices, "test")
    except LineamentError:
        return ""


def _told_apart(runs: list[RunSummary]) -> dict[str, str]:
    """What each run is called, by id; with the end of its id where two would be called the same.

    Streamlit sends back the words: of two that are equal only the first could be chosen.
    """
    words = {run.id: _run_words(run) for run in runs}
    shared = Counter(words.values())
    return {
        run_id: text if shared[text] == 1 else f"{text} ({run_id[-6:]})" for run_id, text in words.items()
    }


def _run_words(run: RunSummary) -> str:
    accuracy = formatting.share(run.metrics.best.val_accuracy)
    # Without the name of a weights file, which stands below: a phone has no room for both.
    remarks = "".join(f", {mark.partition(':')[0]}" for mark in marks(run))
    return f"{run.title} · {formatting.attribute_words(run.metrics.target)} · validation {accuracy}{remarks}"
