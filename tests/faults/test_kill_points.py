"""`kill -9` of the trainer, everywhere: the run shows as crashed, goes on, and nothing else is harmed.

Each point has a host of its own with an earlier, finished run on it. A run is killed there, looked at,
resumed in a new process and compared with one that nothing interrupted.
"""

import shutil
import signal
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from core.faults import POINTS
from core.jobs import JobQueue, control
from core.runs import Run, RunState, RunStore, State, TrainConfig
from core.settings import Settings
from tests.faults.conftest import NewHost
from tests.faults.evidence import (
    assert_same_alarms,
    assert_same_history,
    assert_same_scores,
    epochs_ended,
    fingerprint,
    leftovers,
)
from tests.faults.trainers import AT_ONCE, resume, train, wait_until

pytestmark = pytest.mark.slow

SEEN_WITHIN_S = 5
KILLS = (
    "reading",
    "environment",
    "features",
    "feature-batch:2",
    "torn-chunks",
    "train-batch:2",  # an epoch has five of these, and two of validation
    "train-batch:12",  # epoch 3
    "validation-batch:6",  # epoch 3
    "history:1",
    "torn-history:1",
    "torn-history:3",
    "checkpoint-weights:1",
    "checkpoint-optimizer:2",
    "checkpoint-counters:3",
    "manifest:1",
    "manifest:3",
    "committed:2",
    "torn-progress:3",
    "torn-alarms:1",
    "domain",
    "scoring",
    "scoring-batch:2",
    "predictions",
    "metrics",
    "ending",
)
"""Where, and the how-many-th time there. `torn-…` dies in the middle of a line."""


@dataclass(frozen=True)
class Death:
    """What was seen of a killed run, and of the resume that followed."""

    run: Run
    code: int
    shown: RunState
    rows: int
    committed: int
    resumed: int
    earlier_before: dict[str, str]
    earlier_after: dict[str, str]


def kill_and_resume(point: str, settings: Settings, config: TrainConfig, reference: Run) -> Death:
    """Live through one death."""
    earlier = settings.runs / reference.id
    shutil.copytree(reference.path, earlier)
    before = fingerprint(earlier)
    run = RunStore(settings.runs).create(config)
    code = train(run, crash_at=point)
    shown = state_within(run, State.CRASHED, SEEN_WITHIN_S)
    manifest = run.checkpoints.manifest()
    committed = manifest.last_epoch if manifest else 0
    rows = len(run.history())
    resumed = resume(run, settings)
    return Death(run, code, shown, rows, committed, resumed, before, fingerprint(earlier))


def state_within(run: Run, wanted: State, seconds: float) -> RunState:
    """The run's state once it is `wanted`, or the one it has when the time is over."""
    deadline = time.monotonic() + seconds
    while (state := run.state()).state is not wanted and time.monotonic() < deadline:
        time.sleep(0.05)
    return state


@pytest.fixture(scope="module")
def deaths(new_host: NewHost, config: TrainConfig, reference: Run) -> Iterator[dict[str, "Future[Death]"]]:
    """All deaths, a few at a time; a test waits for its own."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        yield {
            point: threads.submit(kill_and_resume, point, new_host(), config, reference) for point in KILLS
        }


@pytest.fixture(params=KILLS)
def death(request: pytest.FixtureRequest, deaths: dict[str, "Future[Death]"]) -> Death:
    """One of them. It did happen: the process was killed where it should."""
    found = deaths[request.param].result()
    assert found.code == -signal.SIGKILL, found.run.log_tail()
    return found


def test_twenty_points_and_more_are_tried_and_each_that_there_is():
    assert len(KILLS) >= 20
    assert {kill.split(":")[0] for kill in KILLS} >= set(POINTS)


def test_the_reference_reduces_its_rate_and_stops_early(reference, config):
    rates = [row["learning_rate"] for row in reference.history()]
    assert rates[-1] < rates[0]
    assert len(rates) < config.epochs


def test_a_killed_trainer_shows_as_crashed_within_five_seconds(death):
    assert death.shown.state is State.CRASHED
    assert "Resume" in death.shown.reason


def test_a_killed_run_resumes_and_finishes(death):
    assert death.resumed == 0, death.run.log_tail()
    assert death.run.state().state is State.FINISHED
    assert death.run.state().attempt == 2


def test_its_history_and_alarms_are_those_of_a_run_never_killed(death, reference):
    assert_same_history(death.run, reference)
    assert_same_alarms(death.run, reference)


def test_its_scores_are_those_of_a_run_never_killed(death, reference):
    assert_same_scores(death.run, reference)


def test_at_most_one_epoch_is_trained_twice(death):
    ended = epochs_ended(death.run)
    assert sum(ended.values()) - len(ended) <= 1
    assert 0 <= death.rows - death.committed <= 1


def test_an_earlier_run_keeps_every_byte(death):
    assert death.earlier_before
    assert death.earlier_after == death.earlier_before


def test_no_temporary_file_outlives_the_resume(death):
    assert leftovers(death.run) == []


def test_a_server_killed_while_it_starts_a_run_leaves_one_that_can_be_resumed(settings, config):
    """It took the lock, wrote `starting`, and died with the trainer not yet born."""
    run = RunStore(settings.runs).create(config)
    with run.hold() as held:
        held.set_state(State.STARTING, attempt=1)
        assert run.state().state is State.STARTING
    wait_until(lambda: run.state().state is State.CRASHED, "crashed", SEEN_WITHIN_S)
    queue = JobQueue(settings)
    control.resume(queue, run.id)
    assert queue.waiting() == [run.id]
