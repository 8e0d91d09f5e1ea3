"""`python -m core queue …`: what waits, in which order; and serving it without a server."""

import signal
import threading
from typing import Annotated

import typer

from core.cli.options import Artifacts, AsJson, print_json, settings_for
from core.cli.runs import RunId
from core.jobs import JobQueue, Scheduler

queue = typer.Typer(help="Runs that wait or train.", no_args_is_help=True)


@queue.command("list")
def list_queue(artifacts: Artifacts = None, as_json: AsJson = False) -> None:
    """List the open runs in their order."""
    jobs = JobQueue(settings_for(artifacts))
    rows = [{"run_id": run_id, "state": state.value} for run_id, state in jobs.open_states()]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        print(f"{row['run_id']}  {row['state']}")
    if not rows:
        print("Nothing waits and nothing trains.")


@queue.command()
def run(
    until_empty: Annotated[
        bool, typer.Option("--until-empty", help="End when nothing waits or trains.")
    ] = False,
    artifacts: Artifacts = None,
) -> None:
    """Serve the queue until Ctrl-C. Runs that train by then go on, or pause where the host says so."""
    settings = settings_for(artifacts)
    scheduler = Scheduler(settings)
    done = threading.Event()
    # A host that goes down sends this one; both let the scheduler end as it should.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        scheduler.serve(done, until_empty=until_empty)
    except KeyboardInterrupt:
        trainers = "pause until it is served again" if settings.pause_on_shutdown else "go on"
        print(f"Not serving any more; running trainers {trainers}.")


@queue.command()
def move(
    run: RunId,
    place: Annotated[int, typer.Argument(help="1 is the next to start.", min=1)],
    artifacts: Artifacts = None,
) -> None:
    """Give a queued run another place."""
    JobQueue(settings_for(artifacts)).move(run, place - 1)


@queue.command()
def cancel(run: RunId, artifacts: Artifacts = None) -> None:
    """Take a queued run out of the queue; its configuration is kept."""
    JobQueue(settings_for(artifacts)).cancel(run)
