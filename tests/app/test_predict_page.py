"""What the Predict page shows: the run, the answers in words, what was refused, and where to go first."""

import csv
from io import BytesIO, StringIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from core.errors import CheckpointError
from core.runs import RunStore
from core.settings import Settings
from core.ui.predict_photos import TILE, Photo, read_photo
from core.ui.predict_results import answers_csv
from core.ui.resources import store
from tests.app.pages import page
from tests.app.runs import finished_run
from tests.faces import make_celeba


class FakePredictor:
    """Says how bright a photo is, and counts how often it was asked."""

    asked = 0

    def probabilities(self, images: list[Image.Image]) -> np.ndarray:
        FakePredictor.asked += len(images)
        return np.array([np.asarray(image.convert("L")).mean() / 255 for image in images], np.float32)


@pytest.fixture(autouse=True)
def fake_model(monkeypatch: pytest.MonkeyPatch) -> None:
    FakePredictor.asked = 0
    monkeypatch.setattr("core.ui.predict_model._load", lambda runs, run_id, host: FakePredictor())


def png(level: int, size: tuple[int, int] = (40, 50)) -> bytes:
    buffer = BytesIO()
    Image.new("RGB", size, (level, level, level)).save(buffer, "PNG")
    return buffer.getvalue()


def texts(app: AppTest) -> str:
    return "\n".join(element.value for element in (*app.markdown, *app.caption)).replace("\\", "")


def bars(app: AppTest) -> list[str]:
    return [bar.proto.text for bar in app.get("progress")]


def upload(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    return app.file_uploader[0].set_value([(name, content, "image/png") for name, content in files]).run()


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
    assert "validation 0.9500 (0.8882 to 0.9785, Wilson, n = 100)" in texts(app)
    assert "test 0.9000 (0.8256 to 0.9448, Wilson, n = 100)" in texts(app)
    assert f"(/run?run={best.id})" in texts(app)


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


def test_each_photo_has_its_answer_in_words_and_four_decimals(host: Settings) -> None:
    finished_run(host, "real", val_accuracy=0.9)
    app = upload(page("predict").run(), ("light.png", png(204)), ("dark_one.png", png(51)))
    assert not app.exception
    assert bars(app) == ["P(man) = 0.8000", "P(man) = 0.2000"]
    assert texts(app).index("**man**\n") < texts(app).index("**woman**\n")
    assert texts(app).index("light.png") < texts(app).index("dark_one.png")
    assert len(app.get("image")) == 2


def test_a_bad_photo_is_refused_by_name_and_the_others_go_on(host: Settings) -> None:
    finished_run(host, "real", val_accuracy=0.9)
    app = upload(
        page("predict").run(), ("broken.png", b"no image"), ("cut.png", png(9)[:60]), ("good.png", png(204))
    )
    assert not app.exception
    assert [error.value.replace("\\", "").split()[0] for error in app.error] == ["broken.png", "cut.png"]
    assert bars(app) == ["P(man) = 0.8000"]


def test_photos_over_the_limit_are_left_out_and_it_is_said(
    host: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINEAMENT_MAX_UPLOAD_FILES", "2")
    finished_run(host, "real", val_accuracy=0.9, synthetic=False)
    app = upload(page("predict").run(), *((f"{i}.png", png(60 * i)) for i in range(1, 4)))
    assert "3 photos were given and the limit is 2" in app.warning[0].value
    assert len(bars(app)) == 2


def test_a_photo_larger_than_the_host_allows_is_refused(
    host: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINEAMENT_MAX_PHOTO_PIXELS", "100")
    finished_run(host, "real", val_accuracy=0.9)
    app = upload(page("predict").run(), ("large.png", png(9)))
    assert "the limit is 100" in app.error[0].value
    assert FakePredictor.asked == 0


def test_answers_stay_when_the_page_runs_again_and_no_photo_is_scored_twice(host: Settings) -> None:
    finished_run(host, "real", val_accuracy=0.9)
    app = upload(page("predict").run(), ("a.png", png(51)), ("same as a.png", png(51)), ("b.png", png(204)))
    assert FakePredictor.asked == 2
    app.run()
    assert FakePredictor.asked == 2
    assert bars(app) == ["P(man) = 0.2000", "P(man) = 0.2000", "P(man) = 0.8000"]


def test_another_run_is_asked_anew_and_speaks_of_its_own_target(host: Settings) -> None:
    finished_run(host, "real", val_accuracy=0.9)
    smiles = finished_run(host, "smiles", val_accuracy=0.8, target="Smiling")
    app = upload(page("predict").run(), ("a.png", png(204)))
    app.selectbox[0].set_value(smiles.id).run()
    assert FakePredictor.asked == 2
    assert bars(app) == ["P(smiling) = 0.8000"]


def test_nobody_has_to_upload_a_photo(
    host: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny = make_celeba(tmp_path / "tiny")
    monkeypatch.setattr("core.data.open._sample", lambda settings, on_progress: tiny)
    finished_run(host, "drawn", val_accuracy=0.9)
    app = page("predict").run()
    (sample,) = [button for button in app.button if button.label == "Try a sample"]
    sample.click().run()
    assert not app.exception
    assert len(bars(app)) == len(app.get("image")) == 3
    assert "synthetic face 000051.png" in texts(app)
    (remove,) = [button for button in app.button if button.label == "Remove the sample"]
    remove.click().run()
    assert bars(app) == []


def test_a_model_that_cannot_be_loaded_is_said_in_words(
    host: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(runs: RunStore, run_id: str, host: Settings) -> None:
        raise CheckpointError(f"{run_id} has no checkpoint. Train it again.")

    monkeypatch.setattr("core.ui.predict_model._load", refuse)
    finished_run(host, "real", val_accuracy=0.9)
    app = upload(page("predict").run(), ("a.png", png(51)))
    assert not app.exception
    assert "has no checkpoint" in app.error[0].value


def test_the_page_says_what_becomes_of_photos_and_what_a_label_is(host: Settings) -> None:
    finished_run(host, "real", val_accuracy=0.9)
    said = texts(page("predict").run())
    assert "not written to disk" in said
    assert "not anyone's gender" in said


def test_the_file_of_answers_has_a_row_for_every_photo(host: Settings) -> None:
    run = finished_run(host, "real", val_accuracy=0.9)
    app = upload(page("predict").run(), ("=1+1.png", png(204)), ("broken.png", b"no image"))
    assert len(app.get("download_button")) == 1
    summary = store().summary(run.id)
    photos = [
        Photo("a, b.png", lambda: b"", "digest"),
        Photo("c.png", lambda: b"", "other", error="c.png is empty."),
    ]
    rows = list(csv.DictReader(StringIO(answers_csv(photos, summary))))
    assert [row["file"] for row in rows] == ["a, b.png", "c.png"]
    assert rows[1]["error"] == "c.png is empty."
    assert {row["target"] for row in rows} == {"Male"}


def test_a_long_thin_photo_does_not_stretch_the_page() -> None:
    class Upload:
        name, file_id = "thin.png", "1"

        def getvalue(self) -> bytes:
            return png(9, size=(3, 900))

    from core.data.images import DEFAULT

    photo = read_photo(Upload(), DEFAULT)
    assert Image.open(BytesIO(photo.tile)).size == TILE
