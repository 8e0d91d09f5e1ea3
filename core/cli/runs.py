"""`python -m core runs …`: list and show saved runs."""

from typing import Annotated

import typer

from core.cli.options import Artifacts, AsJson, print_json, run_object, settings_for
from core.cli.train import epoch_line, last_line
from core.errors import RunDamagedError
from core.runs import RunStore, RunSummary
from core.runs.store import read_summary

runs = typer.Typer(help="Saved runs.", no_args_is_help=True)
RunId = Annotated[str, typer.Argument(metavar="RUN", help="A run's id.")]


@runs.command("list")
def list_runs(artifacts: Artifacts = None, as_json: AsJson = False) -> None:
    """List all runs, newest first."""
    found = RunStore(settings_for(artifacts).runs).list_runs()
    if as_json:
        print_json([{**run_object(summary), "config": _config(summary)} for summary in found])
        return
    for summary in found:
        print(f"{last_line(summary)}  {summary.notes.name}".rstrip())
    if not found:
        print("No runs yet. `python -m core train --data sample --weights random` makes one.")


@runs.command()
def show(run: RunId, artifacts: Artifacts = None, as_json: AsJson = False) -> None:
    """Show one run: its configuration, its epochs, its scores."""
    summary = read_summary(RunStore(settings_for(artifacts).runs).get(run))
    if summary.config is None:
        raise RunDamagedError(summary.state.reason)
    if as_json:
        print_json({**run_object(summary), "config": _config(summary), "history": summary.history})
        return
    print(last_line(summary))
    if summary.state.reason:
        print(summary.state.reason)
    print(summary.config.to_yaml(), end="")
    for row in summary.history:
        print(epoch_line(row, summary.config.epochs))


def _config(summary: RunSummary) -> dict | None:
    return summary.config.model_dump(mode="json") if summary.config else None
