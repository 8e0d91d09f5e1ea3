"""A run's folder deleted while it trains: its trainer ends, nothing comes back, the queue goes on."""

import shutil
from dataclasses import dataclass

import pytest

from core.jobs import JobQueue
from core.runs import Run, RunStore, State, TrainConfig
from core.settings import Settings
from tests.faults.conftest import NewHost
from tests.faults.trainers import serving, trainers_of, wait_for_epochs, wait_until

pytestmark = pytest.mark.slow


@dataclass
class Story:
    """A run that was deleted while it trained, and the one queued behind it."""

    settings: Settings
    deleted: Run
    next: Run


@pytest.fixture(scope="module")
def story(new_host: NewHost, config: TrainConfig) -> Story:
    """Live through it."""
    settings = new_host()
    queue = JobQueue(settings)
    run = queue.submit(config.changed(epochs=1000, early_stopping_patience=0))
    behind = queue.submit(config.changed(epochs=1))
    with serving(settings):
        wait_for_epochs(run, 1)
        while run.path.exists():
            # The trainer may write a file into a folder that is being emptied; then again.
            shutil.rmtree(run.path, ignore_errors=True)
        wait_until(lambda: not trainers_of(run), "its trainer ends")
        wait_until(lambda: behind.state().state is State.FINISHED, "the next run")
    return Story(settings, run, behind)


def test_nothing_of_it_comes_back(story):
    assert not story.deleted.path.exists()
    assert [path.name for path in story.settings.runs.iterdir()] == [story.next.id]


def test_the_queue_goes_on_with_the_next(story):
    assert story.next.state().state is State.FINISHED
    assert JobQueue(story.settings).open_runs() == []


def test_it_is_no_longer_listed(story):
    assert [summary.id for summary in RunStore(story.settings.runs).list_runs()] == [story.next.id]
