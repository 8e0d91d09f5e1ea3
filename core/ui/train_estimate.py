"""One line on how long a run would take, shown beside Start. The arithmetic is `core.jobs.estimate`."""

from core.data import SAMPLE
from core.data.open import SYNTHETIC_MARK
from core.data.splits import HELD_OUT
from core.errors import DataError
from core.jobs import estimate
from core.runs import RunSummary, State, TrainConfig
from core.ui.formatting import seconds
from core.ui.resources import dataset, settings, store
from core.ui.train_fields import source_chosen

LOOK_BACK = 50
"""Newest runs that speeds are learnt from: thousands of older ones would slow the form."""
SAMPLE_SPLITS = {"train": 1600, "val": 200, "test": 200}
"""Of the synthetic faces, so that they need not be drawn before somebody wants them."""


def estimate_line(config: TrainConfig) -> str:
    """How long `config` would train on this machine; "" where its data cannot be opened."""
    try:
        splits = _splits()
    except DataError:
        # The form says so where the data is chosen.
        return ""
    ended = _newest_finished()
    judged = estimate(config, splits, ended)
    time = f"About {seconds(rounded(judged.seconds))}"
    if _to_be_drawn():
        time += " once the synthetic faces are drawn"
    if judged.measured:
        return f"{time}, judged by earlier runs here"
    return f"{time}; a rough guess, nothing {'like it ' if ended else ''}has run here yet"


def rounded(value: float) -> float:
    """Seconds without false exactness: to 5 s, from a minute to 10 s, from ten minutes to a minute."""
    step = 5 if value < 60 else 10 if value < 600 else 60
    return max(step, round(value / step) * step)


def _splits() -> dict[str, int]:
    source = source_chosen()
    if source.id == SAMPLE:
        return SAMPLE_SPLITS
    opened = dataset(source.id)
    if opened.official_split:
        return {split: len(rows) for split, rows in opened.splits()}
    held_out = round(len(opened) * HELD_OUT)
    return {"train": len(opened) - 2 * held_out, "val": held_out, "test": held_out}


def _to_be_drawn() -> bool:
    return source_chosen().id == SAMPLE and not any(settings().datasets.glob(f"*/{SYNTHETIC_MARK}"))


def _newest_finished() -> list[RunSummary]:
    runs = store()
    found = (runs.summary(run_id) for run_id in runs.ids()[:LOOK_BACK])
    return [run for run in found if run and run.state.state is State.FINISHED]
