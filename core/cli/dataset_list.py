"""`python -m core dataset list|forget`: which data sets there are, and one of them off the list."""

import sys
from typing import Annotated, Any

import typer

from core.cli.options import Artifacts, AsJson, print_json, settings_for
from core.data.sources import Source, forget, get_source, list_sources
from core.data.upload import delete_own, own_bytes
from core.errors import InputError
from core.runs import RunStore
from core.runs.data_in_use import refuse_in_use
from core.settings import Settings

Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before what cannot be undone.")]


def list_(artifacts: Artifacts = None, as_json: AsJson = False) -> None:
    """List the data sets that pages and commands know, with their ids."""
    settings = settings_for(artifacts)
    sources = list_sources(settings)
    if as_json:
        print_json([source_object(source, settings) for source in sources])
        return
    for source in sources:
        place = size_words(source, settings) if source.own else str(source.path or "built in")
        print(f"{source.id}  {source.name}  {place}")


def forget_(
    source_id: Annotated[str, typer.Argument(metavar="ID", help="As `dataset list` prints it.")],
    yes: Yes = False,
    artifacts: Artifacts = None,
) -> None:
    """Take a data set off the list; one that came as a zip is deleted, a folder stays as it is."""
    settings = settings_for(artifacts)
    source = get_source(source_id, settings)
    if not source.own:
        forget(source_id, settings)
        print(f"{source_id}  off the list; {source.path} stays as it is")
        return
    store = RunStore(settings.runs)
    refuse_in_use(source.path, source.name, store)
    _ask(f"Delete {source.name} with all its files ({size_words(source, settings)}), past restoring?", yes)
    refuse_in_use(source.path, source.name, store)
    delete_own(source_id, settings)
    print(f"{source_id}  deleted")


def source_object(source: Source, settings: Settings) -> dict[str, Any]:
    """A source as the command line tells of it; `bytes` is null where its files are not ours."""
    return {
        "id": source.id,
        "name": source.name,
        "path": str(source.path) if source.path else None,
        "synthetic": source.synthetic,
        "own": source.own,
        "bytes": own_bytes(source.id, settings) if source.own else None,
    }


def size_words(source: Source, settings: Settings) -> str:
    """What a data set of one's own takes, in MB."""
    return f"{own_bytes(source.id, settings) / 1e6:,.1f} MB"


def _ask(question: str, yes: bool) -> None:
    """Go on only after a yes, given beforehand or typed."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise InputError(f"{question} Nobody can be asked here: add --yes.")
    typer.echo(f"{question} [y/N] ", nl=False, err=True)
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise InputError("Nothing was deleted.")
