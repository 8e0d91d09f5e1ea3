"""`python -m core runs delete|restore|trash|empty-trash`: runs out of the way, back again, or gone."""

from typing import Annotated

import typer

from core.cli.confirm import Yes, confirm
from core.cli.options import Artifacts, AsJson, print_json, settings_for
from core.errors import RunError
from core.runs import RunStore
from core.runs.bulk import Outcome, each_of
from core.runs.trash import DeletedRun, Trash
from core.settings import Settings

RunIds = Annotated[list[str], typer.Argument(metavar="RUN…", help="Ids of runs.")]
ForGood = Annotated[bool, typer.Option("--for-good", help="Past restoring, in the trash already or not.")]


def delete(
    run_ids: RunIds,
    for_good: ForGood = False,
    yes: Yes = False,
    artifacts: Artifacts = None,
    as_json: AsJson = False,
) -> None:
    """Move runs to the trash; `runs restore` brings them back."""
    bin_ = trash_of(settings_for(artifacts))
    there = {deleted.id for deleted in bin_.list_deleted()} if for_good else set()
    for run_id in set(run_ids) - there:
        bin_.store.get(run_id)  # one wrong id, and nothing is deleted
    if not for_good:
        tell_outcome(each_of(run_ids, bin_.delete), "in the trash", as_json)
        return
    confirm(f"Delete {len(set(run_ids))} runs with all their files, past restoring?", yes)

    def gone(run_id: str) -> None:
        if run_id not in there:
            bin_.delete(run_id)
        bin_.delete_for_good(run_id)

    tell_outcome(each_of(run_ids, gone), "deleted for good", as_json)


def restore(run_ids: RunIds, artifacts: Artifacts = None, as_json: AsJson = False) -> None:
    """Bring deleted runs back from the trash."""
    bin_ = trash_of(settings_for(artifacts))
    for run_id in run_ids:
        bin_.get(run_id)
    tell_outcome(each_of(run_ids, bin_.restore), "restored", as_json)


def trash(artifacts: Artifacts = None, as_json: AsJson = False) -> None:
    """List the deleted runs, the last deleted first."""
    settings = settings_for(artifacts)
    found = trash_of(settings).list_deleted()
    if as_json:
        print_json([_object(deleted) for deleted in found])
        return
    for deleted in found:
        print(f"{deleted.id}  {_when_and_size(deleted)}  {deleted.title}")
    days = settings.trash_days
    kept = (
        f"A run is removed for good {days} days after it was deleted." if days else "They are kept for ever."
    )
    print(kept if found else "The trash is empty.")


def empty_trash(yes: Yes = False, artifacts: Artifacts = None, as_json: AsJson = False) -> None:
    """Delete for good all that is in the trash."""
    bin_ = trash_of(settings_for(artifacts))
    if found := bin_.list_deleted():
        confirm(f"Delete {len(found)} runs with all their files, past restoring?", yes)
    elif not as_json:
        print("The trash is empty.")
    tell_outcome(bin_.empty(), "deleted for good", as_json)


def trash_of(settings: Settings) -> Trash:
    """The host's trash."""
    return Trash(RunStore(settings.runs), settings.trash)


def tell_outcome(outcome: Outcome, done: str, as_json: bool) -> None:
    """Print a line a run, or `{"done": [id, …], "failed": {id: reason}}`; raises RunError for what failed."""
    if as_json:
        print_json({"done": outcome.done, "failed": outcome.failed})
    else:
        for run_id in outcome.done:
            print(f"{run_id}  {done}")
    if outcome.failed:
        raise RunError(" ".join(outcome.failed.values()))


def _object(deleted: DeletedRun) -> dict[str, object]:
    return {
        "run_id": deleted.id,
        "title": deleted.title,
        "deleted_at": deleted.deleted_at.isoformat(timespec="seconds"),
        "bytes": deleted.bytes,
    }


def _when_and_size(deleted: DeletedRun) -> str:
    return f"deleted {deleted.deleted_at:%Y-%m-%d %H:%M} UTC  {deleted.bytes / 1e6:,.1f} MB"
