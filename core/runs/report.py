"""The report's own table: our runs in its form, the published numbers beside them, and what differs.

The published figures are in `published_results.csv`; its first eight rows are the report's cases, in the
order of `core.runs.studies.report_configs`.
"""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from core.runs.summary import RunSummary

PUBLISHED = Path(__file__).with_name("published_results.csv")
CASES = 8
TARGET = "Male"
"""What the report's models tell."""
DEPTH_WORDS = {"none": "No", "block5": "Block 5", "block4": "Blocks 4-5", "all": "All"}


def published_results() -> pd.DataFrame:
    """Published figures, a row a result; accuracies by epoch as text, as in the report."""
    return pd.read_csv(PUBLISHED, dtype={"train_accuracy_by_epoch": str, "val_accuracy_by_epoch": str})


def study_table(runs: Sequence[RunSummary]) -> pd.DataFrame:
    """Runs in the report's form: case no, fine-tuning, learning rate, accuracy per epoch, test accuracy.

    Columns: case, run_id, state, fine_tuning, learning_rate, train_accuracy, val_accuracy (one number an
    epoch, four decimals), test_accuracy (best epoch), test_accuracy_last, best_epoch, epochs, n_test.
    """
    return pd.DataFrame([_row(case, run) for case, run in enumerate(runs, start=1)])


def report_table(runs: Sequence[RunSummary]) -> pd.DataFrame:
    """`study_table` of the report's eight runs with the published figures beside ours, and the difference.

    Adds published_train, published_val, published_test, and difference: our test accuracy at the last epoch
    minus the published one, since the report's own figures read like the last epoch.
    """
    theirs = published_results().head(CASES).head(len(runs))
    table = study_table(runs)
    table["published_train"] = theirs["train_accuracy_by_epoch"]
    table["published_val"] = theirs["val_accuracy_by_epoch"]
    table["published_test"] = theirs["test_accuracy"]
    table["difference"] = table["test_accuracy_last"] - table["published_test"]
    return table


def what_differs(runs: Sequence[RunSummary]) -> list[str]:
    """Sentences on how our set-up differs from the report's."""
    made = [run for run in runs if run.environment and run.config]
    if not made:
        return []
    environment, config = made[0].environment, made[0].config
    n = sum(split.n for split in environment.data.splits.values())
    faces = "drawn faces" if environment.data.synthetic else "faces"
    weights = {"imagenet": "ImageNet weights, as there", "random": "random weights instead of ImageNet's"}
    file = f"the weights file {environment.weights.name}, not ImageNet's"
    started = weights.get(environment.weights.kind, file)
    target = [] if config.target == TARGET else [f"Target: {config.target}; the report's is {TARGET}."]
    return [
        *target,
        f"Data: {n:,} {faces} ({environment.data.name}) instead of 30,000 CelebA images.",
        f"Weights: {started}.",
        f"Images: {config.image_size} x {config.image_size} pixels; the report does not state its size.",
        "Fine-tuning trains block 5 here; the report does not say how deep it went.",
        f"Optimizer: {config.optimizer}, batch size {config.batch_size}; the report states neither.",
    ]


def _row(case: int, run: RunSummary) -> dict[str, object]:
    metrics = run.metrics
    return {
        "case": case,
        "run_id": run.id,
        "state": run.state.state.value,
        "fine_tuning": DEPTH_WORDS[run.config.fine_tune] if run.config else "",
        "learning_rate": run.config.learning_rate if run.config else None,
        "train_accuracy": by_epoch(run, "accuracy"),
        "val_accuracy": by_epoch(run, "val_accuracy"),
        "test_accuracy": metrics.best.test_accuracy if metrics else None,
        "test_accuracy_last": metrics.last.test_accuracy if metrics else None,
        "best_epoch": metrics.best.epoch if metrics else None,
        "epochs": len(run.history),
        "n_test": metrics.splits["test"].n if metrics else None,
    }


def by_epoch(run: RunSummary, column: str) -> str:
    """`0.8748 0.9154 0.9317`: one number an epoch, as the report prints them."""
    return " ".join(f"{row[column]:.4f}" for row in run.history if column in row)
