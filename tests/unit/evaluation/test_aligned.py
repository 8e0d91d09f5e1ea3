"""Which runs can be held against each other, in what order of images, and many against one."""

import numpy as np
import pandas as pd
import pytest

from core.evaluation import Aligned, comparable, compare, compare_with_baseline, holm


def frame(right: float, *, seed: int = 0, n: int = 300, first: int = 0) -> pd.DataFrame:
    """A run's predictions; runs share images, labels and persons where `first` is the same."""
    labels = np.random.default_rng(99).integers(0, 2, 10_000)[first : first + n]
    rng = np.random.default_rng(seed)
    sure = rng.uniform(0.51, 1, n)
    return pd.DataFrame(
        {
            "image_id": [f"{i:06d}.jpg" for i in range(first, first + n)],
            "person_id": np.arange(first, first + n) // 3,
            "label": labels.astype(np.uint8),
            "probability": np.where((rng.random(n) < right) == labels, sure, 1 - sure).astype(np.float32),
        }
    )


def test_images_are_brought_into_one_order():
    a, b = frame(0.9), frame(0.8, seed=1)
    shuffled = b.sample(frac=1, random_state=3)
    pair, straight = comparable(a, shuffled), comparable(a, b)
    assert isinstance(pair, Aligned)
    assert pair.image_ids.tolist() == a["image_id"].tolist()
    for name in ("labels", "a", "b", "persons"):
        assert np.array_equal(getattr(pair, name), getattr(straight, name))
    assert np.array_equal(pair.b, b["probability"])
    assert np.array_equal(pair.persons, a["person_id"])


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (frame(0.9, first=300), ["no images in common", "300 and 300"]),
        (frame(0.9, first=100), ["different images", "200 in common", "100 only in the first"]),
        (frame(0.9, n=200), ["different images", "200 in common", "100 only in the first, 0 only"]),
        (frame(0.9).assign(label=1), ["labels of", "of the 300 images differ", "different targets"]),
        (frame(0.9, n=0), ["no images in common"]),
    ],
    ids=["others", "some", "fewer", "target", "none"],
)
def test_what_cannot_be_compared_says_why(other, words):
    reason = comparable(frame(0.8), other)
    assert isinstance(reason, str)
    for word in words:
        assert word in reason


def test_two_empty_splits_are_not_the_same_images():
    assert "no predictions" in comparable(frame(0.9, n=0), frame(0.8, n=0))


@pytest.mark.parametrize("swap", [False, True])
def test_a_frame_that_names_an_image_twice_is_refused(swap):
    good, bad = frame(0.9), pd.concat([frame(0.9, n=1), frame(0.9, n=299)])
    with pytest.raises(ValueError, match="twice"):
        comparable(*((bad, good) if swap else (good, bad)))


def test_a_pair_is_judged_by_its_own_p():
    a, b = frame(0.95, seed=1), frame(0.8, seed=2)
    judged = compare_with_baseline(b, {"a": a})["a"]
    assert judged.verdict == "a_better"
    assert judged.adjusted_p == judged.comparison.p_value
    persons = a["person_id"]
    assert judged.comparison == compare(a["label"], a["probability"], b["probability"], persons)
    assert compare_with_baseline(a, {"b": b})["b"].verdict == "b_better"


def test_several_runs_are_adjusted_together_and_in_their_order():
    others = {f"run {i}": frame(0.86 + i / 100, seed=i) for i in range(1, 9)}
    judged = compare_with_baseline(frame(0.85, seed=50), others)
    assert list(judged) == list(others)
    raw = [found.comparison.p_value for found in judged.values()]
    assert [found.adjusted_p for found in judged.values()] == holm(raw).tolist()
    assert all((found.verdict == "within_noise") == (found.adjusted_p >= 0.05) for found in judged.values())


def test_a_gap_that_passes_alone_may_not_pass_among_many():
    baseline, slight = frame(0.85, seed=50), frame(0.92, seed=3)
    alone = compare_with_baseline(baseline, {"slight": slight})["slight"]
    assert 0.05 / 9 < alone.comparison.p_value < 0.05
    assert alone.verdict == "a_better"
    equal = {f"equal {i}": baseline for i in range(8)}
    among = compare_with_baseline(baseline, {"slight": slight, **equal})["slight"]
    assert among.verdict == "within_noise"
    assert among.comparison == alone.comparison


def test_runs_that_cannot_be_compared_stand_beside_and_do_not_count_in_the_adjustment():
    a, b = frame(0.95, seed=1), frame(0.8, seed=2)
    judged = compare_with_baseline(b, {"elsewhere": frame(0.9, first=300), "a": a})
    assert judged["elsewhere"].verdict == "not_comparable"
    assert judged["elsewhere"].comparison is None
    assert judged["elsewhere"].adjusted_p is None
    assert "no images in common" in judged["elsewhere"].reason
    assert judged["a"].adjusted_p == judged["a"].comparison.p_value
    assert judged["a"].reason == ""


def test_the_threshold_holds_for_every_pair():
    a, b = frame(0.95, seed=1), frame(0.8, seed=2)
    high = compare_with_baseline(b, {"a": a}, threshold=1.0)["a"]
    assert high.comparison.difference == 0
    assert high.verdict == "within_noise"
