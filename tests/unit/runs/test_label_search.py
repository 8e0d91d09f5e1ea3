"""The labels that were turned over in the built-in set with faults stand first among the doubtful ones."""

import json
from pathlib import Path

import pytest

from core.data import FaceDataset, open_dataset
from core.data.label_rules import contradictions, label_rules
from core.data.synthetic.faulty import FAULTS_FILE
from core.errors import DataError
from core.evaluation.label_errors import label_errors
from core.runs.label_findings import findings, read_found
from core.runs.label_search import search_labels
from core.settings import Settings

FIRST, AT_LEAST = 100, 56
"""Of the seventy wrong labels so many must stand among the first hundred."""


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(artifacts=tmp_path_factory.mktemp("faulty"))


@pytest.fixture(scope="module")
def faulty(host: Settings) -> FaceDataset:
    return open_dataset("sample-faulty", settings=host)


@pytest.mark.slow
def test_four_of_five_wrong_labels_stand_among_the_first_hundred(host: Settings, faulty: FaceDataset) -> None:
    steps: list[str] = []
    search_labels(faulty, "Male", host, on_step=lambda words, done, total: steps.append(words))
    (about,) = findings(faulty, "Male", host)
    frame = read_found(faulty, about, host).frame
    judged = label_errors(frame["label"].to_numpy(), frame["probability"].to_numpy())
    faults = json.loads((faulty.root / FAULTS_FILE).read_text())
    flipped = set(faults.get("faults", faults)["flipped"])
    assert len(flipped) == 70
    first = set(frame["image_id"].iloc[judged.order[:FIRST]])
    assert len(first & flipped) >= AT_LEAST
    assert {"looking at the images", "drawing outlines", "learning without each fold"} <= set(steps)


@pytest.mark.slow
def test_wrong_labels_that_contradict_another_are_listed_and_hardly_any_others(faulty: FaceDataset) -> None:
    flipped = json.loads((faulty.root / FAULTS_FILE).read_text())["faults"]["flipped"]
    frame = faulty.frame
    contradict = frame["image_id"].isin(flipped) & (frame["Male"] == 1) & (frame["Heavy_Makeup"] == 1)
    found = set(contradictions(faulty, label_rules(faulty), "Male").rows.tolist())
    assert contradict.sum() == 23
    assert set(contradict.to_numpy().nonzero()[0].tolist()) <= found
    assert len(found) <= 26


def test_a_target_that_is_none_is_refused_with_those_there_are(settings: Settings, tiny_faces: Path) -> None:
    with pytest.raises(DataError, match=r"no attribute 'Beard'.*Male"):
        search_labels(open_dataset(tiny_faces, settings=settings), "Beard", settings)
