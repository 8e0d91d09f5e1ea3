"""What tells whether a run was harmed, and whether two runs came out the same."""

import hashlib
import re
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from core.runs import Run
from core.runs.alarms import read_alarms

TOLERANCE = 1e-5
EPOCH_LINE = re.compile(r"^epoch (\d+) ", re.MULTILINE)


def fingerprint(folder: Path) -> dict[str, str]:
    """The sha256 of every file under `folder`, by its path there."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def epochs_ended(run: Run) -> Counter[int]:
    """How often each epoch was trained to its end, over all attempts, by the run's log."""
    return Counter(int(epoch) for epoch in EPOCH_LINE.findall(run.log_tail(2**20)))


def leftovers(run: Run) -> list[str]:
    """Temporary files that nobody will ever name."""
    return [str(path.relative_to(run.path)) for path in run.path.rglob(".*")]


def assert_same_history(run: Run, reference: Run) -> None:
    """The same epochs with the same numbers, to 1e-5."""
    rows, wanted = run.history(), reference.history()
    assert [row["epoch"] for row in rows] == [row["epoch"] for row in wanted]
    for row, other in zip(rows, wanted, strict=True):
        assert row == pytest.approx(other, abs=TOLERANCE, rel=TOLERANCE)


def assert_same_scores(run: Run, reference: Run) -> None:
    """The same best epoch, test accuracy and probability of every image."""
    found, wanted = run.metrics(), reference.metrics()
    assert (found.best.epoch, found.last.epoch) == (wanted.best.epoch, wanted.last.epoch)
    assert found.best.test_accuracy == wanted.best.test_accuracy
    assert found.last.test_accuracy == wanted.last.test_accuracy
    assert found.best.test_loss == pytest.approx(wanted.best.test_loss, abs=TOLERANCE, rel=TOLERANCE)
    left, right = pd.read_parquet(run.predictions_path), pd.read_parquet(reference.predictions_path)
    assert left["image_id"].tolist() == right["image_id"].tolist()
    assert left["probability"].tolist() == pytest.approx(right["probability"].tolist(), abs=TOLERANCE)


def assert_same_alarms(run: Run, reference: Run) -> None:
    """The same alarms at the same epochs."""
    found, wanted = ([(alarm.kind, alarm.epoch) for alarm in read_alarms(r)] for r in (run, reference))
    assert sorted(found) == sorted(wanted)
