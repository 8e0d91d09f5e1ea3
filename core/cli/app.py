"""Puts the commands together, and turns our errors into one line and an exit code.

Exit 0 on success, 2 on input that cannot be used, 1 when a run could not do what was asked.
"""

import sys

import typer

from core.cli.dataset import datasets
from core.cli.predict import predict
from core.cli.queue import queue
from core.cli.runs import runs
from core.cli.study import study
from core.cli.train import train
from core.errors import InputError, LineamentError

app = typer.Typer(
    name="python -m core",
    help="Lineament: look at faces, train, compare, predict.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(train)
app.command()(predict)
app.add_typer(runs, name="runs")
app.add_typer(queue, name="queue")
app.add_typer(study, name="study")
app.add_typer(datasets, name="dataset")


def main() -> None:
    """Run the command line of this process."""
    try:
        app()
    except LineamentError as error:
        print(" ".join(str(error).split("\n")), file=sys.stderr)
        sys.exit(2 if isinstance(error, InputError) else 1)
    except OSError as error:
        print(f"{error}. See that the folder is there and writable, and the disk not full.", file=sys.stderr)
        sys.exit(1)
