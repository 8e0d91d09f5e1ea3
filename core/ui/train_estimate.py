"""How long runs would take, in words, shown beside Start. The arithmetic is `core.jobs.estimate`."""

from collections.abc import Sequence

from core.data.open import SYNTHETIC_MARK
from core.data.sources import BUILT_IN
from core.data.splits import HELD_OUT
from core.errors import DataError
from core.jobs import estimate
from core.jobs.estimate import Planned, estimate_all, total
from core.runs import RunSummary, State, TrainConfig
from core.ui import train_progress
from core.ui.formatting import count, seconds
from core.ui.resources import all_runs, dataset, queue, settings
from core.ui.train_fields import source_at

LOOK_BACK = 50
"""Newest runs that speeds are learnt from: thousands of older ones would slow the form."""
SAMPLE_SPLITS = {"train": 1600, "val": 200, "test": 200}
"""Of the synthetic faces, so that they need not be drawn before somebody wants them."""


def estimate_line(config: TrainConfig) -> str:
    """How long `config` would train on this machine; "" where its data cannot be opened."""
    try:
        splits = splits_of(config)
    except DataError:
        # The form says so where the data is chosen.
        return ""
    ended = newest_finished()
    judged = estimate(config, splits, ended)
    time = f"About {seconds(rounded(judged.seconds))}"
    if _to_be_drawn([config]):
        time += " once the synthetic faces are drawn"
    return time + _grounds(judged.measured, ended)


def study_line(configs: Sequence[TrainConfig]) -> str:
    """How long these runs would train one after the other, and what the queue does before; "" as above."""
    try:
        mine = [Planned(config, splits_of(config)) for config in configs]
    except DataError:
        return ""
    before, ended = waiting_before(), newest_finished()
    judged = estimate_all([*before, *mine], ended)
    own, wait = total(judged[len(before) :]), total(judged[: len(before)])
    time = f"About {seconds(rounded(own.seconds))} for {_all_of(len(configs))}"
    if _to_be_drawn(configs):
        time += " once the synthetic faces are drawn"
    time += _grounds(own.measured, ended)
    if before:
        come = "comes" if len(before) == 1 else "come"
        time += f". {count(len(before), 'run')} in the queue {come} first: {seconds(rounded(wait.seconds))}"
    return f"{time}."


def waiting_before(last: str | None = None) -> list[Planned]:
    """The runs that train or wait, in their order: all of them, or those up to the run `last`."""
    ids = queue().open_runs()
    ids = ids[: ids.index(last) + 1] if last in ids else ids
    found = [summary for run_id in ids if (summary := all_runs().summary(run_id)) and summary.config]
    return [Planned(summary.config, _known_splits(summary), _left(summary)) for summary in found]


def splits_of(config: TrainConfig) -> dict[str, int]:
    """Images of train, val and test of a configuration's data; raises DataError when it cannot be opened."""
    if config.data in BUILT_IN:
        return SAMPLE_SPLITS
    opened = dataset(source_at(config.data).id)
    if opened.official_split:
        return {split: len(rows) for split, rows in opened.splits()}
    held_out = round(len(opened) * HELD_OUT)
    return {"train": len(opened) - 2 * held_out, "val": held_out, "test": held_out}


def rounded(value: float) -> float:
    """Seconds without false exactness: to 5 s, from a minute to 10 s, from ten minutes to a minute."""
    step = 5 if value < 60 else 10 if value < 600 else 60
    return max(step, round(value / step) * step)


def newest_finished() -> list[RunSummary]:
    """What speeds are learnt from, newest first."""
    runs = all_runs()
    found = (runs.summary(run_id) for run_id in runs.ids()[:LOOK_BACK])
    return [run for run in found if run and run.state.state is State.FINISHED]


def _grounds(measured: bool, ended: Sequence[RunSummary]) -> str:
    if measured:
        return ", judged by earlier runs here"
    return f"; a rough guess, nothing {'like it ' if ended else ''}has run here yet"


def _all_of(n: int) -> str:
    return "one run" if n == 1 else f"all {n}"


def _known_splits(summary: RunSummary) -> dict[str, int]:
    """Of a run that may have read its data already; nothing where they cannot be had."""
    if summary.environment:
        return {split: counted.n for split, counted in summary.environment.data.splits.items()}
    try:
        return splits_of(summary.config)
    except DataError:
        return {}


def _left(summary: RunSummary) -> float | None:
    """What the trainer of a run says is left, seconds."""
    progress = train_progress.current(summary.state, all_runs().get(summary.id).progress())
    return progress.eta_run if progress else None


def _to_be_drawn(configs: Sequence[TrainConfig]) -> bool:
    wanted = any(config.data in BUILT_IN for config in configs)
    return wanted and not any(settings().datasets.glob(f"*/{SYNTHETIC_MARK}"))
