"""What is found among images, on facts made up for it; close hashes against comparing all with all."""

from collections.abc import Callable
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from PIL import Image, ImageFilter

from core.data import open_dataset
from core.data.index import TYPES, Facts
from core.data.looks import Looks, hashes, looks_of
from core.data.problems import (
    across_splits,
    blurred,
    dark,
    disagreeing,
    exact_duplicates,
    near_duplicates,
    odd_sized,
    off_centre,
    persons_across_splits,
    unreadable,
)
from core.data.problems.close_hashes import CERTAIN, close_pairs


def picture(seed: int) -> Image.Image:
    """Smooth random colours: a picture like no other."""
    rng = np.random.default_rng(seed)
    small = Image.fromarray(rng.integers(40, 216, (12, 10, 3), np.uint8))
    return small.resize((178, 218), Image.Resampling.BICUBIC)


def facts_of(*images: Image.Image | None) -> pd.DataFrame:
    """Facts as the index has them; None is an image that does not decode."""
    rows = [
        Facts(1, 1, str(i), "" if image else "damaged", *(looks_of(image) if image else Looks()))
        for i, image in enumerate(images)
    ]
    return pd.DataFrame.from_records(rows, columns=list(Facts._fields)).astype(TYPES)


def noisy(image: Image.Image) -> Image.Image:
    noise = np.random.default_rng(0).normal(0, 12, (image.height, image.width, 1))
    return Image.fromarray(np.clip(np.asarray(image) + noise, 0, 255).astype(np.uint8))


CHANGES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "brighter": lambda image: image.point(lambda value: min(255, round(value * 1.15))),
    "darker": lambda image: image.point(lambda value: round(value * 0.8)),
    "moved by a pixel": lambda image: image.transform(image.size, Image.Transform.AFFINE, (1, 0, 1, 0, 1, 1)),
    "half the size": lambda image: image.resize((89, 109), Image.Resampling.BILINEAR),
    "noisy": noisy,
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_copy_is_a_near_duplicate_and_other_pictures_are_not(change: str) -> None:
    images = [picture(seed) for seed in range(30)]
    found = near_duplicates(facts_of(*images, CHANGES[change](images[7])))
    assert found.pairs.tolist() == [[7, 30]] and found.rows.tolist() == [7, 30]


def test_the_same_file_is_an_exact_duplicate_and_not_a_near_one() -> None:
    facts = facts_of(*(picture(seed) for seed in (0, 1, 0, 2, 0)))
    facts.loc[[2, 4], "sha256"] = facts["sha256"][0]
    assert exact_duplicates(facts).pairs.tolist() == [[0, 2], [0, 4]]
    assert len(near_duplicates(facts)) == 0


def test_files_that_could_not_be_read_are_no_duplicates() -> None:
    facts = facts_of(picture(0), None, None)
    facts.loc[[1, 2], "sha256"] = ""
    assert len(exact_duplicates(facts)) == len(near_duplicates(facts)) == 0


def test_plain_images_are_not_called_alike() -> None:
    plain = [Image.new("RGB", (178, 218), (grey,) * 3) for grey in (0, 100, 255)]
    assert len(near_duplicates(facts_of(*plain))) == 0


def test_dark_blurred_and_unreadable_images_are_told_apart() -> None:
    sharp = [noisy(picture(seed)) for seed in range(4)]
    black = sharp[1].point(lambda value: value // 10)
    soft = picture(9).filter(ImageFilter.GaussianBlur(6))
    facts = facts_of(sharp[0], black, soft, None, sharp[2])
    assert dark(facts).rows.tolist() == [1]
    assert blurred(facts).rows.tolist() == [2]
    assert unreadable(facts).rows.tolist() == [3]


def test_the_darkest_comes_first_and_the_message_counts() -> None:
    images = [Image.new("RGB", (20, 20), (grey,) * 3) for grey in (20, 90, 5)]
    found = dark(facts_of(*images))
    assert found.rows.tolist() == [2, 0] and ": 2." in found.message


def test_rare_sizes_are_odd_only_where_most_images_have_one_size() -> None:
    images = [Image.new("RGB", (30, 40))] * 40 + [Image.new("RGB", (15, 20))]
    assert odd_sized(facts_of(*images)).rows.tolist() == [40]
    mixed = [Image.new("RGB", (20 + i, 20)) for i in range(10)]
    assert len(odd_sized(facts_of(*mixed))) == 0


def test_too_few_images_say_nothing_of_the_middle() -> None:
    found = off_centre(facts_of(picture(0)))
    assert len(found) == 0 and "from 500 images on" in found.message


def test_nothing_is_found_among_no_images() -> None:
    facts = facts_of()
    for kind in (exact_duplicates, near_duplicates, dark, blurred, odd_sized, off_centre, unreadable):
        assert len(kind(facts)) == 0


def test_pairs_across_splits_and_with_other_labels_are_picked_out(faces, settings) -> None:
    dataset = open_dataset(faces.celeba(), settings=settings)
    facts = facts_of(*(picture(seed) for seed in range(20)))
    facts.loc[1, "sha256"] = facts["sha256"][0]
    facts.loc[19, "sha256"] = facts["sha256"][5]
    found = exact_duplicates(facts)
    assert across_splits(dataset, found).pairs.tolist() == [[5, 19]]
    assert disagreeing(dataset, found, "Male").pairs.tolist() == [[0, 1]]


def test_a_person_in_two_splits_is_listed_with_the_images_in_each(faces, settings) -> None:
    dataset = open_dataset(faces.celeba(), settings=settings)
    assert persons_across_splits(dataset)[1].empty
    frame = dataset.frame.copy()
    frame.loc[19, "person_id"] = frame["person_id"][0]
    finding, table = persons_across_splits(dataset.with_frame(frame))
    assert table.to_dict("records") == [{"person_id": frame["person_id"][0], "train": 2, "val": 0, "test": 1}]
    assert finding.rows.tolist() == [0, 1, 19]


def test_persons_who_are_not_known_are_in_no_two_splits(faces, settings) -> None:
    dataset = open_dataset(faces.celeba(identity=False), settings=settings)
    assert persons_across_splits(dataset)[1].empty


@pytest.mark.parametrize("limit", [0, 3, CERTAIN])
def test_every_close_pair_is_found(limit: int) -> None:
    rng = np.random.default_rng(limit)
    base = rng.integers(0, 2**63, 60, np.uint64)
    turned = [base[i] ^ np.uint64(sum(1 << int(b) for b in rng.choice(64, i % 12, False))) for i in range(60)]
    found = np.unique(np.concatenate([base, np.array(turned, np.uint64)]))
    pairs, bits = close_pairs(found, limit)
    expected = [
        [i, j] for i, j in combinations(range(len(found)), 2) if int(found[i] ^ found[j]).bit_count() <= limit
    ]
    assert pairs.tolist() == expected and (bits <= limit).all()


def test_a_brighter_picture_keeps_its_hash_and_a_plain_one_has_none() -> None:
    tiny = np.random.default_rng(0).integers(0, 120, (1, 16, 16), np.uint8)
    assert hashes(tiny) == hashes(tiny * 2)
    assert hashes(np.full((1, 16, 16), 90, np.uint8))[0] == 0
