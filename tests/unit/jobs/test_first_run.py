"""A demo begins with a run to look at, once; nobody else's machine trains unasked."""

import pytest

from core.access import HOST, Access, visitor_key
from core.jobs import JobQueue
from core.jobs.caps import refuse_over_caps
from core.jobs.first_run import CONFIG, NAME, ensure_first_run
from core.runs import RunStore, State
from core.runs.trash import Trash
from core.settings import Settings
from tests.unit.ui.fabricated import write_run


@pytest.fixture
def demo(tmp_path) -> Settings:
    """A demo that nobody has visited."""
    return Settings(artifacts=tmp_path / "artifacts", mode="demo")


def test_a_new_demo_queues_a_run_that_every_visitor_sees(demo):
    run = ensure_first_run(demo)
    assert run.state().state is State.QUEUED
    assert run.notes().name == NAME
    seen = RunStore(demo.runs, access=Access.of(demo, "somebody")).list_runs()
    assert [summary.id for summary in seen] == [run.id]


def test_it_is_within_what_a_visitor_may_ask_for(demo):
    refuse_over_caps(CONFIG, demo, Access(visitor_key("somebody")))


def test_it_is_queued_once_also_when_it_was_deleted(demo):
    run = ensure_first_run(demo)
    assert ensure_first_run(demo) is None
    JobQueue(demo, HOST).cancel(run.id)
    Trash(RunStore(demo.runs), demo.trash).delete(run.id)
    assert ensure_first_run(demo) is None
    assert RunStore(demo.runs).ids() == []


def test_a_host_with_a_run_of_its_own_needs_none(demo):
    write_run(demo)
    assert ensure_first_run(demo) is None


def test_runs_of_visitors_are_none_of_the_hosts(demo):
    JobQueue(demo, Access.of(demo, "somebody")).submit(CONFIG)
    assert ensure_first_run(demo) is not None


def test_a_demo_with_smaller_caps_starts_without_and_tries_again(demo, caplog):
    small = demo.model_copy(update={"max_epochs": 1})
    assert ensure_first_run(small) is None
    assert "without its sample run" in caplog.text
    assert ensure_first_run(demo) is not None


def test_on_a_machine_of_ones_own_nothing_trains_unasked(settings):
    assert ensure_first_run(settings) is None
    assert not settings.artifacts.exists()


def test_a_demo_whose_queue_cannot_be_written_starts_all_the_same(demo, caplog):
    demo.artifacts.mkdir()
    (demo.artifacts / "queue").write_text("a file in the folder's place")
    assert ensure_first_run(demo) is None
    assert "without its sample run" in caplog.text
