"""A face is turned, scaled and shifted onto CelebA's geometry, never mirrored; nothing else of it changes."""

import io

import numpy as np
import pytest
from PIL import Image

from core.data.alignment import (
    CELEBA_LANDMARKS,
    CELEBA_SIZE,
    align,
    is_aligned,
    is_low_resolution,
    is_profile,
    similarity,
)
from core.data.faces import Face
from core.data.images import read_image
from core.errors import PhotoError

FRONT = CELEBA_LANDMARKS
MIDDLE = (np.array(CELEBA_SIZE) - 1) / 2

TURNED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How the pixels of an upright picture lie in a file whose EXIF says 1 to 8."""


def moved(points: np.ndarray, scale: float, degrees: float, shift: tuple[float, float]) -> np.ndarray:
    """The points scaled and turned about their middle, then shifted."""
    angle = np.radians(degrees)
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    centre = points.mean(axis=0)
    return (points - centre) @ turn.T + centre + shift


def pattern(width: int, height: int) -> Image.Image:
    """Smooth waves, different in every corner."""
    y, x = np.mgrid[:height, :width].astype(float)
    waves = [np.sin(x / 19 + y / 47), np.cos(y / 23 - x / 71), np.sin((x + 2 * y) / 61)]
    return Image.fromarray(np.uint8(127 + 100 * np.stack(waves, axis=-1)))


def dotted(size: tuple[int, int], points: np.ndarray, radius: float) -> Image.Image:
    """White spots with soft edges on black, at the points."""
    y, x = np.mgrid[: size[1], : size[0]]
    spots = [np.exp(-((x - px) ** 2 + (y - py) ** 2) / (2 * radius**2)) for px, py in points]
    return Image.fromarray(np.uint8(255 * np.clip(sum(spots), 0, 1))).convert("RGB")


def spot(image: Image.Image, near: np.ndarray, reach: int = 7) -> np.ndarray:
    """The centre of the spot near a point, x and y."""
    left, top = np.rint(near).astype(int) - reach
    part = np.asarray(image.convert("L"), float)[top : top + 2 * reach + 1, left : left + 2 * reach + 1]
    y, x = np.mgrid[top : top + 2 * reach + 1, left : left + 2 * reach + 1]
    return np.array([(part * x).sum(), (part * y).sum()]) / part.sum()


def face(landmarks: np.ndarray) -> Face:
    left, top = landmarks.min(axis=0).astype(int)
    right, bottom = landmarks.max(axis=0).astype(int)
    return Face((left, top, right, bottom), landmarks, 0.99)


@pytest.mark.parametrize("scale", [0.1, 1, 7.5])
@pytest.mark.parametrize("degrees", [0, 33, 90, -170])
def test_a_known_turn_is_found_to_a_hundredth_of_a_pixel(scale: float, degrees: float):
    source = moved(FRONT, scale, degrees, (310, -42))
    matrix = similarity(source, FRONT)
    assert np.abs(source @ matrix[:, :2].T + matrix[:, 2] - FRONT).max() < 0.01


def test_a_mirrored_face_is_not_mirrored_back():
    matrix = similarity(FRONT * (-1, 1), FRONT)
    assert np.linalg.det(matrix[:, :2]) > 0


def test_noise_in_one_landmark_is_shared_by_all():
    """Least squares: no other turn, scale or shift comes nearer."""
    source = FRONT + [[3, 0], [0, 0], [0, 0], [0, -2], [0, 0]]
    matrix = similarity(source, FRONT)

    def error(matrix: np.ndarray) -> float:
        return np.sum((source @ matrix[:, :2].T + matrix[:, 2] - FRONT) ** 2)

    nudges = np.array(
        [[[1, 0, 0], [0, 1, 0]], [[0, -1, 0], [1, 0, 0]], [[0, 0, 9], [0, 0, 0]], [[0] * 3, [0, 0, 9]]]
    )
    assert all(error(matrix) < error(matrix + sign * 1e-3 * nudge) for nudge in nudges for sign in (-1, 1))


@pytest.mark.parametrize("point", [0.0, 57.25, np.nan, np.inf])
def test_landmarks_on_one_point_are_refused_and_told(point: float):
    with pytest.raises(PhotoError, match=r"one point, or no numbers .*Use the whole image"):
        align(pattern(300, 300), np.full((5, 2), point))


@pytest.mark.parametrize(("scale", "degrees"), [(0.4, 10), (1, 0), (2.6, -25), (6, 140)])
def test_landmarks_land_where_celebas_lie(scale: float, degrees: float):
    size = (1300, 1400)
    landmarks = moved(FRONT, scale, degrees, (560, 560))
    crop = align(dotted(size, landmarks, 3 * scale), landmarks)
    assert crop.size == CELEBA_SIZE and crop.mode == "RGB"
    for wanted in FRONT:
        assert np.hypot(*(spot(crop, wanted) - wanted)) < 0.25


def test_a_crop_of_an_aligned_image_is_that_image():
    image = pattern(*CELEBA_SIZE)
    difference = np.abs(np.asarray(align(image, FRONT), int) - np.asarray(image, int))
    assert difference.max() <= 1


def test_fine_stripes_of_a_large_face_turn_grey_and_do_not_alias():
    y = np.mgrid[:1500, :1200][0]
    stripes = Image.fromarray(np.uint8(255 * (y // 2 % 2))).convert("RGB")
    crop = np.asarray(align(stripes, moved(FRONT, 5.3, 12, (500, 600))))[60:160, 40:140].astype(int)
    assert crop.std() < 6 and abs(crop.mean() - 127) < 6


def test_what_lies_outside_the_photo_repeats_its_border():
    image = Image.new("RGB", (178, 218), (10, 200, 30))
    crop = np.asarray(align(image, FRONT - (60, 80)))
    assert np.abs(crop.astype(int) - (10, 200, 30)).max() <= 1


@pytest.mark.parametrize("shift", [(-5000, 0), (90_000, 90_000)])
def test_a_face_far_outside_the_photo_is_refused_before_it_costs_memory(shift: tuple[int, int]):
    with pytest.raises(PhotoError, match="outside the photo of 200 x 200"):
        align(pattern(200, 200), FRONT + shift)


def test_a_face_larger_than_the_photo_costs_no_memory():
    crop = align(pattern(400, 300), moved(FRONT, 400, 20, (100, 50)))
    assert crop.size == CELEBA_SIZE


def test_all_eight_orientations_give_the_same_crop():
    upright = pattern(500, 430)
    landmarks = moved(FRONT, 1.4, 8, (150, 90))
    expected = align(upright, landmarks).tobytes()
    for orientation, turn in TURNED.items():
        exif = Image.Exif()
        exif[0x112] = orientation
        stored = upright if turn is None else upright.transpose(turn)
        file = io.BytesIO()
        stored.save(file, "PNG", exif=exif)
        assert align(read_image(file.getvalue()), landmarks).tobytes() == expected, orientation


def test_only_an_image_of_celebas_size_and_geometry_is_aligned():
    image = Image.new("RGB", CELEBA_SIZE)
    assert is_aligned(image, [face(FRONT)])
    assert is_aligned(image, [face(FRONT + (6, -4))])
    assert not is_aligned(Image.new("RGB", (179, 218)), [face(FRONT)])
    assert not is_aligned(image, [face(FRONT + (0, -25))])
    assert not is_aligned(image, [face(moved(FRONT, 0.6, 0, (0, -8)))])
    assert not is_aligned(image, [face(moved(FRONT, 1, 90, (0, 0)))])


def test_an_image_whose_face_is_not_found_counts_as_aligned_by_its_size():
    assert is_aligned(Image.new("RGB", CELEBA_SIZE), [])
    assert not is_aligned(Image.new("RGB", (640, 480)), [])


def test_a_face_in_the_background_does_not_make_a_crop_another():
    assert is_aligned(Image.new("RGB", CELEBA_SIZE), [face(moved(FRONT, 0.3, 0, (60, -70))), face(FRONT)])


@pytest.mark.parametrize("degrees", [0, 45, 180])
@pytest.mark.parametrize(
    ("nose", "expected"), [(0, False), (12, False), (-12, False), (25, True), (-25, True)]
)
def test_a_profile_is_told_by_where_the_nose_is_between_the_eyes(nose: int, expected: bool, degrees: int):
    landmarks = FRONT.copy()
    landmarks[2, 0] = FRONT[:2, 0].mean() + nose
    assert is_profile(moved(landmarks, 3, degrees, (10, 10))) is expected


def test_eyes_on_one_point_are_a_profile():
    assert is_profile(np.array([[5, 5], [5, 5], [9, 9], [3, 12], [7, 12]], float))


@pytest.mark.parametrize(("scale", "expected"), [(0.3, True), (0.45, True), (0.55, False), (4, False)])
def test_a_face_of_less_than_half_of_celebas_pixels_is_low_resolution(scale: float, expected: bool):
    assert is_low_resolution(moved(FRONT, scale, 70, (0, 0))) is expected


def test_a_sharp_profile_is_not_low_resolution_because_its_eyes_come_close():
    landmarks = FRONT.copy()
    landmarks[:2, 0] = [80, 97]
    assert not is_low_resolution(landmarks)
