"""Compare's table: what its cells say, how it is sorted and searched, what differs, what is chosen."""

from core.evaluation import Interval
from core.runs import State, TrainConfig
from core.runs.alarms import Alarm
from core.runs.records import SplitCount
from core.ui import compare_columns as columns_of
from core.ui import compare_table as tables
from core.ui.compare_address import View
from core.ui.compare_choice import after_selection
from core.ui.compare_difference import difference_table, what_differs
from core.ui.compare_search import matching
from tests.unit.ui.fabricated import CONFIG, environment, history, metrics, summary

A, B, C = (f"20260131-14250{i}-{letter * 6}" for i, letter in enumerate("abc"))

OTHER_VALUES = {
    "data": "/faces",
    "target": "Young",
    "limit": 700,
    "split": "random",
    "marks": "flip",
    "image_size": 96,
    "weights": "imagenet",
    "fine_tune": "all",
    "dense_units": (8, 8),
    "batch_norm": True,
    "dropout": 0.1,
    "augment": ("flip",),
    "optimizer": "sgd",
    "learning_rate": 0.1,
    "batch_size": 8,
    "epochs": 7,
    "early_stopping_patience": 2,
    "reduce_lr_factor": 0.1,
    "reduce_lr_patience": 2,
    "precision": "float32",
    "seed": 7,
}
"""Something else than CONFIG has, a value a field."""


def cells(run, columns=columns_of.SUMMARY) -> dict[str, str]:
    return tables.table([run], columns).iloc[0].to_dict()


def test_accuracies_stand_with_their_epoch_and_their_n() -> None:
    shown = cells(summary(name="mine", history=history([0.5, 0.3, 0.4]), metrics=metrics(2, 3)))
    assert shown == {
        "Name": "mine",
        "Validation": "0.9000 (.7985–.9534)",
        "Test": "0.9000 (.8149–.9485)",
        "Epoch": "2 of 3",
        "Last": "0.9000",
        "State": "Finished",
        "Marks": "synthetic, random",
        "Alarms": "",
    }


def test_a_run_that_trains_shows_its_best_epoch_so_far_and_no_test_accuracy() -> None:
    shown = cells(summary(history=history([0.5, 0.3, 0.4]), state=State.RUNNING))
    assert (shown["Epoch"], shown["Last"], shown["Test"]) == ("2 of 3", "0.8700", "–")
    assert shown["Validation"].startswith("0.8600 (")


def test_per_epoch_reads_like_the_reports_table() -> None:
    shown = cells(summary(history=history([0.5, 0.3, 0.4])), columns_of.PER_EPOCH)
    assert shown["Train, per epoch"] == "0.8000 0.8100 0.8200"
    assert shown["Validation, per epoch"] == "0.8500 0.8600 0.8700"


def test_a_damaged_run_has_a_row_of_every_column() -> None:
    every = (*columns_of.SUMMARY, *columns_of.PER_EPOCH[3:5], *columns_of.ON_DEMAND)
    shown = cells(summary(A, config=None, environment=None, state=State.DAMAGED), every)
    assert shown["Name"] == A and shown["State"] == "Damaged" and shown["Learning rate"] == "–"


def test_learning_rates_sort_as_numbers_and_runs_without_a_value_come_last() -> None:
    runs = [
        summary(A, config=CONFIG.changed(learning_rate=1e-5)),
        summary(B, config=CONFIG.changed(learning_rate=0.1)),
        summary(C, config=None, state=State.DAMAGED),
    ]
    down = tables.ordered(runs, columns_of.LEARNING_RATE, descending=True)
    up = tables.ordered(runs, columns_of.LEARNING_RATE, descending=False)
    assert [run.id for run in down] == [B, A, C]
    assert [run.id for run in up] == [A, B, C]


def test_a_search_looks_for_every_word_in_names_marks_and_settings() -> None:
    runs = [summary(A, name="Night run"), summary(B, config=CONFIG.changed(fine_tune="block5"), name="Other")]
    assert [run.id for run in matching(runs, View(words="night RANDOM"), {})] == [A]
    assert [run.id for run in matching(runs, View(words="block synthetic"), {})] == [B]
    assert matching(runs, View(words="night block"), {}) == []


def test_filters_keep_the_chosen_states_and_targets() -> None:
    runs = [
        summary(A, state=State.FAILED),
        summary(B),
        summary(C, config=CONFIG.changed(target="Young")),
    ]
    assert [run.id for run in matching(runs, View(states=("failed",)), {})] == [A]
    assert [run.id for run in matching(runs, View(states=("finished",), targets=("Young",)), {})] == [C]


def test_only_what_differs_is_in_the_table_of_differences() -> None:
    table = difference_table(
        [summary(A, name="one"), summary(B, name="two", config=CONFIG.changed(dropout=0.2))]
    )
    assert list(table.columns) == ["one", "two"]
    assert table.to_dict("index") == {"Dropout": {"one": "0.5", "two": "0.2"}}


def test_runs_that_were_asked_for_the_same_do_not_differ() -> None:
    assert difference_table([summary(A), summary(B, history=history([0.5]))]).empty


def test_of_more_than_two_runs_each_has_a_row_with_all_that_differs() -> None:
    changes = ({"dropout": 0.1}, {"seed": 3, "batch_norm": True}, {"dropout": 0.1, "batch_size": 16})
    ids = ["20260131-142501-aaaaaa", "20260131-142502-bbbbbb", "20260131-142503-cccccc"]
    runs = [
        summary(run_id, name=run_id[-1], config=CONFIG.changed(**change))
        for run_id, change in zip(ids, changes, strict=True)
    ]
    table = difference_table(runs)
    assert table.index.tolist() == ["a", "b", "c"]
    assert table.loc["b"].to_dict() == {
        "Batch norm": "yes",
        "Dropout": "0.5",
        "Batch size": "32",
        "Seed": "3",
    }
    assert what_differs(runs)[ids[2]] == "Batch norm no · Dropout 0.1 · Batch size 16 · Seed 0"


def test_every_setting_of_a_run_has_a_column_to_differ_in() -> None:
    one = CONFIG.model_dump()
    changed = {
        "data": "/other", "target": "Young", "limit": 500, "image_size": 96, "weights": "imagenet",
        "fine_tune": "all", "dense_units": (8, 8), "batch_norm": True, "dropout": 0.1, "augment": ("flip",),
        "optimizer": "sgd", "learning_rate": 0.1, "batch_size": 8, "epochs": 9, "early_stopping_patience": 2,
        "reduce_lr_factor": 0.1, "reduce_lr_patience": 1, "precision": "float32", "seed": 9,
        "split": "person", "marks": "flip",
    }  # fmt: skip
    assert set(changed) == set(one) - {"schema_version"}
    for name, value in changed.items():
        runs = [
            summary(A, name="one", environment=None),
            summary(B, name="two", environment=None, config=CONFIG.changed(**{name: value})),
        ]
        assert len(difference_table(runs)) == 1, name


def test_ticks_are_mapped_to_the_runs_of_the_table_that_was_shown() -> None:
    assert after_selection([], [C, A, B], [0, 2]) == [C, B]


def test_what_a_filter_hides_stays_chosen_and_what_is_unticked_goes() -> None:
    assert after_selection([A, B], [B, C], [1]) == [A, C]


def test_the_best_run_is_the_best_by_validation_and_the_earliest_of_equals() -> None:
    runs = [
        summary(C, metrics=metrics(2, 3)),
        summary(B, metrics=metrics(2, 3, test_accuracy=0.99)),
        summary(A, history=history([0.5])),
    ]
    assert tables.best_run(runs).id == B
    assert tables.best_run([summary(A, config=None, state=State.DAMAGED)]) is None


def test_runs_on_other_images_than_the_reference_are_marked_with_the_reason() -> None:
    reference = summary(A, metrics=metrics(2, 3))
    other = summary(B, metrics=metrics(2, 3), environment=environment(split="other"))
    table = tables.table([reference, other], (columns_of.MARKS,), reference)
    assert table["Marks"].tolist() == ["synthetic, random", "synthetic, random, other images"]
    [(reason, n)] = tables.not_comparable([reference, other], reference).items()
    assert n == 1 and "split otherwise" in reason
    young = summary(C, config=CONFIG.changed(target="Young"))
    assert "other target" in tables.table([young], (columns_of.MARKS,), reference)["Marks"].iloc[0]
    assert "another target (young)" in tables.why_not_comparable(young, reference)


def test_n_stands_in_the_heading_and_beside_the_accuracies_where_runs_differ() -> None:
    few = metrics(2, 3)
    many = few.model_copy(update={"splits": {**few.splits, "test": SplitCount(n=3000, positives=9)}})
    runs = [summary(A, metrics=few), summary(B, metrics=many), summary(C, state=State.QUEUED)]
    assert tables.heading(columns_of.TEST, runs[:1]) == "Test, n = 80"
    assert tables.heading(columns_of.TEST, runs) == "Test"
    shown = tables.with_images((columns_of.NAME, columns_of.TEST, columns_of.STATE), runs)
    assert [column.label for column in shown] == ["Name", "Test", "n", "State"]
    assert tables.table(runs, shown)["n"].tolist() == ["60 / 80", "60 / 3,000", "–"]


def test_an_interval_with_persons_drawn_anew_is_shown_as_recorded() -> None:
    found = metrics(2, 3)
    made = Interval(0.8, 0.95, "persons resampled")
    best = found.best.model_copy(update={"test_interval": made})
    run = summary(A, metrics=found.model_copy(update={"best": best}))
    assert cells(run)["Test"] == "0.9000 (.8000–.9500)"
    assert columns_of.interval(run, "test").method == "persons resampled"


def test_every_setting_of_a_run_has_a_column() -> None:
    for name, value in OTHER_VALUES.items():
        runs = [
            summary(A, environment=None),
            summary(B, config=CONFIG.changed(**{name: value}), environment=None),
        ]
        assert len(tables.differing(runs)) == 1, name
    assert set(OTHER_VALUES) == set(TrainConfig.model_fields) - {"schema_version"}


def test_settings_are_either_the_same_or_differ_and_a_damaged_run_counts_in_neither() -> None:
    runs = [summary(A), summary(B, config=CONFIG.changed(dropout=0.1)), summary(C, config=None)]
    assert [column.label for column in tables.differing(runs)] == ["Dropout"]
    same = tables.shared(runs, tables.differing(runs))
    assert same["Image size"] == "64" and "Dropout" not in same
    assert tables.shared([runs[2]], []) == {}


def test_alarms_are_named_in_a_word_or_two() -> None:
    alarms = (Alarm("overfitting", 3, "It rose.", "Stop."), Alarm("loss_rising", 2, "It rose.", "Less."))
    assert cells(summary(A, alarms=alarms))["Alarms"] == "overfitting, loss rising"
