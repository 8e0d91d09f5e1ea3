"""Queue a study: several runs at once, all or none."""

from typing import Any

from core.jobs.queue import JobQueue
from core.runs import TrainConfig
from core.runs.studies import Kind, Study, StudyStore, grid_configs, report_configs

FIELD_WORDS = {"learning_rate": "lr", "fine_tune": "", "batch_norm": "batch norm"}


def submit_grid(queue: JobQueue, base: TrainConfig, grid: dict[str, list[Any]], name: str = "") -> Study:
    """Queue every combination of `grid` over `base` as one study.

    Raises:
        ConfigError: the grid or one of its runs is out of bounds; nothing is queued.
        QueueFullError: the queue has no room for all of them; nothing is queued.
    """
    configs = grid_configs(base, grid)
    names = [", ".join(_value_words(field, getattr(config, field)) for field in grid) for config in configs]
    return _submit(queue, configs, names, name or "Sweep", "grid", grid)


def submit_report(queue: JobQueue, base: TrainConfig) -> Study:
    """Queue the report's eight runs on the faces and weights of `base`; raises as `submit_grid` does."""
    configs = report_configs(base)
    names = [f"Report, case {i}" for i in range(1, 7)] + [
        "Report, extended case 1",
        "Report, extended case 2",
    ]
    return _submit(queue, configs, names, "The report's study", "report", {})


def _submit(
    queue: JobQueue,
    configs: list[TrainConfig],
    names: list[str],
    name: str,
    kind: Kind,
    grid: dict[str, list[Any]],
) -> Study:
    runs = queue.submit_all(configs, names)
    return StudyStore(queue.settings.studies).create(name, kind, grid, [run.id for run in runs])


def _value_words(field: str, value: Any) -> str:
    shown = f"{value:g}" if isinstance(value, float) else str(value)
    return f"{FIELD_WORDS.get(field, field.replace('_', ' '))} {shown}".strip()
