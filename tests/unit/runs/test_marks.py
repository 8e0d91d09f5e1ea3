"""Drawn faces and base weights that are not ImageNet's are named, before and after the data was read."""

from core.runs import State
from core.runs.marks import is_synthetic, marks
from tests.unit.ui.fabricated import CONFIG, environment, summary


def test_a_run_from_imagenet_on_real_faces_has_no_mark() -> None:
    run = summary(environment=environment(synthetic=False, weights="imagenet"))
    assert marks(run) == []


def test_synthetic_faces_and_random_weights_are_marked() -> None:
    assert marks(summary()) == ["synthetic faces", "random weights"]


def test_local_weights_are_marked_with_the_file_name() -> None:
    run = summary(environment=environment(synthetic=False, weights="file:vgg.h5"))
    assert marks(run) == ["local weights: vgg.h5"]


def test_marks_come_from_the_configuration_before_the_data_was_read() -> None:
    config = CONFIG.changed(weights="/somewhere/vgg.weights.h5")
    assert marks(summary(config=config, environment=None)) == [
        "synthetic faces",
        "local weights: vgg.weights.h5",
    ]


def test_a_damaged_run_has_no_marks() -> None:
    assert marks(summary(config=None, environment=None, state=State.DAMAGED)) == []


def test_drawn_faces_are_known_before_and_after_the_data_was_read() -> None:
    assert is_synthetic(summary()) and is_synthetic(summary(environment=None))
    assert not is_synthetic(summary(environment=environment(synthetic=False)))
    assert not is_synthetic(summary(config=None, environment=None, state=State.DAMAGED))
