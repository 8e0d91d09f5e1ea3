"""`python -m core dataset download celeba`: real faces from the hub, once the licence is accepted."""

import sys
import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from core.cli.options import Artifacts, AsJson, print_json, settings_for
from core.data import download as celeba
from core.data.download.words import progress_words
from core.data.sources import register_folder
from core.errors import DataError

EVERY_S = 5.0
"""Between two lines of progress where they stay, as in a file; a terminal has one line, written over."""
INTERRUPTED = 130


class Known(StrEnum):
    """What can be downloaded."""

    CELEBA = "celeba"


def download(
    name: Annotated[Known, typer.Argument(help="Which data set.")],
    images: Annotated[
        int, typer.Option(min=1, max=celeba.CELEBA_IMAGES, help="How many; of each split its first.")
    ] = celeba.DEFAULT_IMAGES,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="The folder to make [artifacts/datasets/…].")
    ] = None,
    accept_licence: Annotated[
        bool, typer.Option("--accept-licence", help="I have read CelebA's agreement and keep to it.")
    ] = False,
    artifacts: Artifacts = None,
    as_json: AsJson = False,
) -> None:
    """Download CelebA as a folder that every page and command opens. Start again to go on after a break."""
    settings = settings_for(artifacts)
    request = celeba.DownloadRequest.of(settings, images, out)
    try:
        record = celeba.download(request, settings, accepted=accept_licence, listen=_Teller().tell)
    except KeyboardInterrupt:
        typer.echo("Interrupted. What was fetched is kept: start again to go on.", err=True)
        raise typer.Exit(INTERRUPTED) from None
    source_id = None
    try:
        source_id = register_folder(request.destination, settings).id
    except DataError as error:
        typer.echo(f"It is not in the pages' list: {error}", err=True)
    if as_json:
        print_json({"path": str(request.destination), "source": source_id, **record.model_dump()})
        return
    print(f"{request.destination}: {record.images:,} images, {record.fetched_bytes / 1e6:,.1f} MB fetched")
    print(f"Licence: {record.licence} ({record.licence_url})")
    for words in record.left_out:
        print(f"! Left out: {words}")


class _Teller:
    """Progress on stderr."""

    def __init__(self) -> None:
        self._told = float("-inf")
        self._terminal = sys.stderr.isatty()

    def tell(self, state: celeba.DownloadState) -> None:
        """One state; what went wrong is told by the error that follows."""
        now = time.monotonic()
        if state.phase in ("failed", "cancelled"):
            return
        if self._terminal:
            print(
                f"\r\033[K{progress_words(state)}",
                end="\n" if state.phase == "writing" else "",
                file=sys.stderr,
            )
        elif now - self._told >= EVERY_S or state.phase == "writing":
            self._told = now
            typer.echo(progress_words(state), err=True)
