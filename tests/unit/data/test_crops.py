"""Each face of a photo becomes one crop; what already is a crop passes as it is."""

import numpy as np
import pytest
from PIL import Image

from core.data.alignment import CELEBA_LANDMARKS, CELEBA_SIZE
from core.data.crops import crop_faces, whole
from core.data.faces import Face
from core.errors import PhotoError


def photo(width: int = 640, height: int = 480) -> Image.Image:
    rng = np.random.default_rng(3)
    return Image.fromarray(rng.integers(0, 255, (height, width, 3), dtype=np.uint8))


def face(scale: float = 1.0, shift: tuple[int, int] = (0, 0)) -> Face:
    landmarks = CELEBA_LANDMARKS * scale + shift
    left, top = (landmarks.min(axis=0) - 20 * scale).astype(int).tolist()
    right, bottom = (landmarks.max(axis=0) + 20 * scale).astype(int).tolist()
    return Face((left, top, right, bottom), landmarks, 0.97)


def test_each_face_becomes_a_crop_in_the_order_given():
    faces = [face(0.8, (20, 30)), face(1.5, (300, 60))]
    crops = crop_faces(photo(), faces)
    assert [crop.face for crop in crops] == faces
    assert [crop.box for crop in crops] == [face.box for face in faces]
    assert {(crop.kind, crop.image.size, crop.image.mode) for crop in crops} == {
        ("aligned", CELEBA_SIZE, "RGB")
    }
    assert all(crop.warnings == () for crop in crops)


def test_a_photo_without_a_face_gives_no_crop():
    assert crop_faces(photo(), []) == []


@pytest.mark.parametrize("faces", [[face()], [], [face(0.3, (110, 5)), face()]])
def test_a_crop_as_celebas_are_passes_untouched(faces: list[Face]):
    given = photo(*CELEBA_SIZE)
    before = given.tobytes()
    (crop,) = crop_faces(given, faces)
    assert crop.image is given and given.tobytes() == before
    assert (crop.kind, crop.box) == ("as given", (0, 0, 178, 218))
    assert crop.face is (faces[-1] if faces else None)


def test_a_photo_that_only_has_celebas_size_is_cut():
    (crop,) = crop_faces(photo(*CELEBA_SIZE), [face(0.6, (10, 10))])
    assert crop.kind == "aligned"


def test_the_whole_image_is_one_crop_and_the_same_pixels():
    given = photo(40, 700)
    crop = whole(given)
    assert crop.image is given and crop.face is None
    assert (crop.kind, crop.box, crop.warnings) == ("whole", (0, 0, 40, 700), ())


def test_warnings_say_in_words_what_is_wrong_with_a_face():
    (small,) = crop_faces(photo(), [face(0.4, (50, 50))])
    assert small.warnings == ("low resolution",)
    sideways = face(0.4, (50, 50))
    sideways.landmarks[2] = sideways.landmarks[1] + (3, 8)
    (both,) = crop_faces(photo(), [sideways])
    assert both.warnings == ("low resolution", "profile")


def test_a_face_of_one_point_is_refused():
    with pytest.raises(PhotoError, match="cannot be turned"):
        crop_faces(photo(), [Face((10, 10, 20, 20), np.full((5, 2), 15.0), 0.9)])
