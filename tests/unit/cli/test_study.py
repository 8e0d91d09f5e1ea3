"""`python -m core study …`: what is queued, what is refused, and the table as it stands."""

import shutil

import pytest

from core.atomic import write_json
from core.cli.study import parse_grid
from core.errors import ConfigError
from core.runs import State, TrainConfig
from core.runs.studies import StudyStore
from tests.unit.cli.test_refusals import refused
from tests.unit.ui.fabricated import environment, history, metrics


@pytest.fixture
def base(tiny_faces):
    """Options that every study here shares."""
    return ["--data", tiny_faces, "--weights", "random", "--image-size", 32]


def scored(run, test_accuracy=0.9):
    """Give a run's folder the files of one that was scored."""
    rows = history([0.5, 0.3])
    lines = [",".join(rows[0]), *(",".join(map(str, row.values())) for row in rows)]
    (run.path / "history.csv").write_text("\n".join(lines) + "\n")
    write_json(run.path / "metrics.json", metrics(1, 2, test_accuracy).model_dump())
    write_json(run.path / "environment.json", environment().model_dump())


def test_a_sweep_queues_every_combination_in_order(command, store, base):
    grid = ["--grid", "learning_rate=0.1,1e-3", "--grid", "fine_tune=none,block5"]
    answer = command("study", *grid, *base, "--epochs", 2, "--detach", "--json").json()
    configs = [store.get(run_id).config() for run_id in answer["run_ids"]]
    assert [(c.learning_rate, c.fine_tune) for c in configs] == [
        (0.1, "none"),
        (0.1, "block5"),
        (0.001, "none"),
        (0.001, "block5"),
    ]
    assert {(c.epochs, c.image_size, c.weights) for c in configs} == {(2, 32, "random")}
    waiting = [row["run_id"] for row in command("queue", "list", "--json").json()]
    assert waiting == answer["run_ids"]
    assert store.get(answer["run_ids"][0]).notes().name == "lr 0.1, none"


def test_a_sweep_varies_augmentation_by_lists(command, store, base):
    answer = command("study", "--grid", "augment=none,flip,[flip,shift]", *base, "--detach", "--json").json()
    configs = [store.get(run_id).config() for run_id in answer["run_ids"]]
    assert [c.augment for c in configs] == [(), ("flip",), ("flip", "shift")]


@pytest.mark.parametrize(
    ("grid", "kept"),
    [("learning_rate=1e-3,0.001,0.1", [0.001, 0.1]), ("dense_units=64,[64],[64,32]", [[64], [64, 32]])],
)
def test_a_value_written_twice_makes_one_run(command, store, base, grid, kept):
    answer = command("study", "--grid", grid, *base, "--detach", "--json").json()
    assert len(answer["run_ids"]) == len(kept) == len(store.ids())
    assert list(command("study", "list", "--json").json()[0]["grid"].values()) == [kept]


def test_a_study_is_listed_and_shown_by_its_id(command, store, base, tmp_path):
    study_id = command("study", "--grid", "seed=0,1", *base, "--name", "Seeds", "--detach").out.strip()
    [listed] = command("study", "list", "--json").json()
    assert (listed["id"], listed["name"], listed["grid"]) == (study_id, "Seeds", {"seed": [0, 1]})
    assert f"{study_id}  Seeds  2 runs" in command("study", "list").out
    shown = command("study", "show", study_id, "--json").json()
    assert [row["state"] for row in shown["runs"]] == ["queued", "queued"]
    assert command("study", "show", study_id).out.count("queued") == 2


def test_the_report_is_eight_runs_with_the_published_figures(command, store, base):
    answer = command("study", "report", *base, "--detach", "--json").json()
    assert len(answer["run_ids"]) == 8
    scored(store.get(answer["run_ids"][1]))
    shown = command("study", "show", answer["study_id"], "--json").json()
    assert [row["published_test"] for row in shown["runs"]][:2] == [0.8963, 0.9416]
    assert [row["difference"] for row in shown["runs"]][:2] == [None, pytest.approx(0.9 - 0.9416)]
    assert any("random weights" in sentence for sentence in shown["differs"])
    out = command("study", "show", answer["study_id"]).out
    assert "0.9350 0.4332 0.9413" in out
    assert "instead of 30,000 CelebA images" in out


def test_a_deleted_run_does_not_shift_the_published_figures(command, store, base):
    answer = command("study", "report", *base, "--detach", "--json").json()
    gone, *others = (store.get(run_id) for run_id in answer["run_ids"])
    shutil.rmtree(gone.path)
    scored(others[0])
    shown = command("study", "show", answer["study_id"], "--json").json()["runs"]
    assert [row["run_id"] for row in shown] == answer["run_ids"]
    assert (shown[0]["state"], shown[0]["test_accuracy"]) == ("deleted", None)
    assert (shown[1]["learning_rate"], shown[1]["published_test"]) == (0.001, 0.9416)


def test_a_study_of_deleted_runs_can_still_be_shown(command, store, base):
    answer = command("study", "--grid", "seed=0,1", *base, "--detach", "--json").json()
    shutil.rmtree(store.runs)
    assert command("study", "show", answer["study_id"]).code == 0
    assert len(command("study", "show", answer["study_id"], "--json").json()["runs"]) == 2


def test_without_detach_the_queue_is_served_and_the_table_printed(command, base, monkeypatch):
    served = []
    monkeypatch.setattr(
        "core.cli.study.Scheduler.serve", lambda self, stop, until_empty: served.append(until_empty)
    )
    answer = command("study", "--grid", "dropout=0,0.5", *base, "--json").json()
    assert served == [True]
    assert len(answer["runs"]) == 2


def end_all(queue, states):
    """A scheduler's `serve` that ends the waiting runs in these states, without training."""
    for run_id, (state, reason) in zip(queue.waiting(), states, strict=True):
        with queue.store.get(run_id).hold() as held:
            held.set_state(state, reason)


@pytest.mark.parametrize(
    ("state", "reason", "code"),
    [
        (State.FAILED, "There is no folder.", 1),
        (State.PAUSED, "Paused on request.", 1),
        (State.STOPPED, "The loss became nan in epoch 1.", 0),
        (State.FINISHED, "", 0),
    ],
)
def test_a_study_with_a_run_that_broke_off_exits_1_and_names_it(
    command, base, monkeypatch, state, reason, code
):
    """All the others have run, and the table is printed all the same."""
    ends = [(state, reason), (State.FINISHED, "")]
    monkeypatch.setattr(
        "core.cli.study.Scheduler.serve", lambda self, stop, until_empty: end_all(self.queue, ends)
    )
    answer = command("study", "--grid", "dropout=0,0.5", *base, "--json")
    rows = answer.json()["runs"]
    assert [row["state"] for row in rows] == [state.value, "finished"]
    assert answer.code == code
    if code:
        assert "1 of 2 runs did not finish." in answer.err
        assert reason in answer.err and rows[0]["run_id"] in answer.err
        assert rows[1]["run_id"] not in answer.err


@pytest.mark.parametrize(
    ("grid", "words"),
    [
        ([], ["at least one"]),
        (["seed"], ["'seed'", "FIELD=A,B"]),
        (["sead=1,2"], ["sead", "learning_rate"]),
        (["seed="], ["seed="]),
        (["dense_units=[64"], ["dense_units=[64", "commas"]),
        (["epochs=1,0"], ["epochs = 0"]),
        (["learning_rate=fast"], ["learning_rate", "fast"]),
        (["seed=" + ",".join(map(str, range(201)))], ["201", "200"]),
        (["target=Male,Moustache"], ["Moustache"]),
        (["weights=random,/nowhere/base.h5"], ["/nowhere/base.h5"]),
        (["data=/nowhere/at/all"], ["/nowhere/at/all"]),
    ],
    ids=lambda item: " ".join(item)[:40],
)
def test_a_grid_that_cannot_be_used_queues_nothing(command, store, base, grid, words):
    options = [part for one in grid for part in ("--grid", one)]
    refused(command("study", *options, *base, "--detach"), *words)
    assert store.ids() == []


def test_a_slip_in_the_grid_is_told_before_any_face_is_drawn(command, store, tmp_path):
    refused(command("study"), "at least one")
    assert not (tmp_path / "artifacts" / "datasets").exists()


def test_a_study_that_does_not_fit_the_queue_queues_nothing(command, store, base, monkeypatch):
    monkeypatch.setenv("LINEAMENT_MAX_QUEUED", "3")
    answer = command("study", "--grid", "seed=0,1,2,3", *base, "--detach")
    assert (answer.code, store.ids()) == (1, [])
    assert StudyStore(store.runs.parent / "studies").list_studies() == []


def test_a_study_that_is_not_there_is_named(command):
    refused(command("study", "show", "20260101-000000-aaaaaa"), "20260101-000000-aaaaaa", "study list")


def test_varied_folders_are_kept_as_absolute_paths(command, store, tiny_faces, monkeypatch):
    """Trainers run elsewhere."""
    monkeypatch.chdir(tiny_faces.parent)
    grid = f"data={tiny_faces.name}"
    answer = command(
        "study", "--grid", grid, "--data", tiny_faces, "--weights", "random", "--detach", "--json"
    )
    [run_id] = answer.json()["run_ids"]
    assert store.get(run_id).config().data == str(tiny_faces)


def test_options_win_over_the_config_file(command, store, base, tmp_path):
    (tmp_path / "run.yaml").write_text(TrainConfig(epochs=7, dropout=0.1, image_size=64).to_yaml())
    options = ["--config", tmp_path / "run.yaml", "--epochs", 2, "--grid", "seed=5"]
    [run_id] = command("study", *options, *base, "--detach", "--json").json()["run_ids"]
    asked = store.get(run_id).config()
    assert (asked.epochs, asked.dropout, asked.image_size, asked.seed) == (2, 0.1, 32, 5)


def test_a_grid_is_read_as_numbers_words_and_lists():
    assert parse_grid(["learning_rate=0.1, 1e-3", "batch_norm=true,false"]) == {
        "learning_rate": [0.1, 0.001],
        "batch_norm": [True, False],
    }
    assert parse_grid(["fine_tune=none,all", "dense_units=[64],[128,64]"]) == {
        "fine_tune": ["none", "all"],
        "dense_units": [[64], [128, 64]],
    }


def test_a_field_given_twice_has_the_values_of_both():
    assert parse_grid(["seed=0,1", "seed=2"]) == {"seed": [0, 1, 2]}
    with pytest.raises(ConfigError):
        parse_grid(["=1"])


def test_a_study_names_what_its_runs_saw_once_where_all_saw_the_same(command, store, base):
    study_id = command("study", "--grid", "seed=0,1", *base, "--detach").out.strip()
    assert command("study", "show", study_id).out.splitlines()[-1] == "[random weights]"
    rows = command("study", "show", study_id, "--json").json()["runs"]
    assert [row["marks"] for row in rows] == [["random weights"]] * 2


def test_a_study_of_several_weights_names_its_cases(command, store, base):
    study_id = command("study", "--grid", "weights=imagenet,random", *base, "--detach").out.strip()
    assert command("study", "show", study_id).out.splitlines()[-1] == "case 2: [random weights]"
