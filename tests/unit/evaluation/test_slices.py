"""Slices against counting them one by one, their order, and what is said of them."""

import numpy as np
import pandas as pd
import pytest

from core.evaluation.confusion import confusion_at
from core.evaluation.slices import (
    RATES,
    SMALL,
    all_pairs,
    largest_gap,
    slice_mask,
    slice_table,
    worst_slice,
)

NAMES = ("Hat", "Young", "Male")


def faces(n=600, seed=0, rates=(0.3, 0.5, 0.4)):
    """Images labelled with their attribute Male."""
    rng = np.random.default_rng(seed)
    bits = {name: (rng.random(n) < rate).astype(np.uint8) for name, rate in zip(NAMES, rates, strict=True)}
    p = np.clip(rng.normal(0.3 + 0.4 * bits["Male"], 0.3), 0, 1).astype(np.float32)
    return pd.DataFrame({"label": bits["Male"], "probability": p, **bits})


def right_and_wrong(*groups):
    """Images of (Hat, n, right) groups, labelled yes and no by turns."""
    parts = []
    for hat, n, right in groups:
        labels = np.arange(n) % 2
        p = np.where(np.arange(n) < right, labels, 1 - labels)
        parts.append(pd.DataFrame({"label": labels, "probability": p.astype(float), "Hat": hat}))
    return pd.concat(parts, ignore_index=True)


@pytest.mark.parametrize("threshold", [0.5, 0.8])
def test_each_slice_is_the_confusion_matrix_of_its_images(threshold):
    frame = faces()
    table = slice_table(frame, NAMES, threshold, all_pairs(NAMES))
    # Of Male and its label, all; of the pairs with Male too: 3 * 2 singles and 3 * 4 pairs.
    assert len(table) == 18
    for row in table.to_dict("records"):
        some = frame[slice_mask(frame, row["where"])]
        found = confusion_at(some["label"], some["probability"], threshold)
        assert (row["tp"], row["fp"], row["fn"], row["tn"], row["n"]) == (
            *(found.tp, found.fp, found.fn, found.tn),
            len(some),
        )
        of_label = "Male" in dict(row["where"])
        for column, rate in RATES.items():
            value, interval = found.rate(rate), found.interval(rate)
            if value is None or (of_label and column in ("fdr", "for")):
                assert np.isnan([row[column], row[f"{column}_low"], row[f"{column}_high"]]).all()
            else:
                ends = (row[column], row[f"{column}_low"], row[f"{column}_high"])
                assert ends == (value, interval.low, interval.high)


def test_a_slice_is_named_by_attribute_and_value():
    table = slice_table(faces(), ("Hat",), 0.5, [("Hat", "Young")])
    assert set(table["slice"]) == {
        "Hat: yes",
        "Hat: no",
        *(f"Hat: {a}, Young: {b}" for a in ("yes", "no") for b in ("yes", "no")),
    }
    row = table[table["slice"] == "Hat: yes, Young: no"].iloc[0]
    assert row["where"] == (("Hat", 1), ("Young", 0))


def test_pairs_are_counted_only_when_asked_for():
    assert {len(where) for where in slice_table(faces(), NAMES, 0.5)["where"]} == {1}
    assert slice_table(faces(), (), 0.5).empty
    only = slice_table(faces(), (), 0.5, [("Young", "Hat")])
    assert {len(where) for where in only["where"]} == {2}


def test_a_label_slice_has_an_accuracy_but_no_rates_that_it_fixes():
    """Of images that are all labelled yes, whatever is found is true: an FDR of 0 would praise nobody."""
    frame = faces()
    found = confusion_at(frame["label"], frame["probability"])
    table = slice_table(frame, ("Male",), 0.5).set_index("slice")
    assert table.loc["Male: yes", "accuracy"] == found.recall
    assert table.loc["Male: no", "accuracy"] == found.specificity
    assert table.loc["Male: yes", "fnr"] == found.fnr
    assert table[["fdr", "for", "fdr_low", "for_high"]].isna().all(axis=None)
    contrary = frame.assign(Female=1 - frame["Male"])
    assert slice_table(contrary, ("Female",), 0.5)[["fdr", "for"]].isna().all(axis=None)


def test_the_worst_by_the_upper_end_stands_first():
    table = slice_table(faces(3000), NAMES, 0.5, all_pairs(NAMES))
    large = table[~table["small"]]
    assert large["accuracy_high"].is_monotonic_increasing
    assert worst_slice(table)["slice"] == table["slice"].iloc[0]


def test_a_small_slice_stands_below_and_is_never_the_worst():
    frame = right_and_wrong((1, SMALL - 1, 0), (0, 400, 380))
    table = slice_table(frame, ("Hat",), 0.5)
    assert table["slice"].tolist() == ["Hat: no", "Hat: yes"]
    assert table["small"].tolist() == [False, True]
    assert worst_slice(table)["slice"] == "Hat: no"
    assert largest_gap(table) == ""
    enough = slice_table(right_and_wrong((1, SMALL, 0), (0, 400, 380)), ("Hat",), 0.5)
    assert worst_slice(enough)["slice"] == "Hat: yes"


def test_where_all_slices_are_small_there_is_no_worst():
    table = slice_table(right_and_wrong((1, 10, 5), (0, 20, 10)), ("Hat",), 0.5)
    assert worst_slice(table) is None
    assert largest_gap(table) == ""


def test_a_gap_is_told_when_the_intervals_are_apart():
    table = slice_table(right_and_wrong((1, 200, 170), (0, 2000, 1940)), ("Hat",), 0.5)
    assert largest_gap(table) == (
        "Where Hat is yes, accuracy is 0.8500 (n = 200, 0.7939 to 0.8929); "
        "where it is no, 0.9700 (n = 2,000, 0.9616 to 0.9766). The two 95 % intervals do not overlap."
    )


def test_a_gap_is_not_told_when_the_intervals_touch():
    assert largest_gap(slice_table(right_and_wrong((1, 200, 190), (0, 2000, 1940)), ("Hat",), 0.5)) == ""


def test_of_several_gaps_the_largest_is_told_in_either_direction():
    wide, narrow = (
        right_and_wrong((1, 900, 890), (0, 900, 600)),
        right_and_wrong((1, 900, 700), (0, 900, 820)),
    )
    narrow = narrow.rename(columns={"Hat": "Young"})
    frame = pd.concat([wide.assign(Young=np.arange(1800) % 2), narrow.assign(Hat=np.arange(1800) // 2 % 2)])
    sentence = largest_gap(slice_table(frame.reset_index(drop=True), ("Young", "Hat"), 0.5))
    assert sentence.startswith("Where Hat is yes")


def test_values_that_no_image_or_every_image_has_make_no_slice():
    table = slice_table(faces().assign(Hat=1), NAMES, 0.5, [("Hat", "Young")])
    assert set(table["slice"]) == {
        "Young: yes",
        "Young: no",
        "Male: yes",
        "Male: no",
        "Hat: yes, Young: yes",
        "Hat: yes, Young: no",
    }


@pytest.mark.parametrize(
    "frame", [faces(1), faces(40).assign(label=1), faces(40).assign(label=0, probability=1)]
)
def test_degenerate_images_make_a_table_with_gaps(frame):
    table = slice_table(frame, NAMES, 0.5, all_pairs(NAMES))
    assert list(table) == list(slice_table(faces(), NAMES, 0.5))
    assert len(table) == 0 or table["accuracy"].notna().all()
    assert worst_slice(table) is None


def test_rates_of_all_right_and_all_wrong():
    for right, rate in ((60, 1.0), (0, 0.0)):
        table = slice_table(right_and_wrong((1, 60, right), (0, 60, right)), ("Hat",), 0.5)
        assert set(table["accuracy"]) == {rate}
        assert set(table["fpr"]) == set(table["fdr"]) == {1 - rate}


@pytest.mark.parametrize("column", ["label", "probability", "Hat"])
def test_what_is_no_number_is_refused(column):
    with pytest.raises(ValueError, match=r"probabilities|must be 0 or 1"):
        slice_table(faces().assign(**{column: np.nan}), NAMES, 0.5)
