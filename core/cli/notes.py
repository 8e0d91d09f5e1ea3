"""`python -m core runs rename|tag|star|note`: what people say of runs."""

from typing import Annotated

import typer

from core.cli.options import Artifacts, AsJson, settings_for
from core.cli.runs import RunId
from core.cli.trash import RunIds, tell_outcome
from core.errors import ConfigError
from core.runs import RunStore
from core.runs.bulk import each_of
from core.runs.notes import clean_tag, edit_notes

Tags = Annotated[list[str] | None, typer.Option(metavar="TAG", help="Repeatable.")]


def rename(
    run: RunId,
    name: Annotated[str, typer.Argument(help='What to call it; "" takes the name away.')],
    artifacts: Artifacts = None,
) -> None:
    """Give a run another name."""
    edit_notes(RunStore(settings_for(artifacts).runs), run, name=name)


def note(
    run: RunId,
    text: Annotated[str, typer.Argument(help='What to remember of it; "" takes the note away.')],
    artifacts: Artifacts = None,
) -> None:
    """Replace a run's note."""
    edit_notes(RunStore(settings_for(artifacts).runs), run, note=text)


def tag(
    run_ids: RunIds,
    add: Tags = None,
    remove: Tags = None,
    artifacts: Artifacts = None,
    as_json: AsJson = False,
) -> None:
    """Add tags to runs, or take some away: `--add baseline --remove draft`."""
    added, removed = [clean_tag(tag) for tag in add or []], remove or []
    if not added and not removed:
        raise ConfigError("No tag was named. Give --add TAG or --remove TAG.")
    _edit(run_ids, "tagged", artifacts, as_json, add_tags=added, remove_tags=removed)


def star(
    run_ids: RunIds,
    off: Annotated[bool, typer.Option("--off", help="Take the star away.")] = False,
    artifacts: Artifacts = None,
    as_json: AsJson = False,
) -> None:
    """Mark runs with a star."""
    _edit(run_ids, "no star" if off else "starred", artifacts, as_json, star=not off)


def _edit(run_ids: list[str], done: str, artifacts: Artifacts, as_json: bool, **changes: object) -> None:
    store = RunStore(settings_for(artifacts).runs)
    for run_id in run_ids:
        store.get(run_id)  # one wrong id, and nothing is changed
    outcome = each_of(run_ids, lambda run_id: edit_notes(store, run_id, **changes))
    tell_outcome(outcome, done, as_json)
