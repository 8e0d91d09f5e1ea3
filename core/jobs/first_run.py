"""A demo's first run, so that nobody finds an empty Compare: a short training on the drawn faces, once."""

import logging
from contextlib import suppress

from core.access import HOST
from core.errors import LineamentError
from core.jobs.queue import JobQueue
from core.runs import Run, TrainConfig
from core.settings import Settings

NAME = "Sample run: drawn faces, random weights"
CONFIG = TrainConfig(
    data="sample",
    weights="random",
    limit=1000,
    image_size=64,
    epochs=8,
    dense_units=(64,),
    batch_norm=True,
    dropout=0.3,
    learning_rate=1e-3,
)
"""Within the caps of a demo's defaults; half a minute on two processors that have nothing else to do."""
QUEUED = "first-run"
"""A file in the queue's folder: it was queued, and whoever deletes the run does not want it back."""
log = logging.getLogger(__name__)


def ensure_first_run(settings: Settings) -> Run | None:
    """Queue a demo's first run if its host has no run, and never had this one; None when nothing was queued.

    A demo that cannot have it, since its caps are smaller or its queue cannot be written, starts without.
    """
    queue = JobQueue(settings, HOST)
    if settings.mode != "demo" or any(not run.visitor for run in queue.store.list_runs()):
        return None
    mark = queue.folder / QUEUED
    try:
        with suppress(FileExistsError):  # what is there and no folder is told by the next line
            queue.folder.mkdir(parents=True)
        mark.touch(exist_ok=False)
        return queue.submit(CONFIG, name=NAME)
    except FileExistsError:
        return None
    except (LineamentError, OSError) as error:
        log.warning("the demo starts without its sample run: %s", error)
        with suppress(OSError):  # it is tried again at the next start
            mark.unlink(missing_ok=True)
        return None
