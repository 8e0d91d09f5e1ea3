"""What was asked of runs and differs between them, and whether their scores may be compared. Pure."""

from collections.abc import Sequence

import pandas as pd

from core.runs import RunSummary
from core.ui.compare_columns import SETTINGS
from core.ui.curves import run_labels
from core.ui.formatting import attribute_words


def difference_table(summaries: Sequence[RunSummary]) -> pd.DataFrame:
    """One row for each setting that differs, one column for each run; empty when nothing does."""
    labels = run_labels(summaries)
    rows = {column.label: [column.text(summary) for summary in summaries] for column in SETTINGS}
    differing = {label: texts for label, texts in rows.items() if len(set(texts)) > 1}
    columns = [labels[summary.id] for summary in summaries]
    return pd.DataFrame.from_dict(differing, orient="index", columns=columns, dtype="string")


def mismatch(summaries: Sequence[RunSummary]) -> str:
    """Why the runs' accuracies cannot be set side by side; "" when they can."""
    targets = sorted({summary.config.target for summary in summaries if summary.config})
    if len(targets) > 1:
        names = ", ".join(attribute_words(target) for target in targets)
        return f"These runs learned different targets ({names}): their accuracies answer different questions."
    seen = {
        (summary.environment.data.fingerprint, summary.environment.data.split_fingerprint)
        for summary in summaries
        if summary.environment
    }
    if len(seen) > 1:
        return (
            "These runs were scored on different test images (another data set, limit or seed): a difference "
            "in accuracy may come from the images."
        )
    return ""
