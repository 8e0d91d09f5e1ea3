"""Every argument of the command line that names a run, a study, a data set or a format."""

import pytest

from tests.attacks.conftest import SECRET
from tests.attacks.hostile_ids import NOT_IDS

HERE = "{}"
DOORS = [
    ["runs", "show", HERE],
    ["runs", "stop", HERE],
    ["runs", "pause", HERE],
    ["runs", "resume", HERE],
    ["runs", "resume", HERE, "--detach"],
    ["runs", "extend", HERE, "--epochs", "1"],
    ["runs", "kill", HERE],
    ["runs", "compare", HERE, HERE],
    ["runs", "evaluate", HERE],
    ["runs", "delete", HERE],
    ["runs", "restore", HERE],
    ["runs", "rename", HERE, "mine"],
    ["runs", "note", HERE, "mine"],
    ["runs", "tag", HERE, "--add", "mine"],
    ["runs", "star", HERE],
    ["queue", "move", HERE, "1"],
    ["queue", "cancel", HERE],
    ["predict", HERE, "photo.jpg"],
    ["export", HERE, "--format", "keras"],
    ["export", "20260131-142501-k3x9ab", "--format", HERE],
    ["study", "show", HERE],
    ["dataset", "forget", HERE, "--yes"],
    ["dataset", "labels", "sample", "--run", HERE],
    ["dataset", "download", HERE],
]


@pytest.mark.parametrize("door", DOORS, ids=lambda door: " ".join(door))
def test_a_path_is_refused_in_one_line_and_touches_nothing(command, outside, tiny_faces, monkeypatch, door):
    monkeypatch.setattr("core.data.open._sample", lambda settings, on_progress: tiny_faces)
    for kind, value in {**NOT_IDS, "surrogate": "\udcff/../.."}.items():
        answer = command(*(value if part == HERE else part for part in door))
        assert answer.code == 2, (kind, answer)
        [line] = answer.err.splitlines()
        assert len(line) < 8_000, kind
        assert SECRET not in answer.out + answer.err, kind


@pytest.mark.parametrize("words", ["runs delete", "runs star", "runs tag --add x"])
def test_one_path_among_ids_and_nothing_is_changed(command, outside, words):
    group, verb, *options = words.split()
    answer = command(group, verb, "../../outside", "/etc/passwd", *options)
    assert answer.code == 2
