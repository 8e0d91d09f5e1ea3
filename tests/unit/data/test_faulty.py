"""The built-in set with faults: planned by its seed, and everything planted in it is found."""

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from core.data import FaceDataset, open_dataset
from core.data.index import file_facts
from core.data.problems import (
    COUNTED,
    across_splits,
    blurred,
    dark,
    disagreeing,
    exact_duplicates,
    near_duplicates,
    odd_sized,
    off_centre,
    persons_across_splits,
    tally,
    tally_words,
)
from core.data.synthetic import sample_specs, write_synthetic
from core.data.synthetic.faulty import Faults, plan, read_faults, write_faulty
from core.data.synthetic.partition import partition
from core.data.synthetic.tables import image_id
from core.errors import DataError
from core.settings import Settings

SINGLE: tuple[Callable, ...] = (dark, blurred, off_centre, odd_sized)


@pytest.fixture(scope="module")
def tables() -> tuple[pd.Series, pd.Series]:
    """Split and person of the default set's images; nothing is drawn."""
    specs = sample_specs(2000, 0)
    ids = [image_id(spec) for spec in specs]
    return pd.Series(partition(specs, 0), ids), pd.Series([spec.person.id + 1 for spec in specs], ids)


def test_the_same_seed_plans_the_same_faults(tables) -> None:
    assert plan(*tables, seed=0) == plan(*tables, seed=0) != plan(*tables, seed=1)


def test_seventy_labels_are_flipped_and_no_image_has_two_faults(tables) -> None:
    faults = plan(*tables, seed=0)
    assert len(set(faults.flipped)) == 70
    doubles = {double for double, _ in faults.contradicting}
    assert doubles <= set(faults.flipped)
    pairs = [image for pair in (*faults.exact_duplicates, *faults.near_duplicates) for image in pair]
    single = [*faults.moved, *faults.dark, *faults.blurred, *faults.off_centre, *faults.odd_sized]
    all_faults = [*pairs, *single, *(set(faults.flipped) - doubles)]
    assert len(all_faults) == len(set(all_faults))


def test_a_set_too_small_for_all_faults_is_refused(tables) -> None:
    split, persons = tables
    with pytest.raises(DataError, match="50 faces are too few"):
        plan(split[:50], persons[:50], seed=0)


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The default set, drawn in this process."""
    folder = tmp_path_factory.mktemp("clean") / "faces"
    write_synthetic(folder, workers=1)
    return folder


@pytest.fixture(scope="module")
def faulty(clean: Path) -> tuple[Path, Faults]:
    folder = clean.with_name("faulty")
    return folder, write_faulty(clean, folder)


def _opened(folder: Path) -> FaceDataset:
    return open_dataset(folder, settings=Settings(artifacts=folder.parent / "artifacts"))


def _pairs(dataset: FaceDataset, *findings) -> set[frozenset[str]]:
    ids = dataset.frame["image_id"]
    return {frozenset(ids.iloc[list(pair)]) for finding in findings for pair in finding.pairs}


def _sets(pairs: tuple[tuple[str, str], ...]) -> set[frozenset[str]]:
    return {frozenset(pair) for pair in pairs}


@pytest.mark.slow
def test_every_planted_fault_is_found_and_little_else(faulty) -> None:
    folder, faults = faulty
    dataset = _opened(folder)
    facts = file_facts(dataset)
    exact, near = exact_duplicates(facts), near_duplicates(facts)
    assert _pairs(dataset, exact) == _sets(faults.exact_duplicates)
    assert _pairs(dataset, near) == _sets(faults.near_duplicates)
    found = _pairs(dataset, *(disagreeing(dataset, finding, "Male") for finding in (exact, near)))
    assert found == _sets(faults.contradicting)
    assert len(across_splits(dataset, exact)) == len(across_splits(dataset, near)) == 12
    assert set(persons_across_splits(dataset)[1]["person_id"]) == set(faults.persons_across_splits)
    for kind in SINGLE:
        planted = set(getattr(faults, kind.__name__))
        ids = set(dataset.frame["image_id"].iloc[kind(facts).rows])
        assert planted <= ids, kind.__name__
        assert len(ids - planted) <= (12 if kind is off_centre else 0), kind.__name__
    counted = tally(dataset, {kind.__name__: kind(facts) for kind in COUNTED}, "Male")
    assert tally_words(counted) == (
        "38 persons in more than one split · 48 duplicate pairs, 12 with other labels · 38 poor images"
    )


@pytest.mark.slow
def test_the_clean_set_raises_few_false_alarms(clean: Path) -> None:
    dataset = _opened(clean)
    facts = file_facts(dataset)
    for kind in (exact_duplicates, near_duplicates, dark, blurred, odd_sized):
        assert len(kind(facts)) == 0, kind.__name__
    assert len(off_centre(facts)) <= 12
    assert persons_across_splits(dataset)[1].empty


@pytest.mark.slow
def test_the_set_says_what_it_is_and_leaves_the_clean_one_alone(clean: Path, faulty) -> None:
    folder, faults = faulty
    dataset = _opened(folder)
    assert (dataset.name, dataset.synthetic, len(dataset)) == ("faulty drawn faces", True, 2000)
    assert _opened(clean).name == "synthetic faces"
    assert read_faults(folder) == faults
    before, after = _opened(clean).frame.set_index("image_id"), dataset.frame.set_index("image_id")
    doubles = {double for double, _ in (*faults.exact_duplicates, *faults.near_duplicates)}
    others = before.index.difference(list(doubles))
    changed = others[(before["Male"] != after["Male"])[others]]
    assert set(changed) == set(faults.flipped) - doubles
    assert not (clean / "faults.json").exists()
    assert json.loads((folder / "faults.json").read_text())["seed"] == 0
