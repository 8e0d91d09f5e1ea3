"""A demo's first run, so that nobody finds an empty Compare: a short training on the drawn faces."""

from core.access import HOST
from core.jobs.queue import JobQueue
from core.runs import Run, TrainConfig
from core.settings import Settings

NAME = "A first look, on drawn faces"
CONFIG = TrainConfig(
    data="sample",
    weights="random",
    limit=600,
    image_size=64,
    epochs=5,
    dense_units=(64,),
    dropout=0.3,
    learning_rate=1e-3,
)
"""Within the caps of a demo; under a minute on two processors."""


def ensure_first_run(settings: Settings) -> Run | None:
    """Queue the first run of a demo that has none of its host's yet; None when nothing was queued."""
    queue = JobQueue(settings, HOST)
    if settings.mode != "demo" or any(not run.visitor for run in queue.store.list_runs()):
        return None
    return queue.submit(CONFIG, name=NAME, token=NAME)
