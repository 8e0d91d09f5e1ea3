"""What is said of a verdict, in sentences and in the table of several runs."""

import numpy as np
import pytest

from core.evaluation import Interval, Judged, PairedComparison
from core.evaluation.paired import compare
from core.ui import verdict_words as said
from core.ui.verdict_cells import bar_html
from tests.unit.ui.fabricated import summary

A, B, C = (f"20260131-14250{i}-aaaaaa" for i in range(3))


def compared(only_a: int, only_b: int, n: int = 1000) -> PairedComparison:
    """A comparison of images without persons."""
    labels = np.ones(n, np.uint8)
    a, b = np.full(n, 0.9), np.full(n, 0.9)
    b[:only_a], a[only_a : only_a + only_b] = 0.1, 0.1
    return compare(labels, a, b)


def by_person(low: float, high: float, p: float) -> PairedComparison:
    return PairedComparison(
        n=200,
        accuracy_a=0.9,
        accuracy_b=0.85,
        difference=0.05,
        interval=Interval(low, high, "persons resampled"),
        both_right=165,
        only_a=15,
        only_b=5,
        both_wrong=15,
        p_value=p,
    )


def test_the_sentence_has_difference_interval_method_p_and_n() -> None:
    assert said.sentence(compared(40, 10), "test") == (
        "A is right on 0.9900 of 1,000 test images, B on 0.9600. A minus B is **+0.0300**, 95 % interval "
        "+0.0163 to +0.0437 (large sample); McNemar's exact p < 0.0001, n = 1,000."
    )
    assert "A minus B is **−0.0050**" in said.sentence(compared(5, 10), "val")
    assert "p = 0.3018" in said.sentence(compared(5, 10), "val")


@pytest.mark.parametrize(
    ("low", "high", "p", "expected"),
    [(-0.01, 0.11, 0.04, True), (0.01, 0.09, 0.04, False), (-0.01, 0.11, 0.06, False), (0, 0.1, 0.04, True)],
)
def test_p_below_the_limit_with_an_interval_by_person_over_zero_is_contradicted(low, high, p, expected):
    assert said.persons_disagree(by_person(low, high, p), p) is expected


def test_an_interval_that_knows_no_persons_contradicts_nothing() -> None:
    found = compared(40, 10)
    assert not said.persons_disagree(found, 0.04)


def test_each_run_but_the_baseline_has_a_row_and_those_without_predictions_say_why() -> None:
    runs = [summary(A, name="base"), summary(B, name="one"), summary(C, name="crashed")]
    judged = {B: Judged("a_better", compared(40, 10), 0.03)}
    table = said.verdict_table(runs, judged, {C: "It was not scored."})
    assert table.index.tolist() == [B, C]
    assert table.loc[B, ["Run", "Verdict", "Difference", "p, Holm", "n", "Interval by"]].tolist() == [
        "one",
        "Better",
        "+0.0300",
        "0.0300",
        "1,000",
        "large sample",
    ]
    assert table.loc[C, ["Verdict", "Difference", "Why"]].tolist() == [
        "No predictions",
        "–",
        "It was not scored.",
    ]


def test_a_run_on_other_images_has_its_reason_and_no_figures() -> None:
    runs = [summary(A, name="base"), summary(B, name="one")]
    table = said.verdict_table(runs, {B: Judged("not_comparable", reason="Other images.")}, {})
    assert table.loc[B, ["Verdict", "p", "Why"]].tolist() == ["Not comparable", "–", "Other images."]


def test_without_anything_to_explain_there_is_no_column_for_it() -> None:
    runs = [summary(A, name="base"), summary(B, name="one")]
    judged = {B: Judged("within_noise", compared(3, 2), 1.0)}
    assert "Why" not in said.verdict_table(runs, judged, {})
    doubtful = {B: Judged("a_better", by_person(-0.01, 0.11, 0.04), 0.04)}
    assert said.verdict_table(runs, doubtful, {}).loc[B, "Why"] == said.PERSONS_DISAGREE


def test_the_bar_is_as_wide_as_the_cells_and_leaves_out_empty_ones() -> None:
    html = bar_html(compared(40, 0), "#111111", "#222222")
    assert "flex:40 0 4px;background:#111111" in html
    assert "flex:960 0 4px" in html
    assert "flex:0 0 0px;background:#222222" in html
