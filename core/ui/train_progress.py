"""Where an open run is, in words and as a share of the bar. Pure; draws nothing."""

from datetime import UTC, datetime

from core.runs import RunSummary, State
from core.runs.records import Progress
from core.ui.formatting import count, seconds
from core.ui.vocabulary import phase_words, state_words

SILENT_AFTER_S = 60
"""A trainer that lives writes about once a second, but for the start and the end of a phase."""
SILENT = "It has been silent for long. A slow step or a busy machine can do that; the log may say more."


def headline(summary: RunSummary, progress: Progress | None, place: int | None = None) -> str:
    """The phase with epoch and step: "Training: epoch 2 of 5, step 14 of 38".

    Args:
        place: how many runs start before this one; None when it does not wait.
    """
    if summary.state.state is State.QUEUED:
        return f"Waiting: {count(place, 'run')} before this one" if place else "Waiting: next to start"
    if progress is None:
        return state_words(summary.state.state).label
    parts = [f"epoch {progress.epoch} of {progress.epochs}"] if progress.epoch else []
    parts += [f"step {progress.step:,} of {progress.steps:,}"] if progress.steps else []
    return ": ".join(filter(None, [phase_words(progress.phase), ", ".join(parts)]))


def detail(progress: Progress | None, now: datetime | None = None) -> str:
    """Speed, time left and the last sign of life: "52 images/s · 40 s left · heard of 1 s ago"."""
    if progress is None:
        return "no sign of life yet"
    parts = [f"{progress.images_per_second:,.0f} images/s"] if progress.images_per_second else []
    parts += [f"about {seconds(progress.eta_run)} left"] if progress.eta_run is not None else []
    return " · ".join([*parts, f"last sign of life {seconds(silence(progress, now))} ago"])


def bar(progress: Progress | None) -> float:
    """How full the bar is, 0..1: of all epochs while it trains, of the phase otherwise."""
    if progress is None:
        return 0.0
    step = progress.step / progress.steps if progress.steps else 0.0
    done = (progress.epoch - 1 + step) / progress.epochs if progress.epoch and progress.epochs else step
    return min(1.0, max(0.0, done))


def silence(progress: Progress, now: datetime | None = None) -> float:
    """Seconds since the trainer last wrote."""
    return max(0.0, ((now or datetime.now(UTC)) - datetime.fromisoformat(progress.time)).total_seconds())
