"""Options that every command shares, and how results are printed."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from core.atomic import finite
from core.data.sources import get_source
from core.errors import DataError
from core.runs import RunSummary
from core.runs.marks import marks
from core.settings import Settings, read_settings

Artifacts = Annotated[
    Path | None,
    typer.Option(
        "--artifacts", metavar="DIR", help="Where runs and data sets are kept [LINEAMENT_ARTIFACTS]."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


def settings_for(artifacts: Path | None) -> Settings:
    """The host's settings, with `--artifacts` over the rest.

    Whoever sits at the machine of a demo is no visitor of it, so that its stricter defaults are not for them.
    """
    return read_settings(mode="local", **({"artifacts": artifacts} if artifacts else {}))


def data_at(named: str, settings: Settings) -> str | Path:
    """Where the data set lies that somebody named: by an id that `dataset list` prints, or by its folder.

    A folder of the same name as an id is written with a path, as in `./sample`.
    """
    try:
        return get_source(named, settings).location
    except DataError:
        return named


def print_json(value: Any) -> None:
    """Print `value` as JSON on one line; null where a number is not finite."""
    print(json.dumps(finite(value), ensure_ascii=False, allow_nan=False))


def marks_words(*runs: RunSummary) -> str:
    """What must be said beside results of these runs: "[synthetic faces, random weights]"; "" for nothing."""
    found = dict.fromkeys(mark for summary in runs for mark in marks(summary))
    return f"[{', '.join(found)}]" if found else ""


def tell_marks(*runs: RunSummary) -> None:
    """Say the marks on stderr: for JSON of a fixed shape, which has no place for them."""
    for summary in runs:
        if words := marks_words(summary):
            typer.echo(f"{summary.id}  {words}", err=True)


def run_object(summary: RunSummary) -> dict[str, Any]:
    """A run as the command line tells of it. Accuracies are shares at the best epoch, null before scoring."""
    best = summary.metrics.best if summary.metrics else None
    test = summary.metrics.splits.get("test") if summary.metrics else None
    return {
        "run_id": summary.id,
        "name": summary.notes.name,
        "star": summary.notes.star,
        "tags": list(summary.notes.tags),
        "note": summary.notes.note,
        "marks": marks(summary),
        "state": summary.state.state.value,
        "reason": summary.state.reason,
        "epochs": len(summary.history),
        "best_epoch": best.epoch if best else None,
        "train_accuracy": best.train_accuracy if best else None,
        "val_accuracy": best.val_accuracy if best else None,
        "test_accuracy": best.test_accuracy if best else None,
        "n_test": test.n if test else None,
        "seconds": round(summary.state.seconds, 2),
    }
