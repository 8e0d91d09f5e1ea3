"""Compare's table: what its cells say, how it is sorted and searched, what differs, what is chosen."""

from core.runs import State
from core.ui import compare_columns as columns_of
from core.ui import compare_table as tables
from core.ui.compare_address import View
from core.ui.compare_choice import after_selection
from core.ui.compare_difference import difference_table, mismatch
from core.ui.compare_search import matching
from tests.unit.ui.fabricated import CONFIG, environment, history, metrics, summary

A, B, C = (f"20260131-14250{i}-{letter * 6}" for i, letter in enumerate("abc"))


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


def test_runs_on_other_images_or_targets_are_not_compared_without_a_word() -> None:
    assert mismatch([summary(A), summary(B)]) == ""
    assert "different test images" in mismatch(
        [summary(A), summary(B, environment=environment(split="other"))]
    )
    assert "male, young" in mismatch([summary(A), summary(B, config=CONFIG.changed(target="Young"))])


def test_ticks_are_mapped_to_the_runs_of_the_table_that_was_shown() -> None:
    assert after_selection([], [C, A, B], [0, 2]) == [C, B]


def test_what_a_filter_hides_stays_chosen_and_what_is_unticked_goes() -> None:
    assert after_selection([A, B], [B, C], [1]) == [A, C]
