"""`python -m core dataset list|forget`: which data sets there are, and one of them off the list."""

from typing import Annotated, Any

import typer

from core.cli.confirm import Yes, confirm
from core.cli.options import Artifacts, AsJson, print_json, settings_for
from core.data.ours import bytes_of, delete_ours, is_ours
from core.data.sources import Source, forget, get_source, list_sources
from core.runs import RunStore
from core.runs.data_in_use import refuse_in_use
from core.settings import Settings


def list_(artifacts: Artifacts = None, as_json: AsJson = False) -> None:
    """List the data sets that pages and commands know, with their ids."""
    settings = settings_for(artifacts)
    sources = list_sources(settings)
    if as_json:
        print_json([source_object(source, settings) for source in sources])
        return
    for source in sources:
        size = f"  {size_words(source)}" if is_ours(source, settings) else ""
        print(f"{source.id}  {source.name}  {source.path or 'built in'}{size}")


def forget_(
    source_id: Annotated[str, typer.Argument(metavar="ID", help="As `dataset list` prints it.")],
    yes: Yes = False,
    artifacts: Artifacts = None,
) -> None:
    """Take a data set off the list; an upload or a download is deleted, a folder stays as it is."""
    settings = settings_for(artifacts)
    source = get_source(source_id, settings)
    if not is_ours(source, settings):
        forget(source_id, settings)
        print(f"{source_id}  off the list; {source.path} stays as it is")
        return
    store = RunStore(settings.runs)
    refuse_in_use(source.path, source.name, store)
    confirm(f"Delete {source.name} with all its files ({size_words(source)}), past restoring?", yes)
    refuse_in_use(source.path, source.name, store)
    delete_ours(source_id, settings)
    print(f"{source_id}  deleted")


def source_object(source: Source, settings: Settings) -> dict[str, Any]:
    """A source as the command line tells of it; `bytes` is null where its files are not ours."""
    return {
        "id": source.id,
        "name": source.name,
        "path": str(source.path) if source.path else None,
        "synthetic": source.synthetic,
        "own": source.own,
        "bytes": bytes_of(source) if is_ours(source, settings) else None,
    }


def size_words(source: Source) -> str:
    """What a data set whose files are ours takes, in MB."""
    return f"{bytes_of(source) / 1e6:,.1f} MB"
