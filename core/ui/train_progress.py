"""Where an open run is, in words and as a share of the bar. Pure; draws nothing."""

from datetime import UTC, datetime

from core.runs import RunState, RunSummary, State
from core.runs.records import Progress
from core.ui.formatting import count, plain, seconds
from core.ui.vocabulary import phase_words, state_words

SILENT_AFTER_S = 30
"""A trainer that lives writes about once a second, but for the start and the end of a phase."""


def current(state: RunState, progress: Progress | None) -> Progress | None:
    """The last sign of life of this attempt: a resumed run's file still ends with what came before."""
    if progress is None or state.state is State.QUEUED:
        return None
    started = state.started_at
    return progress if started is None or _moment(progress.time) >= _moment(started) else None


def headline(summary: RunSummary, progress: Progress | None, place: int | None = None) -> str:
    """The phase with epoch and step, as Markdown: "Training: epoch 2 of 5, step 14 of 38".

    Args:
        progress: as `current` gives it.
        place: how many runs start before this one; None when it does not wait.
    """
    if summary.state.state is State.QUEUED:
        return f"Waiting: {count(place, 'run')} before this one" if place else "Waiting: next to start"
    if progress is None:
        return state_words(summary.state.state).label
    parts = [f"epoch {progress.epoch} of {progress.epochs}"] if progress.epoch else []
    parts += [f"step {progress.step:,} of {progress.steps:,}"] if progress.steps else []
    return ": ".join(filter(None, [plain(phase_words(progress.phase)), ", ".join(parts)]))


def detail(state: RunState, progress: Progress | None, now: datetime | None = None) -> str:
    """Speed, time left, memory, last sign of life: "52 images/s · left: 3 s in this epoch, …"."""
    if progress is None:
        return f"No sign of life yet · started {seconds(silence(state, None, now))} ago"
    parts = [f"{progress.images_per_second:,.0f} images/s"] if progress.images_per_second else []
    parts += [_time_left(progress)] if progress.eta_run is not None else []
    parts += [f"memory {_memory(progress.memory_mb)}"] if progress.memory_mb else []
    return " · ".join([*parts, f"last sign of life {seconds(silence(state, progress, now))} ago"])


def bar(progress: Progress | None) -> float:
    """How full the bar is, 0..1: of all epochs while it trains, of the phase otherwise."""
    if progress is None:
        return 0.0
    step = progress.step / progress.steps if progress.steps else 0.0
    done = (progress.epoch - 1 + step) / progress.epochs if progress.epoch and progress.epochs else step
    return min(1.0, max(0.0, done))


def silence(state: RunState, progress: Progress | None, now: datetime | None = None) -> float:
    """Seconds since the trainer last wrote, or since it was started when it has not written yet."""
    last = progress.time if progress else state.started_at
    return max(0.0, ((now or datetime.now(UTC)) - _moment(last)).total_seconds()) if last else 0.0


def _time_left(progress: Progress) -> str:
    epoch = "" if progress.eta_epoch is None else f"{seconds(progress.eta_epoch)} in this epoch, "
    return f"left: {epoch}{seconds(progress.eta_run)} in all"


def _memory(mebibytes: float) -> str:
    return f"{mebibytes / 1024:.1f} GiB" if mebibytes >= 1024 else f"{mebibytes:.0f} MiB"


def _moment(iso: str) -> datetime:
    return datetime.fromisoformat(iso)
