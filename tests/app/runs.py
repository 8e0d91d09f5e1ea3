"""Run folders as a trainer would leave them, without training: for tests of pages that only read them."""

from core.atomic import write_json
from core.runs import Run, RunState, RunStore, State, TrainConfig
from core.runs.records import DataRecord, Environment, EpochScore, Metrics, SplitCount, WeightsRecord
from core.settings import Settings

ENDED = "2026-01-31T14:25:01.000+00:00"


def finished_run(
    settings: Settings,
    name: str,
    *,
    val_accuracy: float,
    test_accuracy: float = 0.9,
    synthetic: bool = True,
    weights: str = "random",
    target: str = "Male",
    n: int = 100,
    aligned: bool | None = None,
) -> Run:
    """A finished run that was scored on `n` validation and `n` test images."""
    config = TrainConfig(target=target, weights=weights, data="sample" if synthetic else "/faces")
    run = RunStore(settings.runs).create(config, name=name)
    splits = {split: SplitCount(n=n, positives=n // 2) for split in ("train", "val", "test")}
    score = EpochScore(epoch=2, val_accuracy=val_accuracy, val_loss=0.3, test_accuracy=test_accuracy)
    metrics = Metrics(target=target, best=score, last=score, splits=splits)
    write_json(run.path / "metrics.json", metrics.model_dump())
    environment = _environment(synthetic, weights, splits, aligned)
    write_json(run.path / "environment.json", environment.model_dump())
    state = RunState(state=State.FINISHED, ended_at=ENDED, seconds=30)
    write_json(run.path / "state.json", state.model_dump(mode="json"))
    return run


def _environment(
    synthetic: bool, weights: str, splits: dict[str, SplitCount], aligned: bool | None
) -> Environment:
    data = DataRecord(
        name="synthetic faces" if synthetic else "faces",
        synthetic=synthetic,
        fingerprint="data",
        split_fingerprint="split",
        official_split=False,
        splits=splits,
        aligned=aligned,
    )
    return Environment(
        versions={},
        machine="a test",
        precision="float32",
        seed=0,
        data=data,
        weights=WeightsRecord(kind=weights, name=weights, fingerprint="weights"),
        trained_parameters=1,
        frozen_parameters=1,
    )
