"""A run that was interrupted and went on in a new process equals one that never was, to 1e-5.

Dropout, batch norm, early stopping and learning-rate reduction are on; the reference both reduces its rate
and stops early, so that counters that were lost or doubled would show. One story has augmentation as well.
"""

import functools
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

import pytest

from core.jobs import JobQueue, control, train_now
from core.runs import Run, RunStore, State, TrainConfig
from core.settings import Settings
from tests.faults.conftest import NewHost, uninterrupted
from tests.faults.evidence import assert_same_alarms, assert_same_history, assert_same_scores
from tests.faults.trainers import PATIENCE_S, at_once, command, resume, start, train, wait_for_epochs

pytestmark = pytest.mark.slow

Named = dict[str, "Future[Run]"]
FORMS = ("frozen", "fine-tuned")
FRESH_EPOCHS = 2
ALL_EPOCHS = 4


@pytest.fixture(scope="module")
def runs(new_host: NewHost, config: TrainConfig) -> Named:
    """Every run that these tests compare, by a name; trained a few at a time."""
    # Small steps and many epochs: a pause asked for after the first lands before the last.
    frozen = config.changed(batch_size=2, epochs=10, seed=4)
    tuned = config.changed(
        fine_tune="block5",
        learning_rate=1e-3,
        epochs=8,
        early_stopping_patience=2,
        reduce_lr_patience=1,
        seed=5,
    )
    plain = config.changed(early_stopping_patience=0, epochs=ALL_EPOCHS)
    augmented = plain.changed(augment=["flip", "shift", "brightness"])
    jobs: dict[str, Callable[[], Run]] = {
        "frozen": functools.partial(uninterrupted, new_host(), frozen),
        "frozen, paused": functools.partial(paused_and_resumed, new_host(), frozen),
        "fine-tuned": functools.partial(uninterrupted, new_host(), tuned),
        "fine-tuned, paused": functools.partial(paused_and_resumed, new_host(), tuned),
        "fine-tuned, crashed": functools.partial(crashed_and_resumed, new_host(), tuned),
        "augmented": functools.partial(uninterrupted, new_host(), augmented),
        "augmented, crashed": functools.partial(crashed_and_resumed, new_host(), augmented),
        "four epochs": functools.partial(uninterrupted, new_host(), plain),
        "two epochs and two more": functools.partial(extended, new_host(), plain),
    }
    return dict(zip(jobs, at_once(jobs.values()), strict=True))


def paused_and_resumed(settings: Settings, config: TrainConfig) -> Run:
    """Pause in the middle of an epoch, resume from the command line."""
    run = RunStore(settings.runs).create(config)
    trainer = start(run)
    try:
        wait_for_epochs(run, 1)
        # Asked for in this process: a command takes longer to start than the small run takes to end.
        control.pause(JobQueue(settings), run.id)
        assert trainer.wait(PATIENCE_S) == 0
    finally:
        trainer.kill()
        trainer.wait()
    assert run.state().state is State.PAUSED, "it ended before it heard the request"
    assert run.checkpoints.manifest().last_epoch < config.epochs
    done = command(settings, "runs", "resume", run.id)
    assert done.returncode == 0, done.stderr
    return run


def crashed_and_resumed(settings: Settings, config: TrainConfig) -> Run:
    """Die in epoch 3, go on."""
    run = RunStore(settings.runs).create(config)
    train(run, crash_at="train-batch:13")
    assert run.checkpoints.manifest().last_epoch == 2
    assert resume(run, settings) == 0
    return run


def extended(settings: Settings, config: TrainConfig) -> Run:
    """Ask for the first epochs, and for the rest once it has finished."""
    run = uninterrupted(settings, config.changed(epochs=FRESH_EPOCHS))
    queue = JobQueue(settings)
    more = config.epochs - FRESH_EPOCHS
    assert train_now(run, queue, lambda row: None, lambda held: control.lengthen(held, more, queue)) == 0
    return run


@pytest.mark.parametrize("form", FORMS)
def test_the_reference_reduces_its_rate_and_stops_early(runs, form):
    reference = runs[form].result()
    rates = [row["learning_rate"] for row in reference.history()]
    assert rates[-1] < rates[0]
    assert len(rates) < reference.config().epochs


@pytest.mark.parametrize(
    ("story", "form"),
    [
        ("frozen, paused", "frozen"),
        ("fine-tuned, paused", "fine-tuned"),
        ("fine-tuned, crashed", "fine-tuned"),
        ("augmented, crashed", "augmented"),
        ("two epochs and two more", "four epochs"),
    ],
)
def test_an_interrupted_run_equals_one_that_never_was(runs, story, form):
    run, reference = runs[story].result(), runs[form].result()
    assert run.state().state is State.FINISHED
    assert_same_history(run, reference)
    assert_same_scores(run, reference)
    assert_same_alarms(run, reference)


def test_an_extended_run_asks_for_all_its_epochs(runs):
    run = runs["two epochs and two more"].result()
    assert run.config().epochs == ALL_EPOCHS
    assert [row["epoch"] for row in run.history()] == list(range(ALL_EPOCHS))


def test_a_resumed_run_keeps_one_checkpoint_folder_of_committed_files(runs):
    for future in runs.values():
        run = future.result()
        on_disk = {path.name for path in Path(run.checkpoints.folder).iterdir()}
        assert on_disk == {"manifest.json", *run.checkpoints.manifest().files}
