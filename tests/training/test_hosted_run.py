"""A run that travelled to an empty host answers there as it did at home, from what the pack brought alone."""

import json
import shutil
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from core.model.predictor import Predictor
from core.runs import RunStore
from core.runs.hosted import take_in_hosted_runs
from core.settings import PROJECT, Settings
from tests.training.conftest import finish, start

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def photos() -> list[Image.Image]:
    """A few pictures; what is on them does not matter."""
    pixels = np.random.default_rng(0).integers(0, 256, (5, 40, 40, 3), dtype=np.uint8)
    return [Image.fromarray(one) for one in pixels]


def pack(home: Settings, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """`python -m core runs pack …` at home."""
    command = [sys.executable, "-m", "core", "runs", "pack", *arguments, "--artifacts", str(home.artifacts)]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=300, check=False)


def test_it_answers_as_at_home_though_its_weights_file_is_gone(host, tiny, finished, photos, tmp_path):
    mine = tmp_path / "my own vgg.h5"
    shutil.copyfile(host.weights / "vgg16-random-v1.weights.h5", mine)
    on_file, trainer = start(host, tiny.changed(weights=str(mine), epochs=1))
    assert finish(trainer)[0] == 0
    runs = (on_file, finished)
    at_home = [Predictor(run, host).answers(photos) for run in runs]

    done = pack(host, *(run.id for run in runs), "--to", str(tmp_path / "pack"), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["run_ids"] == [run.id for run in runs]
    assert subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=tmp_path / "pack").returncode == 0
    mine.unlink()

    away = Settings(artifacts=tmp_path / "away", hosted_runs=tmp_path / "pack")
    assert take_in_hosted_runs(away) == sorted(run.id for run in runs)
    for run, before in zip(runs, at_home, strict=True):
        after = Predictor(RunStore(away.runs).get(run.id), away).answers(photos)
        np.testing.assert_array_equal(after.probabilities, before.probabilities)
    # Both start from the same values, so that they travel once, and nothing was made or fetched here.
    assert len(list(away.weights.iterdir())) == 1


def test_one_whose_base_weights_are_gone_does_not_travel(host, tiny, tmp_path):
    mine = tmp_path / "vgg.h5"
    shutil.copyfile(host.weights / "vgg16-random-v1.weights.h5", mine)
    run, trainer = start(host, tiny.changed(weights=str(mine), epochs=1))
    assert finish(trainer)[0] == 0
    mine.unlink()
    done = pack(host, run.id, "--to", str(tmp_path / "pack"))
    assert done.returncode == 2
    assert "There is no weights file" in done.stderr
    assert not (tmp_path / "pack").exists()
