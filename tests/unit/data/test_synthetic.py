"""The built-in faces: the same for everybody, every attribute in sight, written whole or not at all."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from core.data import ATTRIBUTES, open_dataset
from core.data.synthetic import (
    FaceSpec,
    draw_face,
    ensure,
    ensure_synthetic,
    sample_specs,
    tables,
    write,
    write_synthetic,
)
from core.data.synthetic.geometry import head_pose
from core.data.synthetic.partition import TEST, TRAIN, VAL, partition
from core.errors import DataError
from core.settings import PROJECT, Settings

COUNT = 30


@pytest.fixture(scope="module")
def specs() -> list[FaceSpec]:
    """The default set, sampled only."""
    return sample_specs(2000, 0)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small set; never written to."""
    folder = tmp_path_factory.mktemp("synthetic") / "faces"
    write_synthetic(folder, count=COUNT, seed=3, workers=1)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class TestSampling:
    def test_the_same_seed_gives_the_same_specs(self) -> None:
        assert sample_specs(COUNT, 5) == sample_specs(COUNT, 5)
        assert sample_specs(COUNT, 5) != sample_specs(COUNT, 6)

    @pytest.mark.parametrize(
        ("attribute", "low", "high"),
        [
            ("Male", 0.38, 0.46),
            ("Blond_Hair", 0.10, 0.20),
            ("Eyeglasses", 0.08, 0.18),
            ("Wearing_Earrings", 0.14, 0.24),
            ("Bangs", 0.11, 0.20),
            ("Young", 0.72, 0.82),
            ("Smiling", 0.42, 0.54),
            ("Heavy_Makeup", 0.32, 0.42),
            ("Straight_Hair", 0.24, 0.36),
            ("Black_Hair", 0.19, 0.31),
        ],
    )
    def test_rates_are_like_those_of_real_faces(
        self, specs: list[FaceSpec], attribute: str, low: float, high: float
    ) -> None:
        assert low < np.mean([spec.has(attribute) for spec in specs]) < high

    def test_attributes_go_together_as_in_life(self, specs: list[FaceSpec]) -> None:
        def rate(name: str, male: bool) -> float:
            return float(np.mean([spec.has(name) for spec in specs if spec.has("Male") == male]))

        for name in ("Heavy_Makeup", "Wearing_Earrings", "Blond_Hair"):
            assert rate(name, male=False) > 2 * rate(name, male=True)

    def test_haircuts_and_clothes_do_not_give_the_sex_away(self, specs: list[FaceSpec]) -> None:
        for choice in ("hair", "garment"):
            worn = pd.crosstab(
                [getattr(spec.styling, choice) for spec in specs], [spec.has("Male") for spec in specs]
            )
            assert (worn.min(axis=1) > 0.15 * worn.sum(axis=1)).all()

    def test_no_hair_is_both_black_and_blond(self, specs: list[FaceSpec]) -> None:
        assert not any(spec.has("Black_Hair") and spec.has("Blond_Hair") for spec in specs)
        changed = specs[0].with_attribute("Black_Hair", True).with_attribute("Blond_Hair", True)
        assert changed.has("Blond_Hair") and not changed.has("Black_Hair")

    def test_faces_of_one_person_share_what_stays_and_differ_in_what_does_not(
        self, specs: list[FaceSpec]
    ) -> None:
        by_person: dict[int, list[FaceSpec]] = {}
        for spec in specs:
            by_person.setdefault(spec.person.id, []).append(spec)
        assert len(by_person) == 1200
        for first, *others in by_person.values():
            for other in others:
                assert other.person == first.person
                assert all(
                    first.has(name) == other.has(name)
                    for name in ("Male", "Young", "Black_Hair", "Blond_Hair")
                )
                assert other.scene != first.scene and other.styling != first.styling

    def test_an_unknown_attribute_is_refused(self, specs: list[FaceSpec]) -> None:
        with pytest.raises(ValueError, match="Bald"):
            specs[0].with_attribute("Bald", True)

    @pytest.mark.parametrize(("count", "seed"), [(0, 0), (-4, 0), (5, -1)])
    def test_a_set_that_cannot_be_is_refused(self, count: int, seed: int) -> None:
        with pytest.raises(DataError, match=f"count {count} and seed {seed}"):
            sample_specs(count, seed)


EYES = (38, 84, 138, 130)
LOWER_FACE = (38, 128, 140, 196)
EARS = (22, 124, 156, 176)
FOREHEAD = (36, 40, 142, 112)
HEAD = (8, 14, 170, 218)
FACE = (38, 66, 140, 196)
FACE_AND_HAIRLINE = (34, 34, 144, 208)

WHERE = {
    "Male": FACE_AND_HAIRLINE,
    "Blond_Hair": HEAD,
    "Eyeglasses": EYES,
    "Wearing_Earrings": EARS,
    "Bangs": FOREHEAD,
    "Young": FACE_AND_HAIRLINE,
    "Smiling": FACE,
    "Heavy_Makeup": FACE,
    "Straight_Hair": HEAD,
    "Black_Hair": HEAD,
}
"""Where an attribute shows: left, top, right, bottom in a picture taken straight on."""


class TestDrawing:
    def test_a_face_is_an_rgb_picture_of_celeba_size(self, specs: list[FaceSpec]) -> None:
        picture = draw_face(specs[0])
        assert (picture.mode, picture.size) == ("RGB", (178, 218))

    @pytest.mark.parametrize("attribute", ATTRIBUTES)
    def test_an_attribute_shows_where_it_should_and_hardly_elsewhere(
        self, specs: list[FaceSpec], attribute: str
    ) -> None:
        left, top, right, bottom = WHERE[attribute]
        for spec in map(straight_on, specs[:6]):
            change = difference(spec.with_attribute(attribute, True), spec.with_attribute(attribute, False))
            inside = change[top:bottom, left:right]
            assert (inside > 20).sum() > 60, f"{attribute} is not to be seen in face {spec.index}"
            assert inside.sum() > 0.95 * change.sum(), f"{attribute} changes face {spec.index} elsewhere"

    def test_eyes_stand_where_aligned_faces_have_them(self, specs: list[FaceSpec]) -> None:
        eyes = np.array([[69.5, 111.0], [108.0, 111.0]])
        seen = np.array([head_pose(spec)(eyes) for spec in specs])
        assert np.abs(seen.mean(axis=0) - eyes).max() < 1
        assert np.abs(seen - eyes).mean() < 4

    def test_a_man_has_stubble_or_a_beard_and_a_woman_has_none(self, specs: list[FaceSpec]) -> None:
        left, top, right, bottom = LOWER_FACE
        for sex, shows in ((True, True), (False, False)):
            spec = straight_on(specs[0]).with_attribute("Male", sex)
            bearded, shaved = (
                replace(spec, styling=replace(spec.styling, beard=beard)) for beard in ("full", "shaved")
            )
            assert (difference(bearded, shaved)[top:bottom, left:right] > 20).any() == shows

    @pytest.mark.parametrize(
        ("field", "choices"),
        [
            ("hair", ("short", "round", "bob", "long", "tied")),
            ("garment", ("crew", "vee", "collar", "blazer", "turtleneck", "hoodie")),
            ("glasses", ("round", "square", "browline")),
            ("earrings", ("pearl", "hoop", "drop")),
            ("fringe", ("full", "swept")),
        ],
    )
    def test_every_choice_of_styling_looks_different(
        self, specs: list[FaceSpec], field: str, choices: tuple[str, ...]
    ) -> None:
        spec = straight_on(specs[0]).with_attribute("Straight_Hair", False)
        for attribute in ("Eyeglasses", "Wearing_Earrings", "Bangs"):
            spec = spec.with_attribute(attribute, True)
        pictures = {
            draw_face(replace(spec, styling=replace(spec.styling, **{field: choice}))).tobytes()
            for choice in choices
        }
        assert len(pictures) == len(choices)

    @pytest.mark.parametrize("backdrop", ["plain", "gradient", "shapes", "bokeh", "room"])
    def test_the_same_spec_gives_the_same_pixels_before_every_backdrop(
        self, specs: list[FaceSpec], backdrop: str
    ) -> None:
        spec = replace(specs[0], scene=replace(specs[0].scene, backdrop=backdrop, blur=0.5, shade=0.3))
        assert draw_face(spec).tobytes() == draw_face(spec).tobytes()


def straight_on(spec: FaceSpec) -> FaceSpec:
    """The same face in the middle of a sharp picture, without grain."""
    scene = replace(
        spec.scene,
        turn=0.0,
        zoom=1.0,
        shift=(0.0, 0.0),
        yaw=0.0,
        pitch=0.0,
        shade=0.0,
        overhead=0.0,
        light=0.3,
        exposure=1.0,
        blur=0.0,
        noise=0.0,
    )
    return replace(spec, scene=scene)


def difference(first: FaceSpec, second: FaceSpec) -> np.ndarray:
    """Largest change of a channel at each pixel, shape (218, 178)."""
    one, other = (np.asarray(draw_face(spec), np.int64) for spec in (first, second))
    return np.abs(one - other).max(axis=2)


class TestSplits:
    @pytest.mark.parametrize(("count", "seed"), [(12, 0), (40, 1), (2000, 0)])
    def test_persons_stay_whole(self, count: int, seed: int) -> None:
        specs = sample_specs(count, seed)
        table = pd.DataFrame({"split": partition(specs, seed), "person": [spec.person.id for spec in specs]})
        assert (table.groupby("person")["split"].nunique() == 1).all()
        assert set(table["split"]) == {TRAIN, VAL, TEST}

    def test_a_tenth_each_is_for_validation_and_test_with_the_sexes_in_equal_shares(
        self, specs: list[FaceSpec]
    ) -> None:
        splits, male = partition(specs, 0), np.array([spec.has("Male") for spec in specs])
        for split in (VAL, TEST):
            assert (splits == split).sum() == pytest.approx(200, abs=2)
            assert male[splits == split].mean() == pytest.approx(male.mean(), abs=0.01)


class TestWriting:
    def test_the_same_seed_gives_the_same_files_however_many_draw(
        self, written: Path, tmp_path: Path
    ) -> None:
        write_synthetic(tmp_path / "again", count=COUNT, seed=3, workers=2)
        assert contents(tmp_path / "again") == contents(written)

    def test_another_seed_gives_other_faces(self, written: Path, tmp_path: Path) -> None:
        write_synthetic(tmp_path / "other", count=1, seed=4, workers=1)
        name = "img_align_celeba/000001.jpg"
        assert (tmp_path / "other" / name).read_bytes() != (written / name).read_bytes()

    def test_the_files_agree_with_each_other_and_with_the_specs(self, written: Path) -> None:
        specs = sample_specs(COUNT, 3)
        labels = pd.read_csv(written / "list_attr_celeba.csv", index_col="image_id")
        splits = pd.read_csv(written / "list_eval_partition.csv", index_col="image_id")
        persons = pd.read_csv(written / "identity_CelebA.txt", sep=" ", header=None, index_col=0)[1]
        images = sorted(path.name for path in (written / "img_align_celeba").iterdir())
        assert images == [f"{i:06d}.jpg" for i in range(1, COUNT + 1)]
        assert list(labels.index) == list(splits.index) == list(persons.index) == images
        assert list(labels.columns) == list(ATTRIBUTES)
        assert (labels == np.array([[1 if s.has(a) else -1 for a in ATTRIBUTES] for s in specs])).all(
            axis=None
        )
        assert splits["partition"].isin([TRAIN, VAL, TEST]).all()
        assert list(persons) == [spec.person.id + 1 for spec in specs]

    def test_images_are_jpegs_of_celeba_size(self, written: Path) -> None:
        for path in (written / "img_align_celeba").iterdir():
            with Image.open(path) as image:
                assert (image.format, image.size, image.mode) == ("JPEG", (178, 218), "RGB")

    def test_the_mark_says_what_the_faces_were_drawn_from(self, written: Path) -> None:
        mark = json.loads((written / "synthetic.json").read_text())
        assert mark == {"version": tables.VERSION, "seed": 3, "count": COUNT}

    def test_the_ordinary_reader_opens_the_set(self, written: Path, settings: Settings) -> None:
        dataset = open_dataset(written, settings=settings)
        assert dataset.synthetic and dataset.official_split and len(dataset) == COUNT
        assert dataset.attributes == ATTRIBUTES and not dataset.problems
        assert (dataset.frame["person_id"] >= 0).all()
        assert dataset.image(COUNT - 1).size == (178, 218)

    def test_progress_ends_with_all_faces(self, tmp_path: Path) -> None:
        told: list[tuple[int, int]] = []
        write_synthetic(tmp_path / "faces", count=26, workers=1, on_progress=lambda *at: told.append(at))
        assert told == [(25, 26), (26, 26)]

    @pytest.mark.parametrize("workers", [1, 2])
    def test_an_interrupted_write_leaves_nothing(self, tmp_path: Path, workers: int) -> None:
        def interrupt(done: int, total: int) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            write_synthetic(tmp_path / "faces", count=30, workers=workers, on_progress=interrupt)
        assert not list(tmp_path.iterdir())

    def test_a_failed_write_leaves_nothing(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(*_: object, **__: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(write, "write_tables", full)
        with pytest.raises(OSError, match="No space left"):
            write_synthetic(tmp_path / "faces", count=2, workers=1)
        assert not list(tmp_path.iterdir())

    def test_a_folder_that_is_there_is_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / "mine").mkdir()
        with pytest.raises(DataError, match="exists already"):
            write_synthetic(tmp_path / "mine", count=1)
        assert not list((tmp_path / "mine").iterdir())


class TestCommandLine:
    def test_it_writes_a_set_and_tells_how_far_it_is(self, written: Path, tmp_path: Path) -> None:
        done = run_by_hand(tmp_path / "faces", "--count", str(COUNT), "--seed", "3")
        assert (done.returncode, done.stdout, done.stderr) == (0, f"{COUNT}/{COUNT}\n", "")
        assert contents(tmp_path / "faces") == contents(written)

    def test_bad_input_gets_one_line_and_the_status_2(self, tmp_path: Path) -> None:
        done = run_by_hand(tmp_path / "faces", "--count", "0")
        assert done.returncode == 2
        assert done.stderr.startswith("Faces cannot be drawn with count 0") and done.stderr.count("\n") == 1


def run_by_hand(folder: Path, *options: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "core.data.synthetic", str(folder), *options]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)


class TestEnsuring:
    def test_the_set_is_made_once(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        told: list[tuple[int, int]] = []
        first = ensure_synthetic(tmp_path, count=12, on_progress=lambda *at: told.append(at))
        assert told == [(12, 12)] and len(contents(first)) == 12 + 4
        monkeypatch.setattr(ensure, "_make", must_not_be_called)
        assert ensure_synthetic(tmp_path, count=12) == first

    def test_who_waited_for_the_lock_does_not_make_it_again(
        self, written: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class SlowLock:
            """While one waits for it, another session finishes the set."""

            def __init__(self, path: Path) -> None:
                self.folder = path.with_suffix("")

            def __enter__(self) -> None:
                self.folder.mkdir()
                (self.folder / "synthetic.json").write_text("{}")

            def __exit__(self, *_: object) -> None:
                pass

        monkeypatch.setattr(ensure, "FileLock", SlowLock)
        monkeypatch.setattr(ensure, "_make", must_not_be_called)
        assert (ensure_synthetic(tmp_path) / "synthetic.json").is_file()

    def test_the_default_set_has_a_name_of_its_own(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(ensure, "_make", lambda *_: None)
        version = f"synthetic-v{tables.VERSION}"
        assert ensure_synthetic(tmp_path) == tmp_path / version
        assert ensure_synthetic(tmp_path, count=12, seed=1) == tmp_path / f"{version}-12-1"

    def test_what_a_killed_process_left_is_cleared_away(self, tmp_path: Path) -> None:
        leftover = tmp_path / f".synthetic-v{tables.VERSION}-1-0.0123456789ab"
        (leftover / "img_align_celeba").mkdir(parents=True)
        ensure_synthetic(tmp_path, count=1)
        assert not leftover.exists()

    def test_a_failure_says_why_and_what_to_do(self, tmp_path: Path) -> None:
        (tmp_path / f"synthetic-v{tables.VERSION}-1-0").mkdir()
        with pytest.raises(DataError, match=r"exists already\..*50 MB free.*may be written"):
            ensure_synthetic(tmp_path, count=1)

    def test_a_folder_that_cannot_be_made_says_so(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        with pytest.raises(DataError, match="could not be written"):
            ensure_synthetic(tmp_path / "file" / "datasets", count=1)

    def test_stopping_it_half_way_leaves_no_process_and_no_set(self, tmp_path: Path) -> None:
        def interrupt(done: int, total: int) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            ensure_synthetic(tmp_path, count=400, on_progress=interrupt)
        assert not [path for path in tmp_path.iterdir() if path.is_dir()]


def must_not_be_called(*_: object) -> Callable:
    raise AssertionError("the set was made again")
