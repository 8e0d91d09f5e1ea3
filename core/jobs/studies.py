"""Queue a study: several runs at once, all or none, and the study's file with them."""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from core.jobs.queue import JobQueue
from core.runs import TrainConfig
from core.runs.notes import clean_name
from core.runs.studies import Kind, Study, StudyStore, grid_configs, report_configs

FIELD_WORDS = {"learning_rate": "lr", "fine_tune": "", "batch_norm": "batch norm", "dense_units": "units"}
ON_DISK = ("data", "weights")
"""Fields whose value may be a long path; the last part of it tells them apart."""
REPORT_NAMES = (*(f"Report, case {i}" for i in range(1, 7)), *(f"Report, extended case {i}" for i in (1, 2)))


def submit_grid(
    queue: JobQueue,
    base: TrainConfig,
    grid: dict[str, list[Any]],
    name: str = "",
    *,
    token: str | None = None,
) -> Study:
    """Queue every combination of `grid` over `base` as one study.

    Args:
        token: the form's token; the same token gives the same study, so a double click makes one.

    Raises:
        ConfigError: the grid or one of its runs is out of bounds; nothing is queued.
        QueueFullError: the queue has no room for all of them; nothing is queued.
        RunError: the folder cannot be written; nothing is queued.
    """
    configs = grid_configs(base, grid)
    names = [", ".join(_value_words(field, getattr(config, field)) for field in grid) for config in configs]
    return _submit(queue, configs, names, (clean_name(name) or "Sweep", "grid", grid), token)


def submit_report(queue: JobQueue, base: TrainConfig, *, token: str | None = None) -> Study:
    """Queue the report's eight runs on the faces and weights of `base`; as `submit_grid` does."""
    return _submit(queue, report_configs(base), REPORT_NAMES, ("The report's study", "report", {}), token)


def _submit(
    queue: JobQueue,
    configs: list[TrainConfig],
    names: list[str] | tuple[str, ...],
    head: tuple[str, Kind, dict[str, list[Any]]],
    token: str | None,
) -> Study:
    studies = StudyStore(queue.settings.studies, queue.access)
    create = partial(studies.create, *head)
    run_ids = [run.id for run in queue.submit_all(configs, names, token=token, record=create)]
    # Of an earlier click with this token the runs may be there, and the study's file deleted since.
    return studies.of_run(run_ids[0]) or create(run_ids)


def _value_words(field: str, value: Any) -> str:
    """`lr 0.00001`, `none`, `batch norm on`, `units 256-128`, `data celeba`."""
    if isinstance(value, bool):
        shown = "on" if value else "off"
    elif isinstance(value, float):
        shown = np.format_float_positional(value, trim="-")
    elif isinstance(value, tuple):
        shown = "-".join(map(str, value)) or "none"
    else:
        shown = Path(value).name if field in ON_DISK else str(value)
    return f"{FIELD_WORDS.get(field, field.replace('_', ' '))} {shown}".strip()
