"""`python -m core clean`: says what goes and how much that is; a dry run removes nothing."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from core.atomic import write_json
from tests.unit.cli.conftest import Command


@pytest.fixture
def old(saved):
    """A run that ended long ago."""
    ended = (datetime.now(UTC) - timedelta(days=40)).isoformat()
    state = saved.written_state().model_copy(update={"ended_at": ended})
    write_json(saved.path / "state.json", state.model_dump(mode="json"))
    return saved


def test_a_dry_run_tells_and_removes_nothing(command: Command, old):
    answer = command("clean", "--older-than", "30d", "--dry-run")
    assert answer.code == 0
    assert answer.out.startswith(f"run  {old.id}  ")
    assert "Would remove 1 x run" in answer.out
    assert old.path.is_dir()


def test_cleaning_removes_what_the_dry_run_told(command: Command, old):
    told = command("clean", "--older-than", "4w", "--dry-run", "--json").json()
    done = command("clean", "--older-than", "4w", "--json").json()
    assert told["removed"] == done["removed"]
    assert (told["dry_run"], done["dry_run"]) == (True, False)
    assert done["bytes"] > 500
    assert done["failed"] == {}
    assert not old.path.exists()
    assert "Nothing is older" in command("clean", "--older-than", "30d").out


def test_starred_runs_stay_if_asked_to(command: Command, old):
    command("runs", "star", old.id)
    assert command("clean", "--older-than", "30d", "--keep-starred", "--json").json()["removed"] == []
    assert old.path.is_dir()


def test_what_cannot_go_is_told_and_the_exit_code_says_so(command: Command, old):
    with old.hold():
        answer = command("clean", "--older-than", "30d", "--json")
    assert answer.code == 1
    assert old.id in json.loads(answer.out.splitlines()[-1])["failed"]
    assert "in use" in answer.err
    assert old.path.is_dir()


@pytest.mark.parametrize("text", ["30", "d", "-1d", "3 months", "1.5d", "999999d", ""])
def test_what_is_no_age_is_refused(command: Command, old, text):
    answer = command("clean", f"--older-than={text}")
    assert answer.code == 2
    assert "Give a whole number and h, d or w" in answer.err
    assert old.path.is_dir()
