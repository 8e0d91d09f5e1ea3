"""Studies: runs that were queued together, to be read as one table.

A study is `artifacts/studies/<id>.json`: its name, what was varied, and the ids of its runs in order. The
runs are ordinary runs; deleting a study's file loses nothing but the grouping.
"""

import itertools
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from core.access import HOST, Access, Act
from core.atomic import read_json_or_none, write_json
from core.errors import ConfigError, UnknownRunError
from core.runs.config import TrainConfig
from core.runs.ids import is_run_id, new_run_id
from core.runs.presets import REPORT
from core.runs.records import Words
from core.runs.state import Moment, now
from core.runs.summary import RunSummary
from core.runs.trash import Trash

MAX_RUNS = 200
"""A grid of more is a slip of the pen."""
SWEEP_RATES = (0.1, 1e-3, 1e-5)
CHOSEN = (("none", 1e-3), ("block5", 1e-5))
"""Fine-tuning and learning rate that the report trained for ten epochs."""

Kind = Literal["grid", "report"]


class Study(BaseModel):
    """The content of a study's file. `grid` maps each varied field to its values.

    `visitor` is the key of the visitor of a demo whom it belongs to, "" for the host's own.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    name: Words
    kind: Kind = "grid"
    grid: dict[str, list[Any]] = {}
    run_ids: tuple[str, ...]
    created_at: Moment | Literal[""]
    visitor: str = ""

    @field_validator("run_ids", mode="after")
    @classmethod
    def _ids_are_ids(cls, run_ids: tuple[str, ...]) -> tuple[str, ...]:
        if bad := [run_id for run_id in run_ids if not is_run_id(run_id)]:
            raise ValueError(f"{bad[0]!r} is no run id")
        return run_ids

    @field_validator("grid", mode="after")
    @classmethod
    def _varies_fields(cls, grid: dict[str, list[Any]]) -> dict[str, list[Any]]:
        if bad := [name for name in grid if name not in TrainConfig.model_fields]:
            raise ValueError(f"{bad[0][:60]!r} is no field of a run")
        return grid


@dataclass(frozen=True)
class StudyStore:
    """The folder `artifacts/studies`, as whoever asks may see it."""

    folder: Path
    access: Access = HOST
    _remembered: dict[int | None, dict[str, Study]] = field(default_factory=dict, compare=False, repr=False)

    def create(self, name: str, kind: Kind, grid: dict[str, list[Any]], run_ids: list[str]) -> Study:
        """Write a study of runs that are queued."""
        self.folder.mkdir(parents=True, exist_ok=True)
        study = Study(
            id=new_run_id(),
            name=name,
            kind=kind,
            grid=grid,
            run_ids=tuple(run_ids),
            created_at=now(),
            visitor=self.access.visitor,
        )
        write_json(self.folder / f"{study.id}.json", study.model_dump(mode="json"))
        return study

    def get(self, study_id: str) -> Study:
        """The study of that id; raises UnknownRunError when there is none, or it cannot be read."""
        found = self._read(self.folder / f"{study_id}.json") if is_run_id(study_id) else None
        if found is None:
            raise UnknownRunError(
                f"There is no study {study_id[:60]!r}. `python -m core study list` shows all."
            )
        return found

    def list_studies(self) -> list[Study]:
        """All studies, newest first; files that cannot be read are passed over."""
        paths = sorted((p for p in self.folder.glob("*.json") if is_run_id(p.stem)), reverse=True)
        return [study for path in paths if (study := self._read(path)) is not None]

    def of_run(self, run_id: str) -> Study | None:
        """The newest study that a run belongs to, None when it belongs to none."""
        return next((study for study in self.list_studies() if run_id in study.run_ids), None)

    def study_of(self) -> dict[str, Study]:
        """The newest study of each run that belongs to one; read again when the folder has changed."""
        stamp = self.folder.stat().st_mtime_ns if self.folder.is_dir() else None
        known = self._remembered.get(stamp)
        if known is None:
            studies = reversed(self.list_studies())
            known = {run_id: study for study in studies for run_id in study.run_ids}
            self._remembered.clear()
            self._remembered[stamp] = known
        return dict(known)

    def _read(self, path: Path) -> Study | None:
        try:
            study = Study.model_validate(read_json_or_none(path))
        except ValidationError:
            return None
        # A file that says it is another study would lead links and buttons astray.
        if study.id != path.stem:
            return None
        return study if self.access.allows(Act.SEE_RUN, study.visitor) else None


def study_runs(study: Study, trash: Trash) -> list[RunSummary]:
    """The study's runs in its order; a deleted one keeps its place, so that no case shifts."""
    return [trash.store.summary(run_id) or trash.summary(run_id) for run_id in study.run_ids]


def grid_configs(base: TrainConfig, grid: dict[str, list[Any]]) -> list[TrainConfig]:
    """`base` with every combination of the grid's values, the last field varying fastest.

    Raises:
        ConfigError: an unknown field, a value out of bounds, no values, or more than MAX_RUNS runs.
    """
    if not grid or not all(grid.values()):
        raise ConfigError(
            "A sweep needs at least one field with at least one value, such as learning_rate=0.1,1e-3."
        )
    combinations = list(itertools.product(*grid.values()))
    if len(combinations) > MAX_RUNS:
        raise ConfigError(
            f"The grid makes {len(combinations)} runs; {MAX_RUNS} are allowed. Take values away."
        )
    return [base.changed(**dict(zip(grid, values, strict=True))) for values in combinations]


def report_configs(base: TrainConfig) -> list[TrainConfig]:
    """The report's eight runs in its order, on the faces, weights and image size of `base`.

    Six of three epochs: frozen, then block 5 trained, each at 0.1, 0.001 and 0.00001. Then the two it chose,
    for ten epochs with early stopping and learning-rate reduction. The first six have neither of those, nor
    dropout nor batch normalisation: the report adds them "to further enhance" afterwards.
    """
    plain = base.changed(
        **{
            **REPORT,
            "image_size": base.image_size,
            "limit": base.limit,
            "epochs": 3,
            "dropout": 0.0,
            "batch_norm": False,
            "early_stopping_patience": 0,
            "reduce_lr_patience": 0,
        }
    )
    sweep = [
        plain.changed(fine_tune=depth, learning_rate=rate)
        for depth in ("none", "block5")
        for rate in SWEEP_RATES
    ]
    longer = base.changed(**{**REPORT, "image_size": base.image_size, "limit": base.limit})
    return [*sweep, *(longer.changed(fine_tune=depth, learning_rate=rate) for depth, rate in CHOSEN)]
