"""Faces are found where they are, in the photo's own pixels, by weights that were looked at before they ran.

The faces are drawn ones: the finder takes them for faces.
"""

import io
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.data import faces
from core.data.alignment import CELEBA_LANDMARKS
from core.data.crops import crop_faces
from core.data.faces import FaceFinder, checked
from core.data.images import read_image
from core.data.synthetic import draw_face, sample_specs
from core.errors import WeightsError

ROOT = Path(__file__).resolve().parents[2]
SURELY_FOUND = (8, 18, 22, 24, 33, 35, 53, 54)
"""Drawings that the finder takes for faces at any size and place, with a confidence of 0.98 and more."""
NEAR = 8.0
"""Pixels of a 178 x 218 drawing that a landmark may lie from CelebA's place for it."""


@pytest.fixture(scope="module")
def finder() -> FaceFinder:
    return FaceFinder()


@pytest.fixture(scope="module")
def drawn() -> list[Image.Image]:
    specs = sample_specs(60, seed=1)
    return [draw_face(specs[index]) for index in SURELY_FOUND]


def on_grey(size: tuple[int, int], *placed: tuple[Image.Image, float, int, int]) -> Image.Image:
    """A grey photo with faces on it: each with its scale, left and top."""
    photo = Image.new("RGB", size, (120, 130, 140))
    for face, scale, left, top in placed:
        photo.paste(face.resize((round(178 * scale), round(218 * scale))), (left, top))
    return photo


def off(found: np.ndarray, scale: float, left: int, top: int) -> float:
    """Mean distance of landmarks from CelebA's, pixels of the drawing."""
    return float(np.hypot(*((found - (left, top)) / scale - CELEBA_LANDMARKS).T).mean())


def test_drawn_faces_are_found_where_they_are(finder, drawn):
    for face in drawn:
        (found,) = finder.find(face)
        assert off(found.landmarks, 1, 0, 0) < NEAR
        left, top, right, bottom = found.box
        assert 0 <= left < 75 and 100 < right <= 178 and 0 <= top < 100 and 130 < bottom <= 218
        assert 0.8 < found.confidence <= 1


def test_landmarks_are_in_the_pixels_of_a_large_photo(finder, drawn):
    (found,) = finder.find(on_grey((4000, 3000), (drawn[0], 8, 1500, 700)))
    assert off(found.landmarks, 8, 1500, 700) < NEAR


def test_faces_come_left_to_right(finder, drawn):
    placed = [(drawn[2], 1.0, 700, 20), (drawn[0], 1.5, 10, 60), (drawn[1], 0.8, 420, 200)]
    found = finder.find(on_grey((960, 480), *placed))
    assert len(found) == 3
    for face, (_, scale, left, top) in zip(found, sorted(placed, key=lambda place: place[2]), strict=True):
        assert off(face.landmarks, scale, left, top) < NEAR


def test_of_many_faces_the_largest_are_kept(finder, drawn, monkeypatch):
    monkeypatch.setattr(faces, "MAX_FACES", 2)
    found = finder.find(
        on_grey((960, 480), (drawn[0], 0.8, 10, 60), (drawn[1], 1.5, 250, 60), (drawn[2], 1.2, 600, 60))
    )
    assert [round((face.box[0] + face.box[2]) / 2, -2) for face in found] == [400, 700]


def test_a_small_face_in_a_large_photo_is_seen_at_the_second_look(finder, drawn):
    photo = on_grey((4000, 3000), (drawn[0], 1.4, 2000, 1400))
    (found,) = finder.find(photo)
    assert off(found.landmarks, 1.4, 2000, 1400) < NEAR


def test_a_face_cut_by_the_border_has_a_box_within_the_photo(finder, drawn):
    whole = on_grey((300, 300), (drawn[0], 1.2, 20, 20))
    for box in ((0, 0, 140, 300), (75, 0, 300, 300), (0, 110, 300, 300)):
        photo = whole.crop(box)
        for face in finder.find(photo):
            left, top, right, bottom = face.box
            assert 0 <= left < right <= photo.width and 0 <= top < bottom <= photo.height
        crop_faces(photo, finder.find(photo))


SIZES = [
    (1, 1),
    (1, 700),
    (20_000, 1),
    (11, 11),
    (12, 12),
    (19, 400),
    (20, 20),
    (21, 20),
    (37, 500),
    (8000, 25),
]


@pytest.mark.parametrize("size", SIZES)
def test_images_too_small_or_thin_for_a_face_have_none(finder, size: tuple[int, int]):
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 255, (size[1], size[0], 3), dtype=np.uint8)
    assert finder.find(Image.fromarray(noise)) == []


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "1", "CMYK"])
def test_any_kind_of_pixels_is_looked_at(finder, drawn, mode: str):
    assert finder.find(Image.new(mode, (300, 200))) == []
    assert mode in ("P", "1") or len(finder.find(drawn[0].convert(mode))) == 1


def test_a_drawn_face_is_a_crop_already_and_passes_untouched(finder, drawn):
    for face in drawn:
        (crop,) = crop_faces(face, finder.find(face))
        assert crop.kind == "as given" and crop.image is face


def test_all_eight_orientations_of_a_file_give_one_crop(finder, drawn):
    upright = on_grey((420, 360), (drawn[0], 1.3, 90, 40))
    expected = crop_faces(upright, finder.find(upright))[0].image.tobytes()
    back = [None, "FLIP_LEFT_RIGHT", "ROTATE_180", "FLIP_TOP_BOTTOM"]
    back += ["TRANSPOSE", "ROTATE_90", "TRANSVERSE", "ROTATE_270"]
    for orientation, turn in enumerate(back, start=1):
        exif, file = Image.Exif(), io.BytesIO()
        exif[0x112] = orientation
        stored = upright.transpose(Image.Transpose[turn]) if turn else upright
        stored.save(file, "PNG", exif=exif)
        photo = read_image(file.getvalue())
        assert crop_faces(photo, finder.find(photo))[0].image.tobytes() == expected, orientation


def test_many_threads_find_what_one_finds(finder, drawn):
    photos = [on_grey((300 + 40 * i, 320), (face, 1.1, 20 + 5 * i, 30)) for i, face in enumerate(drawn)]
    alone = [finder.find(photo) for photo in photos]
    with ThreadPoolExecutor(8) as threads:
        crowds = list(threads.map(finder.find_all, [photos] * 3))
    for together in crowds:
        for one, other in zip(alone, together, strict=True):
            assert [face.box for face in one] == [face.box for face in other]
            assert np.allclose([f.landmarks for f in one], [f.landmarks for f in other], atol=0.01)


def test_no_photos_have_no_faces(finder):
    assert finder.find_all([]) == []


def test_weights_with_another_hash_are_refused_and_named(tmp_path: Path):
    (tmp_path / "pnet.lz4").write_bytes(b"something else")
    with pytest.raises(WeightsError, match=r"not those of mtcnn 1.0.0 .*pnet\.lz4.*not read.*pip install"):
        checked(tmp_path / "pnet.lz4")


def test_absent_weights_are_refused_and_named(tmp_path: Path):
    with pytest.raises(WeightsError, match=r"cannot be read .*onet\.lz4: No such file.*pip install"):
        checked(tmp_path / "onet.lz4")


def test_no_weights_are_read_when_one_of_them_is_another(monkeypatch):
    monkeypatch.setitem(faces.WEIGHTS, "onet.lz4", "0" * 64)
    with pytest.raises(WeightsError, match=r"onet\.lz4"):
        FaceFinder()


MAKE_A_FINDER = """
import sys
sys.path.insert(0, sys.argv[1])
from core.data.faces import FaceFinder
FaceFinder()
"""

HOSTILE = b"cbuiltins\nprint\n(S'HOSTILE CODE RAN'\ntR."
"""A pickle that prints when it is read."""


def test_files_in_the_current_folder_are_not_read_and_nothing_is_warned_of(tmp_path: Path):
    for name in faces.WEIGHTS:
        (tmp_path / name).write_bytes(HOSTILE)
    done = subprocess.run(
        [sys.executable, "-c", MAKE_A_FINDER, str(ROOT)], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "HOSTILE" not in done.stdout + done.stderr
    assert "WARNING:tensorflow" not in done.stderr, done.stderr
