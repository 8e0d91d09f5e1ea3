"""What the Compare page shows: the table, the choice in the address, curves, differences, damaged runs."""

import pytest
from streamlit.testing.v1 import AppTest

from core.runs import RunStore, State
from core.runs.records import Notes
from core.runs.studies import StudyStore
from core.runs.trash import Trash
from core.settings import Settings
from core.ui import compare_view
from tests.app.pages import page
from tests.unit.ui.fabricated import CONFIG, hold_running, write_run

FIRST = ["Name", "Validation", "Test", "Marks", "State", "Epoch", "Last", "Alarms"]
COSTS = ["Duration", "Images per second", "Parameters trained"]


def opened(**query: str) -> AppTest:
    app = page("compare")
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def texts(app: AppTest) -> str:
    elements = (*app.markdown, *app.caption, *app.subheader, *app.warning, *app.error, *app.info)
    return "\n".join(element.value for element in elements).replace("\\", "")


def names(app: AppTest) -> list[str]:
    return app.dataframe[0].value["Name"].tolist()


def drawn_runs(app: AppTest) -> set[str]:
    """Ids that the loss chart has data of."""
    import pyarrow as pa

    datasets = app.get("vega_lite_chart")[0].proto.datasets
    frames = [pa.ipc.open_stream(item.data.data).read_pandas() for item in datasets]
    return {run_id for frame in frames if "run_id" in frame for run_id in frame["run_id"]}


def test_without_runs_it_leads_to_train(host: Settings) -> None:
    app = opened()
    assert app.subheader[0].value == "No runs yet"
    assert "[Train a first run](/train)" in texts(app)
    assert not app.dataframe


def test_the_table_has_the_results_first_newest_run_on_top(host: Settings) -> None:
    older = write_run(host, "older")
    newer = write_run(host, "newer", synthetic=False, weights="file:vgg.h5")
    frame = opened().dataframe[0].value
    assert list(frame.columns) == [*FIRST, "Data", *COSTS]
    assert set(frame.index) == {older.id, newer.id}
    assert frame.loc[newer.id].to_dict() | {"Duration": ""} == {
        "Name": "newer",
        "Validation": "0.9000 (.7985–.9534)",
        "Test": "0.9000 (.8149–.9485)",
        "Epoch": "2 of 3",
        "Last": "0.9000",
        "State": "Finished",
        "Marks": "local weights",
        "Alarms": "",
        "Data": "celeba",
        "Duration": "",
        "Images per second": "–",
        "Parameters trained": "1",
    }


def test_a_heading_says_n_and_a_caption_the_epoch_and_how_intervals_were_made(host: Settings) -> None:
    write_run(host)
    app = opened()
    assert '"label":"Test, n = 80"' in app.dataframe[0].proto.columns.replace(": ", ":")
    assert "the lowest validation loss, the earliest on a tie" in texts(app)
    assert "95 % interval: Wilson" in texts(app)


def test_per_epoch_shows_the_reports_columns(host: Settings) -> None:
    write_run(host, val_losses=(0.5, 0.3, 0.4))
    frame = opened(view="epochs").dataframe[0].value
    assert frame["Train, per epoch"].tolist() == ["0.8000 0.8100 0.8200"]
    assert frame["Validation, per epoch"].tolist() == ["0.8500 0.8600 0.8700"]


def test_settings_that_differ_come_next_and_the_same_ones_are_folded(host: Settings) -> None:
    write_run(host, "a")
    write_run(host, "b", config=CONFIG.changed(dropout=0.2))
    app = opened()
    assert list(app.dataframe[0].value.columns) == [*FIRST, "Dropout", *COSTS]
    folded = next(box for box in app.expander if "the same in all 2 runs" in box.label)
    assert "Image size: 64" in folded.caption[0].value.replace("\\", "")
    assert "Dropout" not in folded.caption[0].value


def test_other_columns_come_on_demand(host: Settings) -> None:
    write_run(host)
    app = opened()
    app.multiselect(key="compare columns").set_value(["dropout", "seed"]).run()
    assert list(app.dataframe[0].value.columns) == [*FIRST, *COSTS, "Dropout", "Seed"]
    assert app.query_params["columns"] == ["dropout", "seed"]


def test_search_sort_and_filter_are_in_the_address(host: Settings) -> None:
    for name, rate in (("low", 1e-5), ("high", 0.1), ("mid", 1e-3)):
        write_run(host, f"{name} rate", config=CONFIG.changed(learning_rate=rate))
    write_run(host, "broken rate", state=State.FAILED, reason="No.", test_accuracy=None)
    assert names(opened(q="rate", sort="lr", state="finished")) == ["low rate", "mid rate", "high rate"]


def test_a_control_that_is_changed_writes_the_address_and_keeps_what_was_there(host: Settings) -> None:
    run = write_run(host, "one")
    app = opened(runs=run.id, star="1")
    app.selectbox(key="compare sort").set_value("test").run()
    app.text_input(key="compare words").set_value("on").run()
    found = {name: value if isinstance(value, str) else value[0] for name, value in app.query_params.items()}
    assert found == {"runs": run.id, "star": "1", "sort": "-test", "q": "on"}


def test_another_address_moves_the_controls(host: Settings) -> None:
    write_run(host, "one")
    app = opened(q="one", sort="test")
    app.query_params.clear()
    app.run()
    assert app.text_input(key="compare words").value == ""
    assert app.selectbox(key="compare sort").value == "created"


def test_an_address_that_asks_for_what_is_not_here_is_answered_with_the_rest(host: Settings) -> None:
    write_run(host, "one")
    app = opened(sort="rm -rf", state="<b>", group="x", page="-1", study="../../etc", tag="*none*")
    assert names(app) == ["one"]
    assert "left out: state=<b>, study=../../etc, tag=*none*, sort=rm -rf, group=x, page=-1" in texts(app)


def test_sorting_by_test_says_why_that_flatters(host: Settings) -> None:
    write_run(host)
    assert "flatters" in texts(opened(sort="-test"))
    assert "flatters" not in texts(opened(sort="-val"))


def test_a_study_and_a_tag_and_a_star_filter(host: Settings) -> None:
    runs = [write_run(host, name) for name in ("in", "tagged", "starred", "none")]
    study = StudyStore(host.studies).create("s", "grid", {}, [runs[0].id])
    runs[1].write_notes(Notes(name="tagged", tags=("a, b", "c")))
    runs[2].write_notes(Notes(name="starred", star=True))
    assert names(opened(study=study.id)) == ["in"]
    assert names(opened(tag="a, b")) == ["tagged"]
    assert names(opened(star="1")) == ["★ starred"]


def test_a_search_that_finds_nothing_says_so(host: Settings) -> None:
    write_run(host)
    app = opened(q="zebra")
    assert not app.dataframe
    assert "No run fits" in texts(app)


def test_the_runs_of_the_address_are_ticked_and_drawn(host: Settings) -> None:
    first, second, third = (write_run(host, name) for name in ("one", "two", "three"))
    app = opened(runs=f"{first.id},{third.id}")
    assert drawn_runs(app) == {first.id, third.id}
    assert "2 runs chosen" in texts(app)
    assert second.id not in texts(app)


def test_a_chosen_run_stands_with_interval_n_and_marks(host: Settings) -> None:
    run = write_run(host, "one", test_accuracy=0.9)
    shown = texts(opened(runs=run.id))
    assert "Test accuracy **0.9000**" in shown
    assert "95 % interval 0.8149 to 0.9485 (Wilson), n = 80" in shown
    assert "synthetic faces" in shown and "random weights" in shown


def test_only_what_differs_between_the_chosen_is_listed(host: Settings) -> None:
    a = write_run(host, "a")
    b = write_run(host, "b", config=CONFIG.changed(fine_tune="block5"))
    app = opened(runs=f"{a.id},{b.id}")
    # A table reads Markdown, so that its texts are escaped.
    assert app.table[0].value.to_dict("index") == {"Fine\\-tuning": {"a": "Frozen", "b": "Block 5"}}


def test_runs_scored_on_other_images_are_not_compared_without_a_word(host: Settings) -> None:
    a, b = write_run(host, "a"), write_run(host, "b", split="other")
    assert "split otherwise (another seed or limit)" in texts(opened(runs=f"{a.id},{b.id}"))


def test_ids_that_name_no_run_are_counted_and_left_out(host: Settings) -> None:
    run = write_run(host)
    app = opened(runs=f"{run.id},20260131-142501-k3x9ab,../../etc")
    assert "2 ids in the address name no run here." in app.warning[0].value
    assert "1 run chosen" in texts(app)


def test_a_damaged_run_is_listed_with_its_reason(host: Settings) -> None:
    run = write_run(host)
    (run.path / "config.json").write_text("{")
    app = opened(runs=run.id)
    assert app.dataframe[0].value["State"].tolist() == ["Damaged"]
    assert app.expander[0].label == "1 run cannot be read"
    assert "config.json is not JSON" in texts(app)


def test_a_run_that_still_trains_can_be_chosen(host: Settings) -> None:
    with hold_running(host, "live") as held:
        app = opened(runs=held.run.id)
        assert app.dataframe[0].value["State"].tolist() == ["Training"]
        assert drawn_runs(app) == {held.run.id}


def test_clearing_the_choice_empties_the_address(host: Settings) -> None:
    run = write_run(host)
    app = opened(runs=run.id)
    next(button for button in app.button if button.label == "Clear the choice").click().run()
    assert "runs" not in app.query_params
    assert "Tick one run or more" in texts(app)


def press(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


def test_a_deleted_run_can_be_taken_back_at_once(host: Settings) -> None:
    one, two = write_run(host, "one"), write_run(host, "two")
    app = press(opened(runs=one.id), "Delete")
    assert names(app) == ["two"]
    assert "1 run moved to the trash" in texts(app)
    assert "runs" not in app.query_params
    press(app, "Undo")
    assert set(names(app)) == {"one", "two"}
    assert "1 run chosen" in texts(app)
    assert one.state().state is State.FINISHED and two.path.is_dir()


def test_a_run_that_trains_is_not_deleted_and_the_page_says_why(host: Settings) -> None:
    ended = write_run(host, "ended")
    with hold_running(host, "live") as held:
        app = press(opened(runs=f"{ended.id},{held.run.id}"), "Delete")
        assert names(app) == ["live"]
        assert "in use and cannot be deleted" in texts(app)
        assert held.run.path.is_dir() and not ended.path.is_dir()


def test_an_address_with_a_deleted_run_says_that_the_trash_has_it(host: Settings) -> None:
    run, _ = write_run(host, "one"), write_run(host, "two")
    Trash(RunStore(host.runs), host.trash).delete(run.id)
    assert "1 run of the address was deleted. The trash has it still." in texts(opened(runs=run.id))


def test_the_trash_restores_what_is_there_and_asks_before_it_deletes_for_good(host: Settings) -> None:
    run, other = write_run(host, "one"), write_run(host, "two")
    trash = Trash(RunStore(host.runs), host.trash)
    trash.delete(run.id)
    trash.delete(other.id)
    app = press(opened(), "Trash")
    gone = next(button for button in app.button if button.label == "Delete all 2 runs for good")
    assert gone.disabled
    assert "restore" in " ".join(button.label.lower() for button in app.button)
    press(app, "Restore all 2 runs")
    assert set(names(app)) == {"one", "two"}


def test_name_tags_and_note_are_saved_and_shown_as_plain_text(host: Settings) -> None:
    run = write_run(host, "one")
    app = opened(runs=run.id)
    next(field for field in app.text_input if field.label == "Name").set_value("*two* <b>")
    next(field for field in app.multiselect if field.label == "Tags").set_value(["a, b"])
    next(field for field in app.text_area if field.label == "Note").set_value("why")
    press(app, "Save")
    assert (run.notes().name, run.notes().tags, run.notes().note) == ("*two* <b>", ("a, b",), "why")
    assert names(app) == ["*two* <b>"]


def test_several_chosen_runs_are_starred_and_tagged_together(host: Settings) -> None:
    runs = [write_run(host, name) for name in ("one", "two")]
    runs[0].write_notes(Notes(name="one", tags=("old",), star=True))
    app = opened(runs=",".join(run.id for run in runs))
    press(app, "Star")
    assert all(run.notes().star for run in runs)
    fields = {field.label: field for field in app.multiselect}
    fields["Give these 2 runs the tags"].set_value(["new"])
    fields["Take away the tags"].set_value(["old"])
    press(app, "Save")
    assert [run.notes().tags for run in runs] == [("new",), ("new",)]
    press(app, "Take the star away")
    assert not any(run.notes().star for run in runs)


def test_groups_have_mean_and_spread_and_a_chosen_group_is_ticked(host: Settings) -> None:
    runs = [
        write_run(host, config=CONFIG.changed(seed=seed), test_accuracy=value)
        for seed, value in enumerate((0.9, 0.8))
    ]
    write_run(host, config=CONFIG.changed(dropout=0.1))
    app = opened(group="settings", runs=",".join(run.id for run in runs))
    frame = app.dataframe[0].value
    pair = frame["Runs"].tolist().index("2")
    assert sorted(frame["Runs"]) == ["1", "2"]
    assert frame["Test, mean ± sd"][pair] == "0.8500 ± 0.0707 (2 runs)"
    assert frame["Test, mean ± sd"][1 - pair] == "0.9000 (1 run)"
    assert app.session_state[app.dataframe[0].key]["selection"]["rows"] == [pair]


def test_of_many_runs_a_page_is_drawn(host: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare_view, "PAGE_ROWS", 2)
    for name in "abc":
        write_run(host, name)
    app = opened(sort="name")
    assert names(app) == ["a", "b"]
    press(app, "Next")
    assert names(app) == ["c"]
    assert names(opened(sort="name", page="999")) == ["c"]


def test_a_phone_gets_fewer_columns(host: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    write_run(host, "one")
    monkeypatch.setattr(compare_view, "_is_phone", lambda: True)
    assert list(opened().dataframe[0].value.columns) == FIRST[:5]
