"""The map on the Dataset page: which runs colour it, what they used, and that a new run does not move it."""

from types import SimpleNamespace

import pandas as pd
from streamlit.testing.v1 import AppTest

from core.data.sources import SAMPLE_SOURCE
from core.runs import RunStore
from core.settings import Settings
from core.ui import dataset_map_colours
from core.ui.dataset_map_colours import colour_kinds, use_words
from tests.app.runs import finished_run


def test_it_says_how_many_images_a_run_used_and_how_many_it_never_saw(host: Settings) -> None:
    finished_run(host, "quick", val_accuracy=0.9, n=40)
    (run,) = RunStore(host.runs).list_runs()
    assert use_words(run, scored=80, total=2_000) == (
        "Answers of quick on 80 images of validation and test, at threshold 0.5. "
        "It was trained on 40, and never used 1,880."
    )
    assert use_words(run, scored=80, total=120).endswith("It was trained on 40.")


def test_a_run_that_does_not_say_what_it_used_is_not_guessed_at(host: Settings) -> None:
    run = finished_run(host, "old", val_accuracy=0.9)
    (run.path / "environment.json").unlink()
    (found,) = RunStore(host.runs).list_runs()
    words = use_words(found, scored=80, total=2_000)
    assert "trained" not in words and "80 images" in words


def test_runs_of_the_target_come_before_those_of_others(host: Settings, monkeypatch) -> None:
    for name, target in (("first", "Male"), ("second", "Smiling"), ("third", "Male")):
        finished_run(host, name, val_accuracy=0.9, target=target)
    runs = [
        SimpleNamespace(id=run.id, title=run.title, config=run.config, has_model=True)
        for run in RunStore(host.runs).list_runs()
    ]
    monkeypatch.setattr(dataset_map_colours, "runs_on", lambda source: runs)
    no_split = SimpleNamespace(attributes=("Male",), frame=pd.DataFrame({"split": [""]}))
    words = list(colour_kinds(no_split, SAMPLE_SOURCE, "Male").values())
    assert words[0] == "male" and words[-1] == "mistakes of second (smiling)"
    assert {*words[1:3]} == {"mistakes of first", "mistakes of third"}


def _boxes() -> None:
    import streamlit as st

    from core.ui.dataset_map import kept_choice

    options = st.session_state.get("offered", ["old", "grey"])
    st.write(kept_choice("Placed by", {one: one for one in options}, options[0], key="placed", width=300))


def test_a_run_that_finishes_is_offered_and_moves_nothing() -> None:
    app = AppTest.from_function(_boxes).run()
    assert app.markdown[0].value == "old"
    app.session_state["offered"] = ["new", "old", "grey"]
    app.run()
    assert not app.exception
    assert app.markdown[0].value == "old" and app.selectbox[0].options == ["new", "old", "grey"]
    app.selectbox[0].set_value("new").run()
    assert app.markdown[0].value == "new"


def test_features_that_are_gone_give_way_to_the_first() -> None:
    app = AppTest.from_function(_boxes).run()
    app.session_state["offered"] = ["grey"]
    app.run()
    assert not app.exception and app.markdown[0].value == "grey"
