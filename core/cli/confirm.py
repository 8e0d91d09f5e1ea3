"""A yes before what cannot be undone: given beforehand with `--yes`, or typed."""

import sys
from typing import Annotated

import typer

from core.errors import InputError

Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before what cannot be undone.")]


def confirm(question: str, yes: bool) -> None:
    """Go on only after a yes.

    Args:
        yes: whether it was given beforehand.

    Raises:
        InputError: the answer is no, or there is nobody to ask.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise InputError(f"{question} Nobody can be asked here: add --yes.")
    typer.echo(f"{question} [y/N] ", nl=False, err=True)
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise InputError("Nothing was deleted.")
