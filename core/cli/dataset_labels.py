"""`python -m core dataset labels`: which labels are likely wrong. The pages start it as well."""

import time
from typing import Annotated, Any

import numpy as np
import typer

from core.cli.options import Artifacts, AsJson, data_at, print_json, settings_for
from core.data import open_dataset
from core.errors import DataError
from core.evaluation.label_errors import Judge, LabelErrors, judge_of, label_errors
from core.runs import RunStore, RunSummary
from core.runs.label_findings import Found
from core.runs.label_judge import caution_words, found_words, judge_words, source_words
from core.runs.label_search import search_labels
from core.runs.summary import read_summary
from core.settings import Settings

EVERY_S = 0.5
"""Between two lines of progress."""


def labels(
    source: Annotated[
        str, typer.Argument(metavar="DIR|ID", help="A folder of labelled faces, or an id of `dataset list`.")
    ],
    target: Annotated[str, typer.Option(help="Attribute whose labels are looked through.")] = "Male",
    run: Annotated[str, typer.Option(metavar="RUN", help="Use the kept features of a run.")] = "",
    top: Annotated[int, typer.Option(min=1, help="How many to print.")] = 20,
    artifacts: Artifacts = None,
    as_json: AsJson = False,
) -> None:
    """Rank the labels by doubt: a model that has not seen an image judges its label, and is judged itself."""
    settings = settings_for(artifacts)
    source = str(data_at(source, settings))
    dataset = open_dataset(source, settings=settings)
    found = search_labels(dataset, target, settings, run=_read_by(run, source, settings), on_step=_Teller())
    given = found.frame["label"].to_numpy(), found.frame["probability"].to_numpy()
    judged, judge = label_errors(*given), judge_of(*given)
    if as_json:
        print_json(_object(found, judged, judge, top))
        return
    print(f"{target}: {found_words(int(judged.likely.sum()), judge)}.")
    print(f"{judge_words(judge, source_words(found.about))} {caution_words(judge)}".strip())
    for row in _rows(found, judged, top):
        print(f"{row['image_id']}  labelled {row['label']}  P({target}) {row['probability']:.4f}")


def _read_by(run_id: str, source: str, settings: Settings) -> RunSummary | None:
    if not run_id:
        return None
    summary = read_summary(RunStore(settings.runs).get(run_id))
    data = summary.config.data if summary.config else ""
    if open_dataset(data, settings=settings).root != open_dataset(source, settings=settings).root:
        raise DataError(f"Run {run_id} was trained on {data}, not on {source}. Give a run of these faces.")
    return summary


def _rows(found: Found, judged: LabelErrors, top: int) -> list[dict[str, Any]]:
    chosen = judged.order[:top]
    rows = found.frame.iloc[chosen].assign(likely=judged.likely[chosen])
    return rows.assign(probability=np.round(rows["probability"].astype(float), 4)).to_dict("records")


def _object(found: Found, judged: LabelErrors, judge: Judge, top: int) -> dict[str, Any]:
    about = found.about
    return {
        "target": about.target,
        "source": about.source,
        "n": about.n,
        "likely": int(judged.likely.sum()),
        "judge": {
            "n": judge.n,
            "accuracy": judge.accuracy,
            "interval": [judge.interval.low, judge.interval.high] if judge.interval else None,
            "majority": judge.majority,
            "trusted": judge.trusted,
        },
        "thresholds": list(judged.thresholds),
        "images": _rows(found, judged, top),
    }


class _Teller:
    """Says on standard error how far it is, now and then."""

    def __init__(self) -> None:
        self._said = 0.0

    def __call__(self, words: str, done: int, total: int) -> None:
        if time.monotonic() - self._said > EVERY_S or done == total:
            self._said = time.monotonic()
            typer.echo(f"{words}: {done:,} of {total:,}", err=True)
