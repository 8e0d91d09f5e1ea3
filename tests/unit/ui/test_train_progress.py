"""What the Train page says of a run that goes on."""

from datetime import UTC, datetime, timedelta

from core.runs import RunState, State
from core.runs.records import Progress
from core.ui import train_progress
from tests.unit.ui.fabricated import summary

NOW = datetime(2026, 1, 31, 14, 25, tzinfo=UTC)
TRAINING = Progress(
    time=(NOW - timedelta(seconds=3)).isoformat(),
    phase="training",
    epoch=2,
    epochs=5,
    step=7,
    steps=14,
    images_per_second=1520.4,
    eta_epoch=11,
    eta_run=95,
    memory_mb=1640,
)
STATE = RunState(state=State.RUNNING, started_at=(NOW - timedelta(seconds=40)).isoformat())


def test_phase_epoch_and_step_stand_in_words() -> None:
    running = summary(state=State.RUNNING)
    assert train_progress.headline(running, TRAINING) == "Training: epoch 2 of 5, step 7 of 14"


def test_a_phase_without_steps_is_just_named() -> None:
    progress = Progress(time=NOW.isoformat(), phase="scoring", epochs=5)
    assert train_progress.headline(summary(state=State.RUNNING), progress) == (
        "Scoring validation and test images"
    )


def test_a_waiting_run_says_how_many_come_first() -> None:
    waiting = summary(state=State.QUEUED)
    assert train_progress.headline(waiting, None, 2) == "Waiting: 2 runs before this one"
    assert train_progress.headline(waiting, None, 0) == "Waiting: next to start"


def test_speed_time_left_memory_and_silence_are_said() -> None:
    assert train_progress.detail(STATE, TRAINING, NOW) == (
        "1,520 images/s · left: 11 s in this epoch, 1 min 35 s in all · memory 1.6 GiB · "
        "last sign of life 3 s ago"
    )


def test_what_is_not_known_is_left_out() -> None:
    reading = Progress(time=NOW.isoformat(), phase="reading data", memory_mb=380)
    assert train_progress.detail(STATE, reading, NOW) == ("memory 380 MiB · last sign of life under 1 s ago")
    assert train_progress.detail(STATE, None, NOW) == "No sign of life yet · started 40 s ago"


def test_what_an_earlier_attempt_wrote_is_no_sign_of_life() -> None:
    resumed = STATE.model_copy(update={"started_at": NOW.isoformat()})
    assert train_progress.current(STATE, TRAINING) == TRAINING
    assert train_progress.current(resumed, TRAINING) is None
    assert train_progress.current(STATE.model_copy(update={"state": State.QUEUED}), TRAINING) is None


def test_the_bar_counts_epochs_while_training_and_steps_otherwise() -> None:
    reading = Progress(time=NOW.isoformat(), phase="reading data", epochs=5, step=150, steps=600)
    assert train_progress.bar(TRAINING) == 0.3
    assert train_progress.bar(reading) == 0.25
    assert train_progress.bar(None) == 0.0


def test_the_bar_never_leaves_its_bounds() -> None:
    assert train_progress.bar(TRAINING.model_copy(update={"epoch": 9})) == 1.0
