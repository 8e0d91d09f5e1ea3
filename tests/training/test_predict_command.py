"""`python -m core predict` on photos as people have them: good, refused and without a face, in one call."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from core.data.open import SYNTHETIC_MARK
from core.data.synthetic import draw_face, sample_specs, write_synthetic
from core.runs import Run
from core.runs.answering import DRAWN_ONLY
from core.settings import PROJECT, Settings
from tests.training.conftest import predictions

FACES = 60
"""Drawn faces to learn from; a tenth of them is the test split."""

Train = Callable[..., Run]
Ask = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data set that says that its faces are drawn."""
    folder = tmp_path_factory.mktemp("faces") / "drawn"
    write_synthetic(folder, count=FACES, seed=6, workers=1)
    return folder


@pytest.fixture(scope="module")
def trained(train: Train, drawn: Path) -> Run:
    """A run on the same faces without that mark, so that they pass for photographs."""
    ignore = shutil.ignore_patterns(SYNTHETIC_MARK)
    return train(data=str(shutil.copytree(drawn, drawn.with_name("photographs"), ignore=ignore)))


@pytest.fixture(scope="module")
def on_drawn(train: Train, drawn: Path) -> Run:
    """A run that knows that it has only seen drawn faces."""
    return train(data=str(drawn))


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A photo of two faces, one of none, a file that is none."""
    folder, specs = tmp_path_factory.mktemp("photos"), sample_specs(8, 3)
    empty = Image.new("RGB", (760, 480), (150, 160, 170))
    empty.save(folder / "empty.png")
    both = empty.copy()
    for left, number in ((80, 3), (410, 5)):
        both.paste(draw_face(specs[number]).resize((267, 327)), (left, 80))
    both.save(folder / "two.png")
    (folder / "broken.jpg").write_text("no image")
    return folder


@pytest.fixture(scope="module")
def ask(host: Settings, tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Ask by the command line, from another folder than the project's."""
    cwd = tmp_path_factory.mktemp("elsewhere")

    def run(*arguments: object) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "core", "predict", *map(str, arguments)]
        env = os.environ | {"PYTHONPATH": str(PROJECT), "LINEAMENT_ARTIFACTS": str(host.artifacts)}
        return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True)

    return run


@pytest.fixture(scope="module")
def answers(ask: Ask, trained: Run, photos: Path) -> list[dict[str, Any]]:
    """What is said of the test images and, among them, of the other photos."""
    done = ask(trained.id, *files(trained, photos), "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def files(run: Run, photos: Path) -> list[Path]:
    """The run's test images, and after the first the others."""
    first, *rest = (
        Path(run.config().data) / "img_align_celeba" / name for name in predictions(run)["image_id"]
    )
    return [first, *(photos / name for name in ("broken.jpg", "two.png", "empty.png")), *rest]


def named(answers: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return [answer for answer in answers if Path(answer["file"]).name == name]


def test_an_image_of_the_data_set_gets_the_probability_stored_for_it(answers, trained):
    scored = predictions(trained)
    given = [named(answers, image_id) for image_id in scored["image_id"]]
    assert [[answer["crop"] for answer in found] for found in given] == [["as given"]] * len(scored)
    probabilities = [answer["probability"] for (answer,) in given]
    assert probabilities == pytest.approx(scored["probability"].tolist(), abs=1e-3)


def test_a_refused_photo_and_one_without_a_face_stand_among_the_answers_with_a_reason(answers):
    (broken,), (empty,) = named(answers, "broken.jpg"), named(answers, "empty.png")
    assert "no image of a known format" in broken["error"]
    assert "no face was found" in empty["error"] and "--whole" in empty["error"]
    for answer in (broken, empty):
        assert {answer[key] for key in ("face", "box", "label", "probability", "calibrated")} == {None}


def test_two_faces_are_numbered_from_left_to_right(answers):
    first, second = named(answers, "two.png")
    assert (first["face"], second["face"]) == (1, 2)
    assert first["box"][2] < second["box"][0]
    assert first["probability"] != second["probability"]


def test_a_label_is_null_exactly_where_the_model_is_not_sure(answers):
    for answer in answers:
        if answer["error"] is None:
            sure = round(abs(answer["calibrated"] - 0.5), 9) >= round(answer["threshold"] - 0.5, 2)
            assert answer["label"] == (int(answer["calibrated"] > 0.5) if sure else None)


def test_a_wider_threshold_takes_the_label_and_leaves_the_probability(ask, answers, trained, photos):
    sure, unsure = (
        json.loads(ask(trained.id, photos / "two.png", "--threshold", threshold, "--json").stdout)
        for threshold in (0.5, 0.99)
    )
    assert [answer["label"] for answer in sure] == [int(answer["calibrated"] > 0.5) for answer in sure]
    assert [answer["label"] for answer in unsure] == [None, None]
    assert [answer["probability"] for answer in unsure] == [answer["probability"] for answer in sure]


def test_a_run_on_drawn_faces_answers_no_photo_however_sure_it_is(ask, on_drawn, photos):
    done = ask(on_drawn.id, photos / "two.png", "--threshold", 0.5, "--json")
    assert done.returncode == 0, done.stderr
    given = json.loads(done.stdout)
    assert [(answer["label"], DRAWN_ONLY in answer["warnings"]) for answer in given] == [(None, True)] * 2
    assert "synthetic faces" in done.stderr


def test_only_photos_that_cannot_be_answered_exit_with_2_and_name_each(ask, trained, photos):
    done = ask(trained.id, photos / "broken.jpg", photos / "empty.png", photos / "absent.png")
    assert (done.returncode, done.stdout) == (2, "")
    for name in ("broken.jpg", "empty.png", "absent.png"):
        assert name in done.stderr
    assert "Traceback" not in done.stderr


def test_whole_answers_a_photo_without_a_face_in_words(ask, trained, photos):
    done = ask(trained.id, photos / "empty.png", "--whole", "--threshold", 0.99)
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    assert "empty.png  face 1: not sure  P(Male) = " in line and "random weights" in line


@pytest.mark.parametrize("words", [["20200101-000000-aaaaaa"], ["../elsewhere"]])
def test_a_run_that_is_none_exits_with_2(ask, photos, words: list[str]):
    done = ask(*words, photos / "two.png")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_threshold_that_is_none_exits_with_2(ask, trained, photos):
    done = ask(trained.id, photos / "two.png", "--threshold", 0.3)
    assert done.returncode == 2
    assert "--threshold" in done.stderr and "0.5" in done.stderr
