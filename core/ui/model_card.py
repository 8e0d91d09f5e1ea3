"""A run's model card in Markdown: the nine sections of M. Mitchell et al., 2019, Model Cards for Model
Reporting (arXiv 1810.03993), written from what the run recorded. The HTML of it: `core.ui.model_card_html`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from core.evaluation.slices import largest_gap
from core.evaluation.summary import Summary
from core.runs import RunSummary
from core.runs.marks import marks
from core.ui.formatting import NOTHING, SPLIT_WORDS, attribute_words, class_words, count, plain, share
from core.ui.run_figures import Chosen
from core.ui.run_slices import CAVEAT
from core.ui.slice_words import slice_words, worst_words
from core.ui.vocabulary import config_line, weights_words

SLICES = 10
"""Slices that the card tells of, the worst first."""


@dataclass(frozen=True)
class Card:
    """What a card is written from: a scored run, its figures on test, and what validation chose."""

    run: RunSummary
    test: Summary
    chosen: Chosen


def markdown(card: Card) -> str:
    """The whole card."""
    sections = (
        ("Model Details", _details(card)),
        ("Intended Use", _use(card)),
        ("Factors", _factors(card)),
        ("Metrics", _metrics(card)),
        ("Evaluation Data", _evaluation_data(card)),
        ("Training Data", _training_data(card)),
        ("Quantitative Analyses", _analyses(card)),
        ("Ethical Considerations", CAVEAT),
        ("Caveats and Recommendations", _caveats(card)),
    )
    body = "\n\n".join(f"## {title}\n\n{text}" for title, text in sections)
    return f"# Model card: {plain(card.run.title)}\n\n{body}\n"


def _details(card: Card) -> str:
    run, made = card.run, card.run.environment
    lines = [
        f"VGG-16 with a head of its own, trained with Lineament as run {run.id}.",
        plain(config_line(run.config)),
        f"{made.trained_parameters:,} parameters trained, {made.frozen_parameters:,} frozen; base weights: "
        f"{plain(_weights(run))}; precision {plain(made.precision)}; seed {made.seed}.",
        f"Ended {plain((run.state.ended_at or NOTHING)[:10])}; weights of epoch {run.metrics.best.epoch}, "
        f"the one with the lowest validation loss of {len(run.history)}.",
        ", ".join(f"{plain(name)} {plain(version)}" for name, version in made.versions.items()) + ".",
    ]
    if run.notes.note:
        lines.append(f"Note: {plain(run.notes.note)}")
    return _list([*lines, *(f"**Mark: {plain(mark)}.**" for mark in marks(run))])


def _use(card: Card) -> str:
    no, yes = _classes(card)
    return _list(
        [
            f"To tell {yes} from {no} as annotators of photographs would, on aligned faces like the training "
            "data; to study such classifiers and their errors.",
            "Out of scope: any decision about a person, identification, surveillance, and photographs unlike "
            "the training data.",
        ]
    )


def _factors(card: Card) -> str:
    names = sorted({where[0][0] for where in card.test.slices["where"]})
    listed = ", ".join(plain(attribute_words(name)) for name in names) or "none"
    return (
        f"Accuracy is told for the images with and without each labelled attribute: {listed}. Skin tone, age "
        "in years, camera and light are not labelled and not told apart."
    )


def _metrics(card: Card) -> str:
    chosen = card.chosen
    return _list(
        [
            "Accuracy and error rates at threshold 0.5, AUC, expected calibration error, Brier score.",
            "95 % intervals: persons drawn anew where persons are known, else Wilson's; DeLong's for AUC.",
            f"On validation the best threshold is {chosen.threshold:.4f} and the best temperature "
            f"{chosen.temperature.value:.4f}; the figures below use neither.",
        ]
    )


def _evaluation_data(card: Card) -> str:
    made = card.run.environment.data
    split = "the data set's own" if made.official_split else "made by the run, by person where known"
    positives = card.run.metrics.splits["test"].positives
    return (
        f"{count(card.test.confusion.n, 'test image')} of {plain(made.name)}"
        f"{' (drawn faces)' if made.synthetic else ''}, {positives:,} of them labelled "
        f"{_classes(card)[1]}. The split is {split}. Fingerprint {plain(made.split_fingerprint[:16])}."
    )


def _training_data(card: Card) -> str:
    made = card.run.environment.data
    sizes = ", ".join(f"{SPLIT_WORDS[name]} {split.n:,}" for name, split in made.splits.items())
    problems = " ".join(plain(problem) for problem in made.problems)
    return f"{plain(made.name)}: {sizes}. Fingerprint {plain(made.fingerprint[:16])}. {problems}".rstrip()


def _analyses(card: Card) -> str:
    found, interval = card.test, card.test.accuracy_interval
    confusion = found.confusion
    rates = {"False positive rate": "fpr", "False negative rate": "fnr", "False discovery rate": "fdr"}
    rows = [
        ("Accuracy", share(confusion.accuracy), f"{_ends(interval)} ({interval.method})"),
        *(
            (title, share(confusion.rate(name)), _ends(confusion.interval(name)))
            for title, name in rates.items()
        ),
        ("False omission rate", share(confusion.rate("for_")), _ends(confusion.interval("for_"))),
        ("AUC", share(found.ranking.auc), _ends(found.ranking.auc_interval)),
        ("Brier score", share(found.brier), NOTHING),
        ("Expected calibration error", share(found.ece), NOTHING),
    ]
    gap = plain(largest_gap(found.slices, attribute_words))
    parts = [
        f"Test, n = {confusion.n:,}, threshold 0.5.",
        _table(("Figure", "Value", "95 % interval"), rows),
        worst_words(found.slices, "test").replace(":gray[", "").replace(")]", ")"),
        *([gap] if gap else []),
        _table(("Slice", "n", "Accuracy", "95 % interval (Wilson)"), _slice_rows(found.slices)),
    ]
    return "\n\n".join(parts)


def _caveats(card: Card) -> str:
    lines = [
        "The figures hold for photographs like the test images, aligned and cropped the same way.",
        "One trained model is judged, not its settings: another seed gives another model.",
        "Test it on photographs of the people it will meet before relying on it for anything.",
    ]
    if card.run.environment.data.synthetic:
        lines.insert(0, "This model has only seen drawn faces. Its answers on photographs mean nothing.")
    return _list(lines)


def _slice_rows(slices: pd.DataFrame) -> list[tuple[str, str, str, str]]:
    large = slices[~slices["small"]].head(SLICES)
    return [
        (
            plain(slice_words(row["where"])),
            f"{row['n']:,}",
            share(row["accuracy"]),
            f"{share(row['accuracy_low'])} to {share(row['accuracy_high'])}",
        )
        for _, row in large.iterrows()
    ]


def _weights(run: RunSummary) -> str:
    weights = run.environment.weights
    return weights.name if weights.kind == "file" else weights_words(weights.kind)


def _classes(card: Card) -> tuple[str, str]:
    target = card.run.config.target
    return plain(class_words(target, 0)), plain(class_words(target, 1))


def _ends(interval: object) -> str:
    return NOTHING if interval is None else f"{share(interval.low)} to {share(interval.high)}"


def _list(lines: Sequence[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
