"""The queue's promises: order, cap, one run a click, and that a marker never outlives its meaning."""

import os
import threading
import time

import pytest

from core.errors import ConfigError, QueueFullError, RunBusyError, RunError, UnknownRunError
from core.jobs import JobQueue
from core.jobs.markers import OLD_S
from core.jobs.tokens import KEPT_S
from core.runs import State, TrainConfig
from core.settings import Settings
from tests.unit.jobs.conftest import config


def end(queue: JobQueue, run_id: str, state: State = State.FINISHED) -> None:
    """Let a run end."""
    with queue.store.get(run_id).hold() as held:
        held.set_state(state)


def test_an_empty_queue_has_nothing(queue):
    assert queue.open_runs() == queue.waiting() == queue.active() == []


def test_runs_wait_in_the_order_they_came(queue):
    ids = [queue.submit(config()).id for _ in range(12)]
    assert queue.waiting() == queue.open_runs() == ids


def test_a_submitted_run_is_whole(queue):
    run = queue.submit(TrainConfig(epochs=9), name="first")
    assert (run.config().epochs, run.notes().name, run.state().state) == (9, "first", State.QUEUED)


def test_a_run_moves_to_its_place(queue):
    a, b, c, d = (queue.submit(config()).id for _ in range(4))
    queue.move(d, 0)
    assert queue.waiting() == [d, a, b, c]
    queue.move(d, 2)
    assert queue.waiting() == [a, b, d, c]
    queue.move(a, 99)
    assert queue.waiting() == [b, d, c, a]
    queue.move(a, -5)
    assert queue.waiting() == [a, b, d, c]
    e = queue.submit(config()).id
    assert queue.waiting() == [a, b, d, c, e]


def test_only_a_waiting_run_moves(queue):
    a, b = queue.submit(config()).id, queue.submit(config()).id
    end(queue, a)
    with pytest.raises(RunError, match=a):
        queue.move(a, 0)
    with pytest.raises(UnknownRunError):
        queue.move("../x", 0)
    assert queue.waiting() == [b]


def test_a_cancelled_run_leaves_the_queue_and_keeps_its_config(queue):
    a, b = queue.submit(config("wait")), queue.submit(config())
    queue.cancel(a.id)
    assert queue.waiting() == queue.open_runs() == [b.id]
    assert a.state().state is State.STOPPED
    assert "Cancelled" in a.state().reason
    assert a.config() == config("wait")


def test_only_a_waiting_run_is_cancelled(queue):
    run = queue.submit(config())
    end(queue, run.id)
    with pytest.raises(RunError, match="finished"):
        queue.cancel(run.id)
    with pytest.raises(UnknownRunError):
        queue.cancel("20260101-000000-aaaaaa")


def test_a_run_in_a_trainers_hands_is_not_cancelled(queue):
    run = queue.submit(config())
    with run.hold() as held:
        held.set_state(State.STARTING)
        with pytest.raises(RunBusyError):
            queue.cancel(run.id)
        assert queue.active() == [run.id]


def test_the_queue_is_capped_and_says_so(settings):
    queue = JobQueue(Settings(artifacts=settings.artifacts, max_queued=2))
    first = queue.submit(config())
    queue.submit(config())
    with pytest.raises(QueueFullError, match=r"2 runs are waiting.* 2 that this host allows"):
        queue.submit(config())
    assert len(queue.store.ids()) == 2
    queue.cancel(first.id)
    queue.submit(config())


def test_runs_that_train_do_not_count_as_waiting(settings):
    queue = JobQueue(Settings(artifacts=settings.artifacts, max_queued=1))
    run = queue.submit(config())
    with run.hold() as held:
        held.set_state(State.RUNNING)
        queue.submit(config())
        assert len(queue.open_runs()) == 2


def test_more_epochs_than_the_host_allows_are_refused(settings):
    queue = JobQueue(Settings(artifacts=settings.artifacts, max_epochs=5))
    with pytest.raises(ConfigError, match=r"6 epochs.*5"):
        queue.submit(TrainConfig(epochs=6))
    queue.submit(TrainConfig(epochs=5))
    assert len(queue.store.ids()) == 1


def test_a_double_click_makes_one_run(queue):
    first = queue.submit(config(), token="form-1")
    assert queue.submit(config(), token="form-1").id == first.id
    assert queue.submit(config(), token="form-2").id != first.id
    assert len(queue.store.ids()) == 2


def test_two_clicks_at_the_same_moment_make_one_run(settings):
    def click() -> None:
        ids.append(JobQueue(settings).submit(config(), token="form").id)

    ids: list[str] = []
    threads = [threading.Thread(target=click) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 6
    assert len(set(ids)) == 1


def test_a_full_queue_still_knows_a_token(settings):
    queue = JobQueue(Settings(artifacts=settings.artifacts, max_queued=1))
    run = queue.submit(config(), token="form")
    assert queue.submit(config(), token="form").id == run.id


def test_an_old_token_is_forgotten(queue):
    run = queue.submit(config(), token="form")
    [mark] = (queue.folder / "tokens").iterdir()
    old = time.time() - KEPT_S - 10
    os.utime(mark, (old, old))
    assert queue.submit(config(), token="form").id != run.id


@pytest.mark.parametrize("token", ["../../x", "a/b", "\0", "ü" * 5000, " "])
def test_a_token_is_never_a_path(queue, token):
    run = queue.submit(config(), token=token)
    assert queue.submit(config(), token=token).id == run.id
    assert [path.parent.name for path in (queue.folder / "tokens").rglob("*")] == ["tokens"]


def test_the_marker_of_an_ended_run_is_dropped(queue):
    run = queue.submit(config())
    end(queue, run.id)
    assert queue.open_runs() == []
    assert not list(queue.folder.glob("*.json"))


def test_a_marker_without_a_run_is_dropped_only_when_it_is_old(queue):
    """It is written just before its run: a young one may belong to a run that is being made."""
    queue.submit(config())
    orphan = queue.folder / "20260101-000000-aaaaaa.json"
    orphan.write_text('{"position": 0}')
    assert len(queue.open_runs()) == 1
    assert orphan.exists()
    old = time.time() - OLD_S - 10
    os.utime(orphan, (old, old))
    assert len(queue.open_runs()) == 1
    assert not orphan.exists()


@pytest.mark.parametrize("garbage", [b"", b"[]", b"{}", b'{"position": "x"}', b"\xff", b'{"position": null}'])
def test_a_damaged_marker_puts_its_run_last(queue, garbage):
    a, b = queue.submit(config()), queue.submit(config())
    (queue.folder / f"{a.id}.json").write_bytes(garbage)
    assert queue.waiting() == [b.id, a.id]
    c = queue.submit(config())
    assert set(queue.waiting()) == {a.id, b.id, c.id}


def test_strange_files_in_the_queue_are_passed_over(queue):
    run = queue.submit(config())
    (queue.folder / "notes.json").write_text('{"position": 0}')
    (queue.folder / "README").touch()
    assert queue.open_runs() == [run.id]


def test_a_damaged_run_does_not_stop_the_queue(queue):
    a, b = queue.submit(config()), queue.submit(config())
    (a.path / "state.json").write_bytes(b"{")
    assert queue.waiting() == [b.id]


def test_two_queues_on_one_folder_agree(settings):
    one, other = JobQueue(settings), JobQueue(settings)
    ids = [queue.submit(config()).id for queue in (one, other, one, other)]
    assert one.waiting() == other.waiting() == ids


def test_while_the_queue_changes_it_is_disturbed(queue):
    seen = []
    queue.submit_all([config()], [""], record=lambda _: seen.append(in_another(queue)))
    assert seen == [False]
    assert in_another(queue)


def in_another(queue: JobQueue) -> bool:
    """Whether a scheduler elsewhere may look at the queue now."""
    with JobQueue(queue.settings).undisturbed() as undisturbed:
        return undisturbed
