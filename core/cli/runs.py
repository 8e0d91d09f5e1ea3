"""`python -m core runs …`: list, show, stop, pause, resume, extend, kill."""

from typing import Annotated

import typer

from core.cli.options import Artifacts, AsJson, print_json, run_object, settings_for
from core.cli.train import epoch_line, last_line, tell, watch
from core.errors import RunDamagedError
from core.jobs import JobQueue, control
from core.runs import RunStore, RunSummary
from core.runs.label_marks import marks_sentence
from core.runs.summary import read_summary

runs = typer.Typer(help="Saved runs.", no_args_is_help=True)
Detach = Annotated[bool, typer.Option("--detach", help="Queue it instead of waiting for it.")]
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
    marked = summary.environment.data.marks if summary.environment else None
    if as_json:
        told = {"label_marks": marked.model_dump() if marked else None, "history": summary.history}
        print_json({**run_object(summary), "config": _config(summary), **told})
        return
    print(last_line(summary))
    if summary.state.reason:
        print(summary.state.reason)
    if marked:
        print(marks_sentence(marked, summary.config.target))
    print(summary.config.to_yaml(), end="")
    for row in summary.history:
        print(epoch_line(row, summary.config.epochs))


@runs.command()
def stop(run: RunId, artifacts: Artifacts = None) -> None:
    """Stop a run: its best epoch is kept and scored."""
    control.stop(JobQueue(settings_for(artifacts)), run)


@runs.command()
def pause(run: RunId, artifacts: Artifacts = None) -> None:
    """Pause a run: its unfinished epoch is dropped, `resume` goes on."""
    control.pause(JobQueue(settings_for(artifacts)), run)


@runs.command()
def resume(run: RunId, detach: Detach = False, artifacts: Artifacts = None, as_json: AsJson = False) -> None:
    """Go on with a paused, stopped, crashed or failed run from its newest checkpoint."""
    queue = JobQueue(settings_for(artifacts))
    if detach:
        tell(control.resume(queue, run), as_json)
    else:
        watch(queue.store.get(run), queue, as_json, control.ready_to_resume)


@runs.command()
def extend(
    run: RunId,
    epochs: Annotated[int, typer.Option(help="How many epochs more.")],
    detach: Detach = False,
    artifacts: Artifacts = None,
    as_json: AsJson = False,
) -> None:
    """Train an ended run for more epochs."""
    queue = JobQueue(settings_for(artifacts))
    if detach:
        tell(control.extend(queue, run, epochs), as_json)
    else:
        watch(queue.store.get(run), queue, as_json, lambda held: control.lengthen(held, epochs, queue))


@runs.command()
def kill(run: RunId, artifacts: Artifacts = None) -> None:
    """End a trainer that does not answer: ask, SIGTERM, SIGKILL. The run can be resumed."""
    for step in control.kill(JobQueue(settings_for(artifacts)), run):
        print(step.words, flush=True)


def _config(summary: RunSummary) -> dict | None:
    return summary.config.model_dump(mode="json") if summary.config else None
