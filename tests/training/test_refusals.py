"""A trainer that cannot do its work says why in one line, in the run's state and by its exit code."""

import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from core.runs import State
from core.settings import PROJECT
from tests.faces import make_celeba
from tests.training.conftest import finish, start


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"data": "/nowhere/at/all"}, "/nowhere/at/all", marks=pytest.mark.slow),
        ({"weights": "/nowhere/base.h5"}, "/nowhere/base.h5"),
    ],
    ids=["data", "weights"],
)
def test_bad_input_fails_the_run_with_the_reason(host, tiny, changes, words):
    run, trainer = start(host, tiny.changed(**changes))
    code, errors = finish(trainer)
    assert code == 2
    assert run.state().state is State.FAILED
    assert words in run.state().reason
    assert run.state().reason in errors
    assert "Traceback" not in errors


@pytest.mark.slow
def test_images_that_do_not_decode_are_left_out_and_told(host, tiny, tmp_path):
    """One broken image must neither stop a run nor vanish in silence."""
    folder = make_celeba(tmp_path / "faces")
    (folder / "img_align_celeba" / "000001.png").write_bytes(b"not an image")
    Image.fromarray(np.zeros((64, 64), np.uint8)).save(folder / "img_align_celeba" / "000002.png")
    run, trainer = start(host, tiny.changed(data=str(folder), epochs=1))
    code, errors = finish(trainer)
    assert code == 0, errors
    assert run.metrics().splits["train"].n == 39
    assert any("000001.png" in problem for problem in run.environment().data.problems)


def test_a_folder_that_is_no_run_is_refused(host, tiny, tmp_path):
    command = [sys.executable, "-m", "core.training", str(tmp_path)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 2
    assert "not a run" in done.stderr
    assert "Traceback" not in done.stderr
