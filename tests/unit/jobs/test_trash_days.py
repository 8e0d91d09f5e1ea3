"""Whoever serves the queue empties the trash of what has been there for the host's days."""

import json
import threading

from core.jobs import Scheduler
from core.runs import RunStore
from core.runs.trash import MARK, Trash
from core.settings import Settings
from tests.unit.ui.fabricated import write_run

LONG_AGO = {"deleted_at": "2020-01-01T00:00:00+00:00", "bytes": 1}


def deleted_long_ago(settings: Settings) -> Trash:
    """A trash with one run that was deleted years ago, and one deleted now."""
    trash = Trash(RunStore(settings.runs), settings.trash)
    old, young = write_run(settings, "old"), write_run(settings, "young")
    for run in (old, young):
        trash.delete(run.id)
    (trash.folder / old.id / MARK).write_text(json.dumps(LONG_AGO))
    return trash


def test_serving_removes_what_is_older_than_the_hosts_days(settings):
    trash = deleted_long_ago(settings)
    Scheduler(settings).serve(threading.Event(), until_empty=True)
    assert [deleted.title for deleted in trash.list_deleted()] == ["young"]


def test_no_days_keeps_everything(settings):
    trash = deleted_long_ago(settings)
    forever = Settings(artifacts=settings.artifacts, trash_days=0)
    Scheduler(forever).serve(threading.Event(), until_empty=True)
    assert len(trash.list_deleted()) == 2


def test_a_trash_that_cannot_be_emptied_does_not_stop_the_queue(settings, monkeypatch):
    deleted_long_ago(settings)
    monkeypatch.setattr("shutil.rmtree", lambda *_, **__: (_ for _ in ()).throw(OSError("busy")))
    ticked = []
    scheduler = Scheduler(settings)
    monkeypatch.setattr(scheduler, "tick", lambda: ticked.append(True))
    scheduler.serve(threading.Event(), until_empty=True)
    assert ticked == [True]
