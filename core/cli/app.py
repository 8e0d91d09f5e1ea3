"""Puts the commands together, and turns our errors into one line and an exit code.

Exit 0 on success, 2 on input that cannot be used, 1 when a run could not do what was asked.
"""

import sys

import typer

from core.cli.clean import clean
from core.cli.compare import compare
from core.cli.dataset import datasets
from core.cli.evaluate import evaluate
from core.cli.export import export
from core.cli.features import features
from core.cli.hosted import pack
from core.cli.notes import note, rename, star, tag
from core.cli.predict import predict
from core.cli.queue import queue
from core.cli.runs import runs
from core.cli.study import study
from core.cli.train import train
from core.cli.trash import delete, empty_trash, restore, trash
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
app.command()(export)
app.command()(clean)
runs.command()(compare)
runs.command()(evaluate)
for command in (delete, restore, trash, empty_trash, rename, note, tag, star, pack):
    runs.command()(command)
app.add_typer(runs, name="runs")
app.add_typer(queue, name="queue")
app.add_typer(study, name="study")
app.add_typer(datasets, name="dataset")
app.add_typer(features, name="features")


USAGE_ERROR = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")
"""Base of what Typer raises for a wrong option; it exports only the leaves of the family."""


def _usage(error: Exception) -> int:
    """Say in one line what was wrong with the words of a command.

    A group without a command has shown its help by now, and has no message.
    """
    if message := error.format_message().strip().rstrip("."):
        print(f"{message}. Add --help to see what is understood.", file=sys.stderr)
    return error.exit_code


def main() -> None:
    """Run the command line of this process."""
    try:
        sys.exit(app(standalone_mode=False))
    except USAGE_ERROR as error:
        sys.exit(_usage(error))
    except LineamentError as error:
        print(" ".join(str(error).split("\n")), file=sys.stderr)
        sys.exit(2 if isinstance(error, InputError) else 1)
    except OSError as error:
        print(f"{error}. See that the folder is there and writable, and the disk not full.", file=sys.stderr)
        sys.exit(1)
