"""`python -m core clean`: what nobody has needed for long goes for good, or is only told of."""

import re
from collections import Counter
from datetime import timedelta
from typing import Annotated

import typer

from core.cli.options import Artifacts, AsJson, print_json, settings_for
from core.errors import InputError, RunError
from core.jobs.retention import Surplus, remove, surplus

AGE = re.compile(r"(\d{1,5})\s*(h|d|w)", re.ASCII)
UNITS = {"h": "hours", "d": "days", "w": "weeks"}


def clean(
    older_than: Annotated[
        str, typer.Option("--older-than", metavar="AGE", help="Such as 30d; h, d, w for hours, days, weeks.")
    ],
    keep_starred: Annotated[bool, typer.Option("--keep-starred", help="Starred runs stay.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would go.")] = False,
    artifacts: Artifacts = None,
    as_json: AsJson = False,
) -> None:
    """Remove for good what is older: ended runs, deleted runs, leftovers, unused features.

    Runs that wait or train stay, and so do runs that the host supplies. A run that is paused has ended.
    """
    found = surplus(settings_for(artifacts), _age(older_than), keep_starred=keep_starred)
    gone, failed = (found, {}) if dry_run else remove(found)
    if as_json:
        rows = [{"kind": item.kind, "name": item.name, "bytes": item.bytes} for item in gone]
        size = sum(item.bytes for item in gone)
        print_json({"dry_run": dry_run, "removed": rows, "bytes": size, "failed": failed})
    else:
        _tell(gone, older_than, dry_run)
    if failed:
        raise RunError(" ".join(f"{name} stays: {reason}" for name, reason in failed.items()))


def _age(text: str) -> timedelta:
    match = AGE.fullmatch(text.strip().lower())
    if match is None:
        raise InputError(f"{text[:40]!r} is no age. Give a whole number and h, d or w, such as 30d.")
    return timedelta(**{UNITS[match[2]]: int(match[1])})


def _tell(gone: list[Surplus], older_than: str, dry_run: bool) -> None:
    for item in gone:
        print(f"{item.kind}  {item.name}  {item.bytes / 1e6:,.1f} MB")
    if not gone:
        print(f"Nothing is older than {older_than}.")
        return
    kinds = ", ".join(f"{n} x {kind}" for kind, n in Counter(item.kind for item in gone).items())
    verb = "Would remove" if dry_run else "Removed"
    print(f"{verb} {kinds}: {sum(item.bytes for item in gone) / 1e6:,.1f} MB.")
