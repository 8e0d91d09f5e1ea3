"""The documents say what the code does: a field, setting, file or room that is not documented fails here."""

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest
from typer.main import get_command

from core.cli.app import app
from core.evaluation import Interval
from core.runs import RunState, RunStore, State, TrainConfig
from core.runs.checkpoints import FileMark, Manifest
from core.runs.records import (
    DataRecord,
    Environment,
    EpochScore,
    MarksRecord,
    Metrics,
    Notes,
    Progress,
    SplitCount,
    WeightsRecord,
)
from core.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
RUN_FOLDER = (ROOT / "docs" / "run-folder.md").read_text(encoding="utf-8")
SETTINGS = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
CODE = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "core").rglob("*.py")))
PICTURE = README.split("## Where things are")[1].split("```")[1]
LINE_LENGTH = 110
DOCUMENTS = (
    "README.md",
    "CHANGELOG.md",
    "docs/decisions.md",
    "docs/hosting.md",
    "docs/run-folder.md",
    "docs/settings.md",
)
RECORDS = (
    TrainConfig,
    RunState,
    Progress,
    Metrics,
    EpochScore,
    SplitCount,
    Environment,
    DataRecord,
    WeightsRecord,
    MarksRecord,
    Notes,
    Manifest,
    FileMark,
)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_every_field_of_a_run_is_documented(record):
    assert not [field for field in record.model_fields if f"`{field}`" not in RUN_FOLDER]


def test_every_part_of_an_interval_is_documented():
    metrics = RUN_FOLDER.split("## metrics.json")[1].split("\n## ")[0]
    assert not [field.name for field in fields(Interval) if f"`{field.name}`" not in metrics]


def test_every_state_is_documented():
    assert not [
        state for state in State if f"`{state}`" not in RUN_FOLDER and f"**{state}**" not in RUN_FOLDER
    ]


def test_the_documented_defaults_are_the_real_ones():
    rows = dict(re.findall(r"^\| `(\w+)` \|.*\| `?([^|`]+?)`? \|$", RUN_FOLDER, re.MULTILINE))
    defaults = TrainConfig().model_dump(mode="json")
    assert {field: json.loads(rows[field]) for field in defaults} == defaults


def test_every_setting_is_documented():
    names = [f"LINEAMENT_{name.upper()}" for name in Settings.model_fields]
    assert not [name for name in names if f"`{name}`" not in SETTINGS]
    assert set(re.findall(r"LINEAMENT_[A-Z_]+[A-Z]", SETTINGS)) == set(names)


def test_every_file_of_a_new_run_is_documented_and_no_other_than_core_writes(tmp_path):
    run = RunStore(tmp_path).create(TrainConfig())
    made = {path.name for path in run.path.iterdir()}
    documented = _files_of_the_run_folder()
    assert made <= documented
    assert not [name for name in documented - made if f'"{name}"' not in CODE]


def test_every_room_is_in_the_readmes_picture():
    rooms = [path.name for path in (ROOT / "core").iterdir() if path.is_dir() and path.name != "__pycache__"]
    assert len(rooms) >= 7
    assert not [room for room in rooms if not re.search(rf"\b{room}/", PICTURE)]


def test_the_readmes_picture_names_only_what_is_there():
    named = re.findall(r"^( *)(\.?[\w./]+)", PICTURE, re.MULTILINE)
    assert len(named) > 15
    for indent, name in named:
        assert (ROOT / ("core" if indent else "") / name).exists(), name


def test_every_command_in_the_readme_exists():
    commands = re.findall(r"^python -m core (.+)$", README, re.MULTILINE)
    assert len(commands) >= 10
    for line in commands:
        _check(get_command(app), line.split())


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_fits_a_terminal(name):
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    assert not [line for line in lines if len(line) > LINE_LENGTH]


def _check(command, words: list[str]) -> None:
    """Follow the words down the command's tree; every option on the way must be one of its options."""
    while hasattr(command, "commands") and words and words[0] in command.commands:
        command, words = command.commands[words[0]], words[1:]
    assert not hasattr(command, "commands") or command.invoke_without_command, f"no such command: {words}"
    options = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    assert not [word for word in words if word.startswith("--") and word not in options], words


def _files_of_the_run_folder() -> set[str]:
    table = RUN_FOLDER.split("## config.json")[0]
    return {name.rstrip("/") for name in re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE)}


def test_what_the_documents_link_to_is_there():
    for document in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.name} links to {target}"
