"""`python -m core runs delete|restore|trash|empty-trash`, and rename, note, tag, star."""

import pytest

from core.runs import TrainConfig
from tests.unit.cli.test_refusals import refused

NONE = "20260101-000000-aaaaaa"


def test_a_deleted_run_is_in_the_trash_until_it_is_restored(command, saved):
    answer = command("runs", "delete", saved.id, "--json")
    assert (answer.code, answer.json()) == (0, {"done": [saved.id], "failed": {}})
    assert command("runs", "list", "--json").json() == []
    [deleted] = command("runs", "trash", "--json").json()
    assert set(deleted) == {"run_id", "title", "deleted_at", "bytes"}
    assert (deleted["run_id"], deleted["title"]) == (saved.id, "first")
    assert deleted["deleted_at"].endswith("+00:00")
    assert deleted["bytes"] > 0
    out = command("runs", "trash").out
    assert "first" in out
    assert "30 days" in out
    assert command("runs", "restore", saved.id).out == f"{saved.id}  restored\n"
    assert command("runs", "show", saved.id).code == 0
    assert command("runs", "trash", "--json").json() == []


def test_what_cannot_be_undone_wants_a_yes(command, saved):
    refused(command("runs", "delete", saved.id, "--for-good"), "--yes")
    assert saved.path.is_dir()
    command("runs", "delete", saved.id)
    refused(command("runs", "empty-trash"), "1 runs", "--yes")
    assert len(command("runs", "trash", "--json").json()) == 1
    assert command("runs", "empty-trash", "--yes", "--json").json() == {"done": [saved.id], "failed": {}}
    assert command("runs", "trash").out == "The trash is empty.\n"
    assert command("runs", "empty-trash").out == "The trash is empty.\n"


@pytest.mark.parametrize("first", [True, False], ids=["out of the trash", "at once"])
def test_a_run_can_be_deleted_for_good(command, saved, first):
    if first:
        command("runs", "delete", saved.id)
    assert command("runs", "delete", saved.id, "--for-good", "--yes").out == f"{saved.id}  deleted for good\n"
    refused(command("runs", "restore", saved.id), saved.id, "no deleted run")


def test_one_wrong_id_and_nothing_is_done(command, saved):
    for wrong in (NONE, "../runs"):
        refused(command("runs", "delete", saved.id, wrong), wrong)
        refused(command("runs", "restore", wrong), wrong)
        refused(command("runs", "star", saved.id, wrong), wrong)
        refused(command("runs", "tag", saved.id, wrong, "--add", "a"), wrong)
        refused(command("runs", "rename", wrong, "other"), wrong)
    assert saved.path.is_dir()
    assert saved.notes().star is False


def test_what_waits_stays_and_the_others_are_deleted(command, saved, store):
    waiting = store.create(TrainConfig())
    answer = command("runs", "delete", waiting.id, saved.id, "--json")
    assert answer.code == 1
    assert "Stop it first" in answer.err
    assert answer.json()["done"] == [saved.id]
    assert list(answer.json()["failed"]) == [waiting.id]


def test_notes_are_written_and_listed(command, saved, store):
    other = store.create(TrainConfig())
    assert command("runs", "rename", saved.id, "second").code == 0
    assert command("runs", "note", saved.id, "a\nb").code == 0
    command("runs", "tag", saved.id, other.id, "--add", "a", "--add", "b")
    command("runs", "tag", saved.id, "--remove", "A", "--add", "c")
    command("runs", "star", saved.id, other.id)
    command("runs", "star", other.id, "--off")
    found = {row["run_id"]: row for row in command("runs", "list", "--json").json()}
    said = {field: found[saved.id][field] for field in ("name", "note", "tags", "star")}
    assert said == {"name": "second", "note": "a\nb", "tags": ["b", "c"], "star": True}
    assert (found[other.id]["tags"], found[other.id]["star"]) == (["a", "b"], False)


def test_notes_beyond_the_limits_are_refused(command, saved):
    refused(command("runs", "rename", saved.id, "x" * 81), "80", "81")
    refused(command("runs", "rename", saved.id, "a\x1b[31m"), "U+001B")
    refused(command("runs", "note", saved.id, "x" * 10_001), "10,000")
    refused(command("runs", "tag", saved.id, "--add", "x" * 41), "40")
    refused(command("runs", "tag", saved.id), "--add")
    refused(command("train", "--data", "sample", "--name", "x" * 81), "80")
    assert saved.notes().name == "first"
