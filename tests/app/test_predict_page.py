"""What the Predict page shows: the run, the answers in words, what was refused, and where to go first."""

from pathlib import Path

import pytest

from core.errors import CheckpointError
from core.runs import RunStore, TrainConfig
from core.settings import Settings
from tests.app.pages import page
from tests.app.predicting import (
    FakeFinder,
    FakePredictor,
    aligned_png,
    bars,
    photo_png,
    press,
    texts,
    upload,
    use_fakes,
)
from tests.app.runs import finished_run
from tests.faces import make_celeba
from tests.scored_runs import scored_run

NC = " (not calibrated)"
"""Runs of these tests have no predictions of their own to be calibrated by, unless they are scored ones."""


@pytest.fixture(autouse=True)
def fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    use_fakes(monkeypatch)


@pytest.fixture
def real(host: Settings) -> None:
    """A run on photographs, without predictions of its own: it answers from 0.9 on and up to 0.1."""
    finished_run(host, "real", val_accuracy=0.9, synthetic=False)


def test_without_a_model_it_says_what_to_do_first_and_links_to_it(host: Settings) -> None:
    app = page("predict").run()
    assert not app.exception
    assert app.subheader[0].value == "No trained model yet"
    assert "[Train a model](/train)" in texts(app)
    assert not app.file_uploader


def test_the_best_run_comes_first_and_is_described_with_n_and_interval(host: Settings) -> None:
    finished_run(host, "worse", val_accuracy=0.8)
    best = finished_run(host, "best *one*", val_accuracy=0.95, test_accuracy=0.9, synthetic=False)
    app = page("predict").run()
    assert not app.exception
    assert app.selectbox[0].value == best.id
    assert "**man** or **woman**, trained on faces" in texts(app)
    assert "validation 0.9500" in app.selectbox[0].options[0]
    assert "test 0.9000 (0.8256 to 0.9448, Wilson, n = 100)" in texts(app)
    assert f"(/run?run={best.id})" in texts(app)


def test_the_worst_slice_is_named_with_n_and_interval(host: Settings) -> None:
    scored_run(host, "scored", synthetic=False)
    said = texts(page("predict").run())
    assert "Worst slice: **" in said
    assert "Wilson, test n = " in said


def test_drawn_faces_and_random_weights_are_named(host: Settings) -> None:
    finished_run(host, "drawn", val_accuracy=0.9)
    app = page("predict").run()
    assert ":orange-badge[synthetic faces] :orange-badge[random weights]" in texts(app)
    assert "drawn faces only" in app.warning[0].value


def test_a_run_on_photographs_carries_no_such_warning(host: Settings) -> None:
    finished_run(host, "real", val_accuracy=0.9, synthetic=False, weights="imagenet")
    app = page("predict").run()
    assert not app.warning
    assert "badge" not in texts(app)


def test_the_address_names_the_run(host: Settings) -> None:
    chosen = finished_run(host, "worse", val_accuracy=0.8)
    finished_run(host, "best", val_accuracy=0.95)
    app = page("predict")
    app.query_params["run"] = chosen.id
    assert app.run().selectbox[0].value == chosen.id


def test_runs_that_are_called_the_same_can_each_be_chosen(host: Settings) -> None:
    runs = [finished_run(host, "twin", val_accuracy=0.9) for _ in range(2)]
    app = page("predict").run()
    options = app.selectbox[0].options
    assert len(set(options)) == 2
    for run in runs:
        assert sum(run.id[-6:] in option for option in options) == 1


def test_each_face_has_its_answer_in_words_and_four_decimals(real: None) -> None:
    app = upload(page("predict").run(), ("light.png", aligned_png(245)), ("dark_one.png", aligned_png(10)))
    assert not app.exception
    assert bars(app) == ["P(man) = 0.9608" + NC, "P(man) = 0.0392" + NC]
    said = texts(app)
    assert said.index("**man**\n") < said.index("**woman**\n")
    assert said.index("light.png") < said.index("dark_one.png")
    assert "**2 faces** in 2 photos; not sure of 0" in said


def test_an_answer_that_is_not_sure_enough_is_not_given(real: None) -> None:
    app = upload(page("predict").run(), ("grey.png", aligned_png(204)))
    assert bars(app) == ["P(man) = 0.8000" + NC]
    assert "**not sure**" in texts(app)
    app.slider[0].set_value(0.7).run()
    assert "**man**" in texts(app)
    assert FakePredictor.asked == 1


def test_every_face_of_a_photo_is_answered(real: None) -> None:
    app = upload(page("predict").run(), ("group.png", photo_png(3)))
    assert not app.exception
    assert len(bars(app)) == 3
    assert [f"group.png · face {number} of 3" in texts(app) for number in (1, 2, 3)] == [True] * 3
    assert FakePredictor.calls == 1


def test_a_photo_without_a_face_says_so_and_offers_the_whole_image(real: None) -> None:
    app = upload(page("predict").run(), ("wall.png", photo_png(0)))
    assert "**No face was found**" in texts(app)
    assert bars(app) == []
    press(app, "Use the whole image")
    assert bars(app) == ["P(man) = 0.9020" + NC]
    assert "whole image" in texts(app)


def test_a_run_on_photos_as_they_are_gets_them_whole(host: Settings) -> None:
    finished_run(host, "folders", val_accuracy=0.9, synthetic=False, aligned=False)
    app = upload(page("predict").run(), ("group.png", photo_png(3)))
    assert len(bars(app)) == 1
    assert FakeFinder.asked == 0
    assert "each photo is answered whole" in texts(app)


def test_a_model_of_drawn_faces_is_not_sure_of_any_real_photo(host: Settings) -> None:
    finished_run(host, "drawn", val_accuracy=0.9)
    app = upload(page("predict").run(), ("me.png", aligned_png(250)), ("us.png", photo_png(2)))
    assert texts(app).count("**not sure: this model has only seen drawn faces**") == 3
    assert bars(app) == []
    app.slider[0].set_value(0.5).run()
    assert texts(app).count("**not sure: this model has only seen drawn faces**") == 3


def test_a_bad_photo_is_refused_by_name_and_the_others_go_on(real: None) -> None:
    app = upload(
        page("predict").run(),
        ("broken.png", b"no image"),
        ("cut.png", aligned_png(9)[:60]),
        ("good.png", aligned_png(250)),
    )
    assert not app.exception
    assert [error.value.replace("\\", "").split()[0] for error in app.error] == ["broken.png", "cut.png"]
    assert bars(app) == ["P(man) = 0.9804" + NC]


def test_photos_over_the_limit_are_left_out_and_it_is_said(
    real: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINEAMENT_MAX_UPLOAD_FILES", "2")
    app = upload(page("predict").run(), *((f"{i}.png", aligned_png(60 * i)) for i in range(1, 4)))
    assert "1 photo of 3 found no room: the limit is 2 at once" in app.warning[0].value
    assert len(bars(app)) == 2


def test_a_photo_larger_than_the_host_allows_is_refused(real: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINEAMENT_MAX_PHOTO_PIXELS", "100")
    app = upload(page("predict").run(), ("large.png", aligned_png(9)))
    assert "the limit is 100" in app.error[0].value
    assert FakePredictor.asked == 0


def test_answers_stay_when_the_page_runs_again_and_no_photo_is_scored_twice(real: None) -> None:
    app = upload(
        page("predict").run(),
        ("a.png", aligned_png(10)),
        ("same as a.png", aligned_png(10)),
        ("b.png", aligned_png(250)),
    )
    assert (FakePredictor.asked, FakePredictor.calls, FakeFinder.asked) == (2, 1, 2)
    app.run()
    assert (FakePredictor.asked, FakeFinder.asked) == (2, 2)
    assert bars(app) == ["P(man) = 0.0392" + NC, "P(man) = 0.0392" + NC, "P(man) = 0.9804" + NC]


def test_more_photos_join_those_that_are_there(real: None) -> None:
    app = upload(page("predict").run(), ("a.png", aligned_png(10)))
    upload(app, ("b.png", aligned_png(250)))
    assert bars(app) == ["P(man) = 0.0392" + NC, "P(man) = 0.9804" + NC]
    assert FakePredictor.asked == 2


def test_one_photo_can_be_removed(real: None) -> None:
    app = upload(page("predict").run(), ("a.png", aligned_png(10)), ("b.png", aligned_png(250)))
    next(button for button in app.button if button.help == "Remove a\\.png").click().run()
    assert bars(app) == ["P(man) = 0.9804" + NC]
    press(app, "Remove all")
    assert bars(app) == []


def test_another_run_is_asked_anew_and_speaks_of_its_own_target(host: Settings, real: None) -> None:
    smiles = finished_run(host, "smiles", val_accuracy=0.8, target="Smiling", synthetic=False)
    app = upload(page("predict").run(), ("a.png", aligned_png(250)))
    app.selectbox[0].set_value(smiles.id).run()
    assert (FakePredictor.asked, FakeFinder.asked) == (2, 1)
    assert bars(app) == ["P(smiling) = 0.9804" + NC]


def test_answers_can_be_sorted_and_filtered(real: None) -> None:
    levels = {"sure man.png": 255, "unsure.png": 130, "sure woman.png": 1, "man.png": 240}
    app = upload(page("predict").run(), *((name, aligned_png(level)) for name, level in levels.items()))
    order = next(box for box in app.selectbox if box.label == "Order")
    order.set_value("Least sure first").run()
    assert bars(app)[0] == "P(man) = 0.5098" + NC
    order.set_value("Surest first").run()
    assert bars(app)[0] == "P(man) = 1.0000" + NC
    shown = app.get("button_group")[-1]
    shown.set_value("woman").run()
    assert bars(app) == ["P(man) = 0.0039" + NC]
    app.get("button_group")[-1].set_value("Not sure").run()
    assert bars(app) == ["P(man) = 0.5098" + NC]


def test_a_wrong_answer_can_be_marked_and_unmarked(real: None) -> None:
    app = upload(page("predict").run(), ("a.png", aligned_png(250)))
    press(app, "Wrong")
    assert "you say man is wrong" in texts(app)
    press(app, "Wrong")
    assert "is wrong]" not in texts(app)


def test_a_mark_is_of_the_answer_that_was_given(host: Settings, real: None) -> None:
    other = finished_run(host, "other", val_accuracy=0.8, synthetic=False)
    app = upload(page("predict").run(), ("a.png", aligned_png(250)))
    first = app.selectbox[0].value
    press(app, "Wrong")
    app.selectbox[0].set_value(other.id).run()
    assert "is wrong]" not in texts(app)
    app.selectbox[0].set_value(first).run()
    assert "you say man is wrong" in texts(app)
    app.slider[0].set_value(0.99).run()
    assert "**not sure**" in texts(app)
    assert "you say man is wrong" in texts(app)
    press(app, "Wrong")
    assert "is wrong]" not in texts(app)


def test_a_filter_that_nothing_passes_says_so(real: None) -> None:
    app = upload(page("predict").run(), ("a.png", aligned_png(250)))
    app.get("button_group")[-1].set_value("woman").run()
    assert bars(app) == []
    assert "No answer is of this kind" in texts(app)


def test_a_number_that_nobody_calibrated_is_not_called_so(real: None) -> None:
    app = upload(page("predict").run(), ("a.png", aligned_png(250)))
    assert bars(app) == ["P(man) = 0.9804 (not calibrated)"]
    assert "how often it errs is not known" in texts(app)


def test_while_the_first_run_trains_it_is_named_and_linked(host: Settings) -> None:
    run = RunStore(host.runs).create(TrainConfig(), name="my first")
    app = page("predict").run()
    assert app.subheader[0].value == "The first model is still learning"
    assert "my first is queued" in texts(app)
    assert f"(/train?run={run.id})" in texts(app)


def test_nobody_has_to_upload_a_photo(
    host: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny = make_celeba(tmp_path / "tiny")
    monkeypatch.setattr("core.data.open._sample", lambda settings, on_progress: tiny)
    finished_run(host, "drawn", val_accuracy=0.9)
    app = press(page("predict").run(), "Try a sample")
    assert not app.exception
    assert len(bars(app)) == 3
    assert "synthetic face 000051.png · labelled " in texts(app)
    assert FakeFinder.asked == 0


def test_a_model_that_cannot_be_loaded_is_said_in_words(
    host: Settings, real: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(runs: RunStore, run_id: str, host: Settings, say: object) -> None:
        raise CheckpointError(f"{run_id} has no checkpoint. Train it again.")

    monkeypatch.setattr("core.ui.predict_model._load", refuse)
    app = upload(page("predict").run(), ("a.png", aligned_png(51)))
    assert not app.exception
    assert "has no checkpoint" in app.error[0].value


def test_the_reason_is_shown_on_demand(real: None) -> None:
    app = upload(page("predict").run(), ("a.png", aligned_png(250)))
    assert "what speaks for" not in texts(app)
    press(app, "Why?")
    assert not app.exception
    assert "Where the model found what speaks for **man**" in texts(app)


def test_the_margin_says_where_it_comes_from_and_what_it_brings(host: Settings) -> None:
    scored_run(host, "scored", right=0.97, n=600, synthetic=False)
    app = upload(page("predict").run(), ("a.png", aligned_png(250)))
    said = texts(app)
    assert "one-sided Clopper-Pearson bound" in said
    assert "of the answers is wrong" in said
    assert "This holds for photos like the training data" in said


def test_the_page_says_what_becomes_of_photos_and_what_a_label_is(real: None) -> None:
    said = texts(page("predict").run())
    assert "never written to disk or logs" in said
    assert "not anyone's gender" in said
