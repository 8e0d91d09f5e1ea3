"""Runs in groups on Compare: which belong together, what their mean and spread are, what a tick chooses."""

from statistics import fmean, stdev

from core.runs import RunSummary, State
from core.runs.studies import Study
from core.ui.compare_groups import NO_STUDY, by_settings, by_study, group_table, mean_and_spread
from core.ui.compare_groups_view import after_groups
from tests.unit.ui.fabricated import CONFIG, environment, metrics, summary

A, B, C, D = (f"20260131-14250{i}-{letter * 6}" for i, letter in enumerate("abcd"))


def scored(run_id: str, test_accuracy: float, **parts) -> RunSummary:
    return summary(run_id, metrics=metrics(2, 3, test_accuracy), **parts)


def test_runs_that_differ_in_their_seed_alone_are_one_group() -> None:
    runs = [
        summary(A, config=CONFIG.changed(seed=1)),
        summary(B, config=CONFIG.changed(dropout=0.1)),
        summary(C, config=CONFIG.changed(seed=2)),
        summary(D, config=None, state=State.DAMAGED),
    ]
    assert [[run.id for run in group.runs] for group in by_settings(runs)] == [[A, C], [B]]


def test_a_study_is_a_group_and_the_rest_is_one() -> None:
    study = Study(id=A, name="sweep", run_ids=(B, C), created_at="")
    groups = by_study([summary(D), summary(C), summary(B)], {B: study, C: study})
    assert [(group.name, [run.id for run in group.runs]) for group in groups] == [
        (NO_STUDY, [D]),
        ("sweep", [C, B]),
    ]


def test_mean_and_spread_are_those_of_statistics_over_the_runs_that_have_a_figure() -> None:
    values = [0.9, 0.94, 0.95]
    runs = [*(scored(A, value) for value in values), summary(D, state=State.FAILED)]
    assert mean_and_spread(runs, "test") == f"{fmean(values):.4f} ± {stdev(values):.4f} (3 runs)"
    assert mean_and_spread(runs[:1], "test") == "0.9000 (1 run)"
    assert mean_and_spread(runs[3:], "test") == "–"


def test_the_table_of_groups_names_what_differs_but_not_the_seed() -> None:
    runs = [
        scored(A, 0.9, config=CONFIG.changed(seed=1)),
        scored(B, 0.8, config=CONFIG.changed(seed=2, dropout=0.1)),
    ]
    table = group_table(by_settings(runs), settings=True)
    assert table["Dropout"].tolist() == ["0.5", "0.1"]
    assert "Seed" not in table


def test_a_group_whose_test_images_differ_says_so() -> None:
    runs = [scored(A, 0.9), scored(B, 0.8, environment=environment(split="other"))]
    assert group_table(by_settings(runs), settings=True)["Test images"].tolist() == ["differ"]
    assert group_table(by_settings(runs[:1]), settings=True)["Test images"].tolist() == ["the same"]


def test_ticking_a_group_chooses_its_runs_and_unticking_takes_just_them_away() -> None:
    groups = by_settings([summary(A), summary(B), summary(C, config=CONFIG.changed(dropout=0.1))])
    assert after_groups([D], groups, [0]) == [D, A, B]
    assert after_groups([D, A, B, C], groups, [1]) == [D, C]
    assert after_groups([A, C], groups, [1]) == [A, C]
