"""What a run said of each image: read as it was written, refused when damaged, explained when absent."""

import os

import numpy as np
import pandas as pd
import pytest

from core.data import ATTRIBUTES
from core.errors import NoPredictionsError, RunDamagedError
from core.runs import RunStore, State, TrainConfig
from core.runs.predictions import FIXED, attribute_names, read_predictions
from tests.scored_runs import predictions


@pytest.fixture
def run(settings):
    return RunStore(settings.runs).create(TrainConfig())


def fabricated(n=40):
    """`n` validation and `n` test images."""
    return predictions("Male", 0.9, n=n)


def put_predictions(run, frame):
    frame.to_parquet(run.predictions_path, index=False)


def damaged(run, frame, fault):
    put_predictions(run, frame)
    with pytest.raises(RunDamagedError, match=rf"predictions\.parquet of {run.id}: .*{fault}"):
        read_predictions(run)


def test_what_was_written_is_read(run):
    frame = fabricated()
    put_predictions(run, frame)
    found = read_predictions(run)
    pd.testing.assert_frame_equal(found, frame, check_dtype=False)
    assert [str(found[name].dtype) for name in FIXED] == ["str", "int64", "str", "uint8", "float32"]
    assert {str(found[name].dtype) for name in attribute_names(found)} == {"uint8"}
    assert attribute_names(found) == list(ATTRIBUTES)


def test_one_split_alone_is_numbered_from_0(run):
    frame = fabricated(10)
    put_predictions(run, frame)
    test = read_predictions(run, "test")
    assert set(test["split"]) == {"test"}
    assert test.index.tolist() == list(range(10))
    assert test["image_id"].tolist() == frame["image_id"].tolist()[10:]
    assert len(read_predictions(run, "val")) == 10


def test_only_the_attributes_asked_for_are_read(run):
    put_predictions(run, fabricated())
    assert list(read_predictions(run, attributes=("Young", "Male"))) == [*FIXED, "Young", "Male"]
    assert list(read_predictions(run, attributes=())) == list(FIXED)
    with pytest.raises(RunDamagedError, match="no column Hat"):
        read_predictions(run, attributes=("Hat",))


def test_other_writers_types_are_read_as_ours(run):
    """A file made by hand with pandas's own widths says the same."""
    frame = fabricated()
    wide = frame.astype(
        {"label": bool, "probability": float, "Male": int, "Young": bool, "split": "category"}
    )
    put_predictions(run, wide)
    pd.testing.assert_frame_equal(read_predictions(run), frame, check_dtype=False)


@pytest.mark.parametrize("column", FIXED)
def test_a_missing_column_is_named(run, column):
    damaged(run, fabricated().drop(columns=column), f"no column {column}")


@pytest.mark.parametrize(
    ("column", "value", "fault"),
    [
        ("probability", 1.5, r"probability holds 1\.5"),
        ("probability", -0.01, "probability holds -0.0"),
        ("probability", np.inf, "probability holds inf"),
        ("probability", np.nan, "probability has 1 empty"),
        ("label", 2, "label holds 2"),
        ("Young", 255, "Young holds 255"),
        ("split", "train", "split holds 'train'"),
        ("image_id", None, "image_id has 1 empty"),
    ],
)
def test_a_value_that_cannot_be_is_named(run, column, value, fault):
    frame = fabricated()
    frame.loc[3, column] = value
    damaged(run, frame, fault)


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        ("image_id", int),
        ("person_id", float),
        ("split", "datetime64[ns]"),
        ("label", float),
        ("probability", str),
        ("Male", str),
    ],
)
def test_a_wrong_type_is_named(run, column, kind):
    frame = fabricated()
    values = frame[column].str.len() if frame[column].dtype == "str" else frame[column]
    damaged(run, frame.assign(**{column: values.astype(kind)}), column)


def test_an_image_stands_once_in_a_split(run):
    frame = fabricated(5)
    frame.loc[6, "image_id"] = frame.loc[5, "image_id"]
    damaged(run, frame, "'test-2-00000.jpg' is there twice")


def test_a_file_without_images_is_damage(run):
    damaged(run, fabricated().iloc[:0], "no scored images")
    put_predictions(run, fabricated(5).iloc[:5])
    with pytest.raises(RunDamagedError, match="no test images"):
        read_predictions(run, "test")


@pytest.mark.parametrize("cut", [0, 3, 100, -1, -200])
def test_a_torn_file_is_damage(run, cut):
    put_predictions(run, fabricated())
    content = run.predictions_path.read_bytes()
    run.predictions_path.write_bytes(content[:cut])
    with pytest.raises(RunDamagedError, match=run.id):
        read_predictions(run)


def test_flipped_bytes_never_raise_anything_else(run):
    put_predictions(run, fabricated())
    content = bytearray(run.predictions_path.read_bytes())
    rng = np.random.default_rng(0)
    for _ in range(60):
        broken = bytearray(content)
        for place in rng.integers(0, len(content), 4):
            broken[place] ^= 0xFF
        run.predictions_path.write_bytes(broken)
        try:
            read_predictions(run)
        except RunDamagedError as error:
            assert run.id in str(error)


def test_a_pipe_in_its_place_does_not_hold_us_up(run):
    os.mkfifo(run.predictions_path)
    with pytest.raises(RunDamagedError, match="no file"):
        read_predictions(run)


def test_a_run_that_waits_says_wait(run):
    with pytest.raises(NoPredictionsError, match=f"{run.id} has no predictions: it is queued.*Wait"):
        read_predictions(run)


@pytest.mark.parametrize(
    ("state", "advice"),
    [(State.CRASHED, "runs resume"), (State.STOPPED, "runs resume"), (State.FINISHED, "runs extend")],
)
def test_a_run_that_was_not_scored_says_what_to_do(run, state, advice):
    with run.hold() as held:
        # A crash is never written: it is running with nobody at the lock.
        held.set_state(State.RUNNING if state is State.CRASHED else state)
    with pytest.raises(NoPredictionsError, match=f"it is {state.value}.*{advice}"):
        read_predictions(run)
