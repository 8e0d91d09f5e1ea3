"""The same promises on real faces and awkward files, where those are at hand."""

import numpy as np
import pytest

from core.data import ATTRIBUTES, check_images, fingerprint, open_dataset, with_split
from core.data.images import read_image
from core.data.summary import describe
from core.errors import PhotoError

REFUSED = {
    "pillow_broken.png": "no image of a known format",
    "pillow_decompression_bomb.gif": "too many pixels",
    "pillow_truncated_jpeg.jpg": "cut short",
}
SIZES = {
    "exif_Landscape_6.jpg": (1800, 1200),
    "exif_Portrait_3.jpg": (1200, 1800),
    "pillow_hopper_orientation_6.webp": (128, 128),
    "pillow_hopper_bad_exif.jpg": (500, 500),
}


def test_every_upload_is_rgb_or_refused_for_its_reason(shared):
    for path in sorted(shared("uploads").iterdir()):
        if path.name in REFUSED:
            with pytest.raises(PhotoError, match=REFUSED[path.name]):
                read_image(path)
            continue
        image = read_image(path)
        assert image.mode == "RGB" and image.info == {}, path.name
        assert image.size == SIZES.get(path.name, image.size)


def test_uploads_keep_their_look(shared):
    uploads = shared("uploads")
    red = np.asarray(read_image(uploads / "pillow_pil_sample_cmyk.jpg"))[0, 0]
    assert red[0] > 240 and red[1:].max() < 40
    assert read_image(uploads / "pillow_p_trns_single.png").getpixel((32, 32)) == (255, 255, 255)
    grey = np.asarray(read_image(uploads / "pillow_hopper_gray.jpg"))
    assert (grey == grey[..., :1]).all()


def test_the_celeba_slice_opens_whole(shared, settings):
    dataset = open_dataset(shared("celeba-slice"), settings=settings)
    assert len(dataset) == 6000 and len(dataset.attributes) == 40 and dataset.attributes[:10] == ATTRIBUTES
    assert [len(rows) for _, rows in dataset.splits()] == [4000, 1000, 1000]
    assert dataset.problems == () and dataset.image(0).size == (178, 218)


def test_a_part_of_the_slice_is_checked_and_fingerprinted(shared, settings):
    whole = open_dataset(shared("celeba-slice"), settings=settings)
    part = check_images(with_split(whole, "Male", seed=0, limit=200))
    assert len(part) == 200 and part.checked and part.problems == ()
    assert [len(rows) for _, rows in part.splits()] == [134, 33, 33]
    assert fingerprint(part) == fingerprint(with_split(whole, "Male", seed=0, limit=200))


def test_the_portraits_are_a_class_folder_data_set(shared, settings):
    found = describe(check_images(open_dataset(shared("portraits"), settings=settings)))
    assert (found["images"], found["readable"], found["rates"]) == (200, 200, {"Male": 0.5})
    assert found["splits"] == {"train": 160, "val": 20, "test": 20}
