"""A study is queued whole or not at all, and once however often it is asked for."""

import errno
import threading

import pytest

from core.errors import ConfigError, QueueFullError, RunError
from core.jobs import JobQueue
from core.jobs.studies import REPORT_NAMES, submit_grid, submit_report
from core.runs import State, TrainConfig
from core.runs.studies import StudyStore, report_configs
from core.settings import Settings
from tests.unit.jobs.conftest import config, ended, eventually

GRID = {"learning_rate": [0.1, 1e-3], "batch_norm": [True, False]}
BASE = TrainConfig(weights="random", image_size=32)


@pytest.fixture
def studies(settings: Settings) -> StudyStore:
    """The studies of that host."""
    return StudyStore(settings.studies)


def nothing_is_left(queue: JobQueue, studies: StudyStore) -> bool:
    """Neither runs, nor drafts of them, nor markers, nor the study."""
    folders = (queue.store.runs, studies.folder)
    left = [path.name for folder in folders if folder.exists() for path in folder.iterdir()]
    return not left and not list(queue.folder.glob("*.json")) and queue.open_runs() == []


def full_disk(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_sweep_is_its_runs_in_order_and_a_study_that_names_them(queue, studies):
    study = submit_grid(queue, BASE, GRID, "Rates")
    assert studies.get(study.id) == study
    assert (study.name, study.kind, study.grid) == ("Rates", "grid", GRID)
    assert queue.waiting() == list(study.run_ids)
    names = [queue.store.get(run_id).notes().name for run_id in study.run_ids]
    assert names[:2] == ["lr 0.1, batch norm on", "lr 0.1, batch norm off"]


def test_names_tell_layers_and_folders_apart_without_their_paths(queue):
    grid = {"dense_units": [(64,), (128, 64)], "data": ["/far/away/celeba", "sample"]}
    study = submit_grid(queue, BASE, grid)
    names = [queue.store.get(run_id).notes().name for run_id in study.run_ids]
    assert names[0] == "units 64, data celeba" and names[3] == "units 128-64, data sample"


def test_the_reports_study_is_its_eight_cases(queue, studies):
    study = submit_report(queue, BASE)
    runs = [queue.store.get(run_id) for run_id in study.run_ids]
    assert [run.config() for run in runs] == report_configs(BASE)
    assert [run.notes().name for run in runs] == list(REPORT_NAMES)
    assert studies.list_studies() == [study]


@pytest.mark.parametrize(
    "submit",
    [
        lambda queue, token: submit_grid(queue, BASE, GRID, token=token),
        lambda queue, token: submit_report(queue, BASE, token=token),
    ],
)
def test_two_clicks_make_one_study(queue, studies, submit):
    first = submit(queue, "form")
    assert submit(queue, "form") == first
    assert submit(queue, "another form").id != first.id
    assert len(studies.list_studies()) == 2
    assert len(queue.waiting()) == 2 * len(first.run_ids)


def test_clicks_at_the_same_moment_make_one_study(settings, studies):
    def click() -> None:
        found.append(submit_grid(JobQueue(settings), BASE, GRID, token="form").id)

    found: list[str] = []
    threads = [threading.Thread(target=click) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 5 and len(set(found)) == 1
    assert len(studies.list_studies()) == 1


def test_a_study_whose_file_was_deleted_gets_one_for_the_same_runs(queue, studies):
    first = submit_grid(queue, BASE, GRID, token="form")
    (studies.folder / f"{first.id}.json").unlink()
    again = submit_grid(queue, BASE, GRID, token="form")
    assert again.run_ids == first.run_ids
    assert studies.get(again.id) == again


def test_a_disk_that_fills_in_the_middle_leaves_nothing_behind(queue, studies, monkeypatch):
    made = []
    create = type(queue.store).create

    def third_fails(store, *arguments, **options):
        if len(made) == 2:
            full_disk()
        made.append(create(store, *arguments, **options))
        return made[-1]

    monkeypatch.setattr(type(queue.store), "create", third_fails)
    with pytest.raises(RunError, match="No space left"):
        submit_grid(queue, BASE, GRID, token="form")
    assert len(made) == 2
    assert nothing_is_left(queue, studies)


@pytest.mark.parametrize(
    "where",
    ["core.runs.studies.write_json", "core.jobs.markers.write_json", "core.jobs.tokens.Tokens.remember"],
)
def test_a_study_that_cannot_be_written_takes_its_runs_back(queue, studies, monkeypatch, where):
    with monkeypatch.context() as patch:
        patch.setattr(where, full_disk)
        with pytest.raises(RunError, match="No space left"):
            submit_grid(queue, BASE, GRID, token="form")
    assert nothing_is_left(queue, studies)
    assert len(submit_grid(queue, BASE, GRID, token="form").run_ids) == 4


def test_runs_that_waited_before_stay_when_a_study_is_taken_back(queue, studies, monkeypatch):
    before = queue.submit(config())
    monkeypatch.setattr("core.runs.studies.write_json", full_disk)
    with pytest.raises(RunError):
        submit_grid(queue, BASE, GRID)
    assert queue.waiting() == [before.id]


def test_no_run_starts_before_its_study_is_there(settings, scheduler, queue, studies):
    """A tick in the middle of it starts nothing; the next one does."""
    states = []

    def tick(run_ids):
        scheduler.tick()
        states.extend(queue.store.get(run_id).written_state().state for run_id in run_ids)

    runs = queue.submit_all([config(), config()], ["", ""], record=tick)
    assert states == [State.QUEUED, State.QUEUED]
    scheduler.tick()
    assert ended(runs[0]).state().state is State.FINISHED


def test_a_study_that_does_not_fit_is_refused_whole(settings, studies):
    queue = JobQueue(Settings(artifacts=settings.artifacts, max_queued=3))
    with pytest.raises(QueueFullError, match="4 more would pass the 3"):
        submit_grid(queue, BASE, GRID)
    with pytest.raises(ConfigError):
        submit_grid(queue, BASE, {"epochs": [1, 0]})
    assert nothing_is_left(queue, studies)


def test_a_study_goes_on_after_a_run_that_fails(scheduler, queue):
    """A trainer that dies, one that stops because its loss is no number, and one that finishes."""
    study = submit_grid(queue, BASE, {"target": ["die", "lose its loss", "finish"]})
    runs = [queue.store.get(run_id) for run_id in study.run_ids]

    def all_over():
        scheduler.tick()
        return not queue.open_runs()

    eventually(all_over, "the study's end")
    assert [run.state().state for run in runs] == [State.CRASHED, State.STOPPED, State.FINISHED]
    assert "loss became nan" in runs[1].state().reason
