"""Runs in groups: those of a study, or those that differ in their seed alone, with mean and spread. Pure.

The spread is the sample standard deviation over the runs of the group (n - 1 in the denominator); it says
how much single runs vary, not how exactly the mean is known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

import pandas as pd

from core.runs import RunSummary
from core.runs.studies import Study
from core.ui.compare_columns import SETTINGS, accuracy
from core.ui.compare_table import best_run, differing, why_not_comparable
from core.ui.formatting import NOTHING, attribute_words, share
from core.ui.vocabulary import FINE_TUNE, number_words

NO_STUDY = "in no study"
SEED = next(column for column in SETTINGS if column.code == "seed")


@dataclass(frozen=True)
class Group:
    """Runs that are read together, in the order of the table."""

    name: str
    runs: tuple[RunSummary, ...]

    @property
    def best(self) -> RunSummary | None:
        """Its best run by validation."""
        return best_run(self.runs)


def by_study(summaries: Sequence[RunSummary], studies: Mapping[str, Study]) -> list[Group]:
    """A group for each study and one for the runs of none, in the order in which they come."""
    found: dict[str, list[RunSummary]] = {}
    for summary in summaries:
        study = studies.get(summary.id)
        found.setdefault(study.id if study else "", []).append(summary)
    names = {study.id: study.name or study.id for study in studies.values()}
    return [Group(names.get(key, NO_STUDY), tuple(runs)) for key, runs in found.items()]


def by_settings(summaries: Sequence[RunSummary]) -> list[Group]:
    """A group for each set of settings, whatever the seed; damaged runs are in none."""
    found: dict[tuple, list[RunSummary]] = {}
    for summary in summaries:
        if summary.config is not None:
            key = tuple((name, value) for name, value in summary.config if name != "seed")
            found.setdefault(key, []).append(summary)
    return [Group(_settings_name(runs[0]), tuple(runs)) for runs in found.values()]


def group_table(groups: Sequence[Group], *, settings: bool) -> pd.DataFrame:
    """One row a group, all cells text.

    Args:
        settings: whether the runs of a group share their settings, so that those which differ between the
            groups are worth a column each.
    """
    cells = {
        "Group": [group.name for group in groups],
        "Runs": [f"{len(group.runs):,}" for group in groups],
        "Validation, mean ± sd": [mean_and_spread(group.runs, "val") for group in groups],
        "Test, mean ± sd": [mean_and_spread(group.runs, "test") for group in groups],
        "Best by validation": [_best_text(group) for group in groups],
        "Test images": [_images(group) for group in groups],
    }
    firsts = [group.runs[0] for group in groups]
    if settings:
        apart = [column for column in differing(firsts) if column is not SEED]
        cells |= {column.label: [column.text(first) for first in firsts] for column in apart}
    return pd.DataFrame(cells, dtype="string")


def mean_and_spread(summaries: Sequence[RunSummary], split: str) -> str:
    """Mean and standard deviation of the accuracies: "0.9510 ± 0.0031 (n = 5)"; n counts runs."""
    values = [value for summary in summaries if (value := accuracy(summary, split)) is not None]
    if not values:
        return NOTHING
    if len(values) == 1:
        return f"{share(values[0])} (1 run)"
    return f"{share(fmean(values))} ± {stdev(values):.4f} ({len(values)} runs)"


def _best_text(group: Group) -> str:
    best = group.best
    return NOTHING if best is None else f"{share(accuracy(best, 'val'))}: {best.title}"


def _images(group: Group) -> str:
    scored = [summary for summary in group.runs if accuracy(summary, "test") is not None]
    if not scored:
        return NOTHING
    return "differ" if any(why_not_comparable(summary, scored[0]) for summary in scored) else "the same"


def _settings_name(summary: RunSummary) -> str:
    config = summary.config
    parts = (
        attribute_words(config.target),
        FINE_TUNE[config.fine_tune].lower(),
        number_words(config.learning_rate),
        f"{config.image_size} px",
        f"{config.epochs} ep",
    )
    return ", ".join(parts)
