"""A run's bundle answers as the run does, needs nothing of Lineament, and is not there when it would not."""

import errno
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import keras
import numpy as np
import pytest
from PIL import Image

from core.data import open_dataset
from core.errors import InputError, RunError, WeightsError
from core.model.export import bundle as bundle_module
from core.model.export.bundle import MOST_DIFFERENCE, Exported, Wanted, export_run
from core.model.export.portable import portable
from core.model.export.samples import SEED
from core.model.export.writers import write_model
from core.model.network import build_network
from core.runs import Run, TrainConfig
from core.runs.export_formats import FACTS, INSTALL, Format, refuse_without_packages
from core.settings import Settings
from tests.training.conftest import predictions

CARD = "# Model card: a tiny one\n"


def needs(form: Format) -> None:
    """Skip where a format's own packages are not installed."""
    try:
        refuse_without_packages(form)
    except InputError as missing:
        pytest.skip(str(missing))


def unpacked(path: Path, folder: Path) -> Path:
    """The one folder in a bundle."""
    with zipfile.ZipFile(path) as file:
        file.extractall(folder)
    [top] = folder.iterdir()
    return top


def ask(example: Path, *photos: Path) -> dict[str, float]:
    """What a bundle's example says of photos, by file name; without Lineament in its reach."""
    command = [sys.executable, "-I", str(example), *map(str, photos)]
    done = subprocess.run(command, cwd=example.parents[1], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return {words[0]: float(words[1]) for words in map(str.split, done.stdout.splitlines())}


SLOW = [pytest.param(form, marks=pytest.mark.slow) for form in Format if form is not Format.KERAS]


@pytest.fixture(scope="module", params=[Format.KERAS, *SLOW])
def form(request: pytest.FixtureRequest) -> Format:
    """Each format that can be written here."""
    needs(request.param)
    return request.param


@pytest.fixture(scope="module")
def exported(
    finished: Run, host: Settings, form: Format, tmp_path_factory: pytest.TempPathFactory
) -> Exported:
    """A run's bundle, with a card."""
    out = tmp_path_factory.mktemp("exports") / f"{form}.zip"
    return export_run(finished, host, Wanted(form, out, card=CARD))


def test_the_file_answers_as_the_run_does(exported, finished, form, tiny_faces, tmp_path):
    """Not on its own samples only: the data set's images get the probabilities that they were scored with."""
    assert exported.largest_difference <= MOST_DIFFERENCE
    top = unpacked(exported.path, tmp_path)
    scored = predictions(finished).head(4)
    answered = ask(
        top / "example.py", *(tiny_faces / "img_align_celeba" / name for name in scored["image_id"])
    )
    assert list(answered) == list(scored["image_id"])
    assert list(answered.values()) == pytest.approx(scored["probability"].tolist(), abs=1e-3)


def test_the_example_gives_the_expected_answers_for_the_samples(exported, tmp_path):
    top = unpacked(exported.path, tmp_path)
    expected = json.loads((top / "about.json").read_text())["expected"]
    assert len(expected) >= 4
    assert ask(top / "example.py") == pytest.approx(expected, abs=MOST_DIFFERENCE)


def test_a_bundle_has_all_that_it_takes_to_use_it(exported, finished, form, tmp_path):
    top = unpacked(exported.path, tmp_path)
    assert top.name == f"{finished.id}-{form}"
    about = json.loads((top / "about.json").read_text())
    assert (about["labels"], about["threshold"]) == (["woman", "man"], 0.5)
    assert about["temperature"] > 0
    assert 0 <= about["margin"] <= 0.5
    assert about["input"]["shape"] == [None, 32, 32, 3]
    assert "random weights" in about["marks"]
    assert any("non-commercial" in line for line in about["notice"])
    assert "32 x 32" in " ".join(about["preprocessing"])
    assert (top / about["model"]).exists()
    assert (top / "model-card.md").read_text() == CARD
    words = (top / "README.md").read_text()
    assert all(said in words for said in (*about["preprocessing"], *about["notice"], "random weights"))
    packages = (top / "requirements.txt").read_text()
    assert all(f"{name}>=" in packages for name in FACTS[form].runtime)


def test_the_samples_are_drawn_and_no_face_of_the_data(exported, finished, host, tmp_path):
    top = unpacked(exported.path, tmp_path)
    pictures = [Image.open(path) for path in sorted((top / "samples").iterdir())]
    assert {picture.size for picture in pictures} == {(178, 218)}
    faces = open_dataset(finished.config().data, settings=host)
    of_the_run = {faces.image(i).tobytes() for i in range(len(faces.frame))}
    assert not [picture for picture in pictures if picture.convert("RGB").tobytes() in of_the_run]
    assert SEED != 0


@pytest.mark.slow
@pytest.mark.parametrize("form", [Format.KERAS, Format.LITERT])
def test_the_same_run_gives_the_same_bytes(finished, host, form, tmp_path):
    needs(form)
    first, second = (
        export_run(finished, host, Wanted(form, tmp_path / name)).path for name in ("first.zip", "second.zip")
    )
    assert first.read_bytes() == second.read_bytes()


def test_a_bfloat16_run_is_exported_in_float32(train, host, tmp_path):
    run, said = train(precision="mixed_bfloat16"), []
    made = export_run(run, host, Wanted(Format.KERAS, tmp_path / "bf.zip"), tell=said.append)
    top = unpacked(made.path, tmp_path / "in")
    config = json.loads(zipfile.ZipFile(top / "model.keras").read("config.json"))
    assert "bfloat16" not in json.dumps(config)
    assert [line for line in said if "mixed_bfloat16" in line and "validation images" in line]


def test_a_wrong_model_fails_its_check_and_leaves_nothing(finished, host, tmp_path):
    """What is written is spoiled between writing and checking: a single kernel, by a tenth."""

    def spoil(model: keras.Model, form: Format, folder: Path) -> None:
        layer = model.get_layer("block5_conv3")
        kernel, bias = layer.get_weights()
        layer.set_weights([kernel * 1.1, bias])
        write_model(model, form, folder)

    with pytest.raises(RunError, match=rf"{finished.id} failed its check: its probabilities are up to"):
        export_run(finished, host, Wanted(Format.KERAS, tmp_path / "wrong.zip"), write=spoil)
    assert list(tmp_path.iterdir()) == []


def test_a_model_that_cannot_be_loaded_leaves_the_former_file_as_it_was(finished, host, tmp_path):
    (tmp_path / "kept.zip").write_text("the former one")

    def garbage(model: keras.Model, form: Format, folder: Path) -> None:
        (folder / FACTS[form].model).write_bytes(b"no model at all")

    with pytest.raises(RunError, match="could not be loaded"):
        export_run(finished, host, Wanted(Format.KERAS, tmp_path / "kept.zip", force=True), write=garbage)
    assert [path.name for path in tmp_path.iterdir()] == ["kept.zip"]
    assert (tmp_path / "kept.zip").read_text() == "the former one"


def test_a_full_disk_leaves_nothing(finished, host, tmp_path, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(bundle_module, "pack", full)
    with pytest.raises(OSError, match="No space left"):
        export_run(finished, host, Wanted(Format.KERAS, tmp_path / "full.zip"))
    assert list(tmp_path.iterdir()) == []


def test_an_answer_that_is_no_number_fails_the_check(finished, host, tmp_path):
    def lost(model: keras.Model, form: Format, folder: Path) -> None:
        layer = model.get_layer("logit")
        layer.set_weights([np.full_like(array, np.nan) for array in layer.get_weights()])
        write_model(model, form, folder)

    with pytest.raises(RunError, match="nan"):
        export_run(finished, host, Wanted(Format.KERAS, tmp_path / "nan.zip"), write=lost)
    assert list(tmp_path.iterdir()) == []


def test_other_base_weights_than_it_was_trained_on_are_refused(finished, tmp_path):
    other = Settings(artifacts=tmp_path / "other")
    with (tmp_path / "changed.txt").open("w"), pytest.raises(WeightsError, match="Put the former file back"):
        _other_weights(other)
        export_run(finished, other, Wanted(Format.KERAS, tmp_path / "no.zip"))
    assert not (tmp_path / "no.zip").exists()


def _other_weights(settings: Settings) -> None:
    from core.model.weights import RANDOM_FILE

    settings.weights.mkdir(parents=True)
    base = keras.applications.VGG16(weights=None, include_top=False, input_shape=(32, 32, 3))
    base.save_weights(settings.weights / RANDOM_FILE)


@pytest.mark.parametrize("fine_tune", ["none", "block5", "all"])
def test_a_portable_model_is_the_network_in_standard_layers(fine_tune):
    config = TrainConfig(
        weights="random", image_size=32, fine_tune=fine_tune, batch_norm=True, dense_units=(8, 4)
    )
    network = build_network(config)
    model = portable(network, 32)
    assert list(model.operations) == list(model.layers)
    assert not [layer for layer in model.layers if isinstance(layer, keras.layers.Lambda | keras.Model)]
    images = np.random.default_rng(0).uniform(0, 255, (3, 32, 32, 3)).astype(np.float32)
    found, wanted = (each.predict_on_batch(images) for each in (model, network.whole()))
    assert found == pytest.approx(wanted, abs=1e-5)


def test_a_missing_package_is_named_with_the_command_that_brings_it(monkeypatch):
    monkeypatch.setattr("core.runs.export_formats.find_spec", lambda name: None)
    with pytest.raises(InputError, match="ai-edge-litert") as caught:
        refuse_without_packages(Format.LITERT)
    assert INSTALL in str(caught.value)
    refuse_without_packages(Format.KERAS)
