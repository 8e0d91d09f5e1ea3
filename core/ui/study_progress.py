"""Where a study is, in words and as a share of the bar. Pure; draws nothing."""

from collections import Counter
from collections.abc import Mapping, Sequence

from core.runs import OPEN, RunSummary, State
from core.runs.records import Progress
from core.ui import train_progress
from core.ui.vocabulary import state_words


def headline(runs: Sequence[RunSummary]) -> str:
    """What became of the runs: "3 of 8 done · 2 finished · 1 failed · 1 training · 4 waiting"."""
    states = [run.state.state for run in runs]
    over = sum(state not in OPEN for state in states)
    found = Counter(state for state in states)
    order = sorted(found, key=lambda state: (state in OPEN, state is State.QUEUED, list(State).index(state)))
    parts = [f"{found[state]} {state_words(state).label.lower()}" for state in order]
    return " · ".join([f"{over} of {len(runs)} done", *parts])


def bar(runs: Sequence[RunSummary], progress: Mapping[str, Progress | None]) -> float:
    """How full the bar is, 0..1: each run counts the same, one that trains as far as it has come.

    Args:
        progress: what the runs that are alive say of themselves, by id.
    """
    shares = [train_progress.bar(progress.get(run.id)) if run.state.state in OPEN else 1.0 for run in runs]
    return sum(shares) / len(shares) if shares else 1.0
