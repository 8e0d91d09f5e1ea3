"""`runs compare`: the JSON's shape, both verdicts, what cannot be compared, and what is refused."""

import json

import pytest

from core.evaluation import compare
from core.runs import TrainConfig
from core.runs.predictions import read_predictions
from core.settings import Settings
from tests.scored_runs import CONFIG, scored_run

KEYS = ["a", "b", "n", "accuracy_a", "accuracy_b", "difference", "ci95", "mcnemar", "verdict"]
CELLS = ["both_right", "only_a", "only_b", "both_wrong"]


@pytest.fixture
def host(tmp_path) -> Settings:
    """The settings that `command` works with."""
    return Settings(artifacts=tmp_path / "artifacts")


def test_the_json_has_the_documented_keys_and_the_statistics(command, host):
    a, b = (scored_run(host, right=right, seed=seed, n=500) for seed, right in ((1, 0.97), (2, 0.8)))
    answer = command("runs", "compare", a.id, b.id, "--json")
    assert answer.code == 0
    found = answer.json()
    assert list(found) == KEYS
    assert list(found["mcnemar"]) == [*CELLS, "p_value"]
    first, second = (read_predictions(run, "test") for run in (a, b))
    labels, persons = first["label"].to_numpy(), first["person_id"].to_numpy()
    expected = compare(labels, first["probability"], second["probability"], persons)
    assert (found["a"], found["b"], found["n"]) == (a.id, b.id, 500)
    for name in ("accuracy_a", "accuracy_b", "difference"):
        assert found[name] == getattr(expected, name)
    assert found["ci95"] == [expected.interval.low, expected.interval.high]
    assert found["mcnemar"] == {name: getattr(expected, name) for name in (*CELLS, "p_value")}
    assert found["verdict"] == "a_better"


def test_the_other_way_round_the_other_is_better(command, host):
    a, b = (scored_run(host, right=right, seed=seed, n=500) for seed, right in ((1, 0.97), (2, 0.8)))
    there, back = (
        command("runs", "compare", *pair, "--json").json() for pair in ((a.id, b.id), (b.id, a.id))
    )
    assert back["verdict"] == "b_better"
    assert back["difference"] == -there["difference"]


def test_the_text_names_runs_figures_and_what_is_judged(command, host):
    a, b = (scored_run(host, name, seed=seed) for seed, name in enumerate(("mine", "yours")))
    answer = command("runs", "compare", a.id, b.id)
    assert answer.code == 0
    for words in (a.id, b.id, "mine", "yours", "n = 200", "95 % interval", "both right", "McNemar's exact p"):
        assert words in answer.out
    assert "Within noise" in answer.out
    assert "not their settings" in answer.out


def test_the_split_can_be_validation(command, host):
    a, b = (scored_run(host, seed=seed) for seed in (1, 2))
    test, val = (
        command("runs", "compare", a.id, b.id, "--json", "--split", split).json() for split in ("test", "val")
    )
    assert test["mcnemar"] != val["mcnemar"]
    assert val["accuracy_a"] == pytest.approx(a.metrics().best.val_accuracy)


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"images": 5}, "no images in common"),
        ({"config": CONFIG.changed(target="Young")}, "different targets"),
    ],
    ids=["images", "target"],
)
def test_what_cannot_be_compared_says_why_and_is_no_failure(command, host, other, words):
    a, b = scored_run(host), scored_run(host, **other)
    text, answer = command("runs", "compare", a.id, b.id), command("runs", "compare", a.id, b.id, "--json")
    assert (text.code, answer.code) == (0, 0)
    assert "Not comparable" in text.out
    assert words in text.out
    assert words in answer.err
    found = json.loads(answer.out)
    assert list(found) == KEYS
    assert found["verdict"] == "not_comparable"
    assert [found[key] for key in KEYS[2:-1]] == [None] * 6


@pytest.mark.parametrize("run", ["20260101-000000-aaaaaa", "../../etc", "x"])
@pytest.mark.parametrize("place", [0, 1])
def test_unknown_and_hostile_ids_are_refused_in_one_line(command, host, run, place):
    ids = [scored_run(host).id] * 2
    ids[place] = run
    answer = command("runs", "compare", *ids)
    assert (answer.code, answer.out) == (2, "")
    [line] = answer.err.splitlines()
    assert run in line


def test_a_run_without_predictions_is_named(command, host, store):
    scored, bare = scored_run(host), store.create(TrainConfig())
    answer = command("runs", "compare", scored.id, bare.id, "--json")
    assert answer.code != 0
    assert answer.out == ""
    [line] = answer.err.splitlines()
    assert bare.id in line
    assert "no predictions" in line


def test_train_images_were_never_scored(command, host):
    a = scored_run(host)
    answer = command("runs", "compare", a.id, a.id, "--split", "train")
    assert answer.code == 2
    assert "'train'" in answer.err


def test_what_the_runs_saw_is_said_beside_the_figures(command, host):
    a, b = scored_run(host), scored_run(host, seed=1, synthetic=False, weights="imagenet")
    first, second = command("runs", "compare", a.id, b.id).out.splitlines()[:2]
    assert first.endswith("[synthetic faces, random weights]") and "[" not in second
    told = command("runs", "compare", a.id, b.id, "--json")
    assert list(told.json()) == KEYS
    assert told.err == f"{a.id}  [synthetic faces, random weights]\n"
