"""A photo becomes crops, or a sentence; a photo that is taken away leaves nothing behind."""

from io import BytesIO

import numpy as np
import pytest
import streamlit as st
from PIL import Image

from core.data.faces import Face
from core.data.images import DEFAULT
from core.ui import predict_reading
from core.ui.predict_photos import Photo
from core.ui.predict_reading import (
    PREVIEW_SIDE,
    WHOLE_SIDE,
    how_to_crop,
    read_new,
    read_photo,
    reading,
    use_whole,
)

LANDMARKS = np.array([[130.0, 140], [170, 140], [150, 165], [133, 182], [167, 182]])


@pytest.fixture(autouse=True)
def session(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """A visitor's session of their own."""
    state: dict[str, object] = {}
    monkeypatch.setattr(st, "session_state", state)
    return state


class Finder:
    """Finds one face, always in the same place, and counts."""

    asked = 0

    def find(self, image: Image.Image) -> list[Face]:
        self.asked += 1
        return [Face((100, 100, 200, 200), LANDMARKS, 0.9)]


def photo(name: str = "a.png", size: tuple[int, int] = (400, 300), *, source: str = "upload") -> Photo:
    buffer = BytesIO()
    Image.new("RGB", size, "teal").save(buffer, "PNG")
    return Photo(name, name, buffer.getvalue(), f"digest of {name}", source)


def read(photos: list[Photo], finder: Finder) -> list[tuple[int, int]]:
    told: list[tuple[int, int]] = []
    found = [(given, how_to_crop(given, cut=True)) for given in photos]
    read_new(found, lambda: finder, DEFAULT, lambda done, total: told.append((done, total)))
    return told


def test_a_photo_is_read_once_however_often_the_page_runs():
    finder, photos = Finder(), [photo("a.png"), photo("b.png")]
    assert read(photos, finder) == [(1, 2), (2, 2)]
    assert read(photos, finder) == []
    assert finder.asked == 2


def test_a_photo_that_was_removed_is_forgotten(session):
    finder, photos = Finder(), [photo("a.png"), photo("b.png")]
    read(photos, finder)
    read(photos[:1], finder)
    assert reading(photos[1], "faces") is None
    assert len(session["readings"]) == 1


def test_a_crop_is_celebas_size_and_its_box_is_in_the_photos_pixels():
    found = read_photo(photo(size=(1600, 1200)), "faces", Finder().find, DEFAULT)
    assert found.size == (1600, 1200)
    assert found.crops[0].box == (100, 100, 200, 200)
    assert found.crops[0].image.size == (178, 218)
    assert max(Image.open(BytesIO(found.preview)).size) == PREVIEW_SIDE


def test_a_whole_image_is_kept_small_and_told_in_the_photos_pixels():
    found = read_photo(photo(size=(4000, 3000)), "whole", None, DEFAULT)
    assert found.crops[0].box == (0, 0, 4000, 3000)
    assert found.crops[0].image.size == (WHOLE_SIDE, WHOLE_SIDE * 3 // 4)


def test_a_long_thin_photo_is_read_too():
    found = read_photo(photo(size=(3, 9000)), "whole", None, DEFAULT)
    assert found.crops[0].image.size == (1, WHOLE_SIDE)


def test_images_of_a_data_set_pass_as_they_are_without_a_finder():
    given = photo(size=(178, 218), source="test")
    assert how_to_crop(given, cut=True) == "given"
    found = read_photo(given, "given", None, DEFAULT)
    assert np.array_equal(np.asarray(found.crops[0].image), np.full((218, 178, 3), (0, 128, 128)))


def test_the_whole_image_is_an_explicit_choice_for_one_photo():
    one, other = photo("a.png"), photo("b.png")
    use_whole(one.key)
    assert (how_to_crop(one, cut=True), how_to_crop(other, cut=True)) == ("whole", "faces")


def test_a_photo_that_takes_all_memory_is_refused_and_the_others_go_on(monkeypatch):
    decode = predict_reading.read_image

    def greedy(content: bytes, *, name: str, limits: object) -> Image.Image:
        if name == "big.png":
            raise MemoryError
        return decode(content, name=name, limits=limits)

    monkeypatch.setattr(predict_reading, "read_image", greedy)
    photos = [photo("big.png"), photo("a.png")]
    read(photos, Finder())
    assert "no memory left" in reading(photos[0], "faces").error
    assert len(reading(photos[1], "faces").crops) == 1


def test_whoever_leaves_in_the_middle_waits_for_no_photo_that_was_not_begun():
    class Leave(Exception):
        pass

    def leave(done: int, total: int) -> None:
        raise Leave

    finder, photos = Finder(), [photo(f"{i}.png", size=(2000, 1500)) for i in range(30)]
    with pytest.raises(Leave):
        read_new([(given, "faces") for given in photos], lambda: finder, DEFAULT, leave)
    assert finder.asked < 30
