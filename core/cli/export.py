"""`python -m core export RUN`: a run's model as a file for other programs, with all that belongs to it."""

import os
import signal
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from core.cli.options import Artifacts, AsJson, print_json, settings_for, tell_marks
from core.cli.runs import RunId
from core.errors import InputError
from core.runs import RunStore
from core.runs.export_formats import Format, bundle_name, refuse_target, refuse_without_packages
from core.runs.predictions import read_predictions
from core.runs.summary import read_summary

Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help="The zip to write [RUN-FORMAT.zip in this folder]."),
]
Margin = Annotated[
    float | None,
    typer.Option(min=0, max=0.5, help="Not sure below this distance from 0.5 [chosen on validation]."),
]
Card = Annotated[
    Path | None,
    typer.Option("--card", metavar="FILE", help="A model card in Markdown to put in; the Run page has one."),
]


def export(
    run: RunId,
    form: Annotated[Format, typer.Option("--format", help="What to write the model as.")],
    out: Out = None,
    margin: Margin = None,
    card: Card = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,
    artifacts: Artifacts = None,
    as_json: AsJson = False,
) -> None:
    """Write a run's model as a zip that needs no Lineament, and check it by the format's own runtime."""
    settings = settings_for(artifacts)
    found = RunStore(settings.runs).get(run)
    # What can be refused is refused before TensorFlow is loaded.
    target = out or Path(f"{bundle_name(run, form)}.zip")
    refuse_target(target, force=force)
    refuse_without_packages(form)
    read_predictions(found, "val", attributes=())
    found.checkpoints.best_weights()
    text = _card(card) if card else ""
    _quietly_on_the_processor()
    # Ended by a signal it leaves as by Ctrl-C: what was half written goes.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    from core.model.export.bundle import Wanted, export_run

    started = time.monotonic()
    wanted = Wanted(form, target, margin=margin, card=text, force=force)
    made = export_run(found, settings, wanted, tell=lambda words: typer.echo(words, err=True))
    seconds = time.monotonic() - started
    tell_marks(read_summary(found))
    if as_json:
        print_json(
            {
                "run_id": run,
                "format": form.value,
                "file": str(made.path),
                "bytes": made.bytes,
                "largest_difference": made.largest_difference,
                "seconds": round(seconds, 2),
            }
        )
        return
    print(
        f"{made.path}  {made.bytes / 1e6:.1f} MB  {seconds:.1f} s  "
        f"as the run answers to {made.largest_difference:.1g}"
    )


def _card(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"Cannot read the model card {path}: {error}. Give a Markdown file.") from error


def _quietly_on_the_processor() -> None:
    """A GPU may multiply in less than float32, and its memory may be another's: the export does without."""
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
