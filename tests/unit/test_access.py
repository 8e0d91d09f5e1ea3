"""What a visitor of a demo may do, at each door where it is done, and that no door was left open."""

import ast
import io
from pathlib import Path

import pytest

from core.access import DEMO, HOST, Access, Act, visitor_key
from core.data.marks import marks_file, read_marks, set_mark
from core.data.sources import BUILT_IN, forget, get_source, list_sources, register_folder, register_own
from core.data.upload.own import stage
from core.errors import ConfigError, NotAllowedError, QueueFullError, UnknownRunError
from core.jobs import JobQueue, control
from core.jobs.download import Downloads
from core.jobs.export import Exports
from core.jobs.label_search import LabelSearches
from core.jobs.studies import submit_grid
from core.runs import State, TrainConfig
from core.runs.notes import edit_notes
from core.runs.studies import StudyStore
from core.runs.trash import Trash
from core.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
ANN, BEN, UNKNOWN = Access(visitor_key("ann")), Access(visitor_key("ben")), Access()
SMALL = TrainConfig(data="sample", weights="random", limit=100, image_size=48, epochs=2)


@pytest.fixture
def demo(tmp_path: Path) -> Settings:
    """A demo with nothing in it."""
    return Settings(artifacts=tmp_path / "artifacts", data_roots=(tmp_path,), mode="demo")


def ended(settings: Settings, who: Access, name: str = "") -> str:
    """The id of a run of somebody that has finished."""
    queue = JobQueue(settings, who)
    run = queue.submit(SMALL, name=name)
    with run.hold() as held:
        held.set_state(State.FINISHED)
    queue.open_runs()
    return run.id


def test_every_act_has_a_rule():
    assert set(DEMO) == set(Act)


def test_on_ones_own_machine_everybody_is_the_host(tmp_path):
    assert Access.of(Settings(artifacts=tmp_path)) == HOST
    assert all(HOST.allows(act, owner) for act in Act for owner in ("", "somebody"))


def test_in_a_demo_nobody_is_the_host(demo):
    assert Access.of(demo) == UNKNOWN
    assert Access.of(demo, "ann") == ANN
    assert not Access.of(demo, "ann").host


def test_a_cookie_is_not_kept_as_it_is():
    assert "ann" not in visitor_key("ann")
    assert visitor_key("ann") != visitor_key("ben")
    assert visitor_key("") == visitor_key(None) == ""


def test_who_sent_no_cookie_owns_nothing():
    assert not any(UNKNOWN.allows(act) for act in Act if act is not Act.SEE_RUN)
    assert not UNKNOWN.allows(Act.CHANGE_RUN, "")
    assert not UNKNOWN.allows(Act.SEE_RUN, ANN.visitor)


def test_a_visitor_trains_within_the_caps(demo):
    run = JobQueue(demo, ANN).submit(SMALL)
    assert run.visitor() == ANN.visitor
    assert JobQueue(demo).open_runs() == [run.id]


def test_without_a_cookie_nothing_is_trained(demo):
    with pytest.raises(NotAllowedError, match="cookie"):
        JobQueue(demo).submit(SMALL)
    assert not demo.runs.exists()


@pytest.mark.parametrize(
    "asked",
    [
        {"epochs": 11},
        {"image_size": 112},
        {"dense_units": (512, 512)},
        {"batch_size": 256},
        {"limit": 1001},
        {"limit": None},
    ],
)
def test_more_than_a_demo_has_to_give_is_refused(demo, asked):
    with pytest.raises(ConfigError, match="more than this host allows"):
        JobQueue(demo, ANN).submit(SMALL.changed(**asked))
    with pytest.raises(ConfigError):
        submit_grid(JobQueue(demo, ANN), SMALL.changed(**asked), {"learning_rate": [0.1]})


def test_a_run_cannot_grow_past_the_caps(demo):
    run_id = ended(demo, ANN)
    with pytest.raises(ConfigError, match="12 epochs"):
        control.extend(JobQueue(demo, ANN), run_id, 10)


@pytest.mark.parametrize("asked", [{"data": "/etc"}, {"weights": "/etc/passwd"}, {"data": "./sample"}])
def test_no_path_of_the_machine_is_trained_on(demo, asked):
    with pytest.raises(NotAllowedError, match="own machine"):
        JobQueue(demo, ANN).submit(SMALL.changed(**asked))


def test_one_visitor_cannot_fill_the_queue(demo):
    queue = JobQueue(demo, ANN)
    for _ in range(3):
        queue.submit(SMALL)
    with pytest.raises(QueueFullError, match="one visitor"):
        queue.submit(SMALL)
    JobQueue(demo, BEN).submit(SMALL)


def test_throwing_the_cookie_away_does_not_help_past_the_queues_end(demo):
    for i in range(10):
        JobQueue(demo, Access(visitor_key(str(i)))).submit(SMALL)
    with pytest.raises(QueueFullError, match="10 runs are waiting"):
        JobQueue(demo, ANN).submit(SMALL)


def test_a_visitors_oldest_runs_make_room(demo):
    runs = [ended(demo, ANN) for _ in range(7)]
    theirs = ended(demo, BEN)
    hosts = ended(demo, HOST)
    assert {run.id for run in JobQueue(demo, HOST).store.list_runs()} == {*runs[2:], theirs, hosts}
    assert Trash(JobQueue(demo, HOST).store, demo.trash).list_deleted() == []


def test_all_visitors_together_have_a_limit_and_the_hosts_runs_stay(demo):
    demo = demo.model_copy(update={"max_runs": 3})
    hosts = ended(demo, HOST)
    runs = [ended(demo, Access(visitor_key(str(i)))) for i in range(5)]
    assert {run.id for run in JobQueue(demo, HOST).store.list_runs()} == {hosts, *runs[2:]}


def test_a_visitor_sees_the_hosts_runs_and_own_ones(demo):
    hosts, anns, bens = ended(demo, HOST), ended(demo, ANN), ended(demo, BEN)
    store = JobQueue(demo, HOST).store
    assert {run.id for run in store.list_runs()} == {hosts, anns, bens}
    assert {run.id for run in store.seen_by(ANN).list_runs()} == {hosts, anns}
    assert {run.id for run in store.seen_by(UNKNOWN).list_runs()} == {hosts}
    assert store.seen_by(ANN).summary(bens) is None
    with pytest.raises(UnknownRunError, match="no run"):
        store.seen_by(ANN).get(bens)


def test_a_run_whose_owner_cannot_be_read_is_shown_to_no_visitor(demo):
    run_id = ended(demo, ANN)
    store = JobQueue(demo, HOST).store
    (store.get(run_id).path / "owner.json").write_text("{")
    assert [run.id for run in store.list_runs()] == [run_id]
    assert store.seen_by(ANN).list_runs() == []
    assert store.seen_by(ANN).summary(run_id) is None


CHANGES = {
    "stop": lambda demo, who, run_id: control.stop(JobQueue(demo, who), run_id),
    "pause": lambda demo, who, run_id: control.pause(JobQueue(demo, who), run_id),
    "resume": lambda demo, who, run_id: control.resume(JobQueue(demo, who), run_id),
    "extend": lambda demo, who, run_id: control.extend(JobQueue(demo, who), run_id, 1),
    "kill": lambda demo, who, run_id: list(control.kill(JobQueue(demo, who), run_id)),
    "cancel": lambda demo, who, run_id: JobQueue(demo, who).cancel(run_id),
    "move": lambda demo, who, run_id: JobQueue(demo, who).move(run_id, 0),
    "edit notes": lambda demo, who, run_id: edit_notes(JobQueue(demo, who).store, run_id, name="mine"),
    "delete": lambda demo, who, run_id: Trash(JobQueue(demo, who).store, demo.trash).delete(run_id),
}


def files(folder: Path) -> dict[str, bytes]:
    """Every file of a folder with its content."""
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("state", [State.QUEUED, State.PAUSED, State.FINISHED])
@pytest.mark.parametrize("change", CHANGES)
def test_nobody_changes_a_run_of_somebody_else(demo, change, state):
    run = JobQueue(demo, ANN).submit(SMALL)
    if state is not State.QUEUED:
        with run.hold() as held:
            held.set_state(state)
    before = files(demo.runs)
    for who in (BEN, UNKNOWN):
        with pytest.raises((UnknownRunError, NotAllowedError)):
            CHANGES[change](demo, who, run.id)
    assert files(demo.runs) == before


@pytest.mark.parametrize("change", CHANGES)
def test_no_visitor_changes_a_run_of_the_host(demo, change):
    run = JobQueue(demo, HOST).submit(SMALL)
    before = files(demo.artifacts)
    for who in (ANN, UNKNOWN):
        with pytest.raises(NotAllowedError, match="visitor"):
            CHANGES[change](demo, who, run.id)
    assert files(demo.artifacts) == before


def test_a_visitor_may_name_stop_and_delete_an_own_run(demo):
    run = JobQueue(demo, ANN).submit(SMALL)
    queue, trash = JobQueue(demo, ANN), Trash(JobQueue(demo, ANN).store, demo.trash)
    assert edit_notes(queue.store, run.id, name="mine").name == "mine"
    control.stop(queue, run.id)
    trash.delete(run.id)
    assert [found.id for found in trash.list_deleted()] == [run.id]
    trash.restore(run.id)
    trash.delete(run.id)
    trash.delete_for_good(run.id)
    assert trash.list_deleted() == []


def test_a_deleted_run_is_nobody_elses(demo):
    run_id = ended(demo, ANN)
    Trash(JobQueue(demo, ANN).store, demo.trash).delete(run_id)
    theirs = Trash(JobQueue(demo, BEN).store, demo.trash)
    assert theirs.list_deleted() == []
    for act in (theirs.restore, theirs.delete_for_good, theirs.get):
        with pytest.raises(UnknownRunError):
            act(run_id)
    assert theirs.empty().failed == {}
    assert Trash(JobQueue(demo, HOST).store, demo.trash).get(run_id).id == run_id


def test_a_study_is_seen_by_whom_it_belongs_to(demo):
    study = submit_grid(JobQueue(demo, ANN), SMALL, {"learning_rate": [0.1, 0.01]}, "rates")
    assert [found.id for found in StudyStore(demo.studies, ANN).list_studies()] == [study.id]
    assert StudyStore(demo.studies, BEN).list_studies() == []
    with pytest.raises(UnknownRunError):
        StudyStore(demo.studies, BEN).get(study.id)


def test_a_look_of_one_visitor_leaves_the_markers_of_all(demo):
    run = JobQueue(demo, ANN).submit(SMALL)
    assert JobQueue(demo, BEN).waiting() == [run.id]
    assert JobQueue(demo, HOST).waiting() == [run.id]


def test_the_drawn_faces_are_all_there_is(demo, tmp_path):
    local = demo.model_copy(update={"mode": "local"})
    added = register_folder(tmp_path, local)
    assert added.id in [source.id for source in list_sources(local)]
    assert [source.id for source in list_sources(demo)] == list(BUILT_IN)
    with pytest.raises(NotAllowedError):
        get_source(added.id, demo)


@pytest.mark.parametrize(
    "act",
    [
        lambda demo: register_folder("/etc", demo),
        lambda demo: register_own("own-a", "a", demo),
        lambda demo: forget("own-a", demo),
        lambda demo: stage(io.BytesIO(b""), "a.zip", demo),
        lambda demo: Downloads(demo).start(30, accepted=True),
        lambda demo: Exports(demo).start("20260131-142501-k3x9ab", "onnx", "x"),
        lambda demo: LabelSearches(demo).start("sample", "Male"),
        lambda demo: set_mark(
            marks_file(Path("/x"), demo), "Male", "1.jpg", "wrong", 1, seen=None, access=Access.of(demo)
        ),
    ],
)
def test_what_is_the_hosts_is_refused_before_anything_is_written(demo, act):
    with pytest.raises(NotAllowedError, match="A visitor of this demo cannot"):
        act(demo)
    assert not demo.artifacts.exists()


def test_the_host_marks_labels_in_a_demo(demo):
    path = marks_file(Path("/x"), demo)
    set_mark(path, "Male", "1.jpg", "wrong", 1, seen=None, access=HOST)
    assert list(read_marks(path, "Male")) == ["1.jpg"]


def test_pages_get_runs_only_as_their_visitor_may_see_them():
    """`core.ui.resources` hands them out; whoever makes a store of their own would see all."""
    makers = {"RunStore", "JobQueue", "StudyStore", "Trash"}
    files = [*(ROOT / "core" / "ui").rglob("*.py"), *(ROOT / "pages").glob("*.py")]
    assert len(files) > 50
    for path in files:
        made = {
            ast.unparse(node.func)
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Call)
        }
        assert not made & makers or path.name == "resources.py", path.name
