"""Ids come in, never paths: what is not exactly an id names no folder."""

from datetime import UTC, datetime

import pytest

from core.errors import UnknownRunError
from core.runs.ids import is_run_id, new_run_id, run_path

GOOD = "20260131-142501-k3x9ab"
HOSTILE = [
    "",
    ".",
    "..",
    "../20260131-142501-k3x9ab",
    "/etc",
    "/etc/passwd",
    "~",
    "a/b",
    "runs\\x",
    GOOD + "\n",
    "\n" + GOOD,
    GOOD + "\0",
    GOOD + "/",
    GOOD + "/..",
    GOOD + " ",
    GOOD.upper(),
    "20260131-142501-k3x9a",
    "20260131-142501-k3x9abc",
    "２０２６0131-142501-k3x9ab",
    "٢٠٢٦٠١٣١-142501-k3x9ab",
    "20260131-142501-k3x9aé",
    ".new-" + GOOD,
    "%2e%2e",
    "a" * 100_000,
]


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda text: ascii(text)[:30])
def test_what_is_not_an_id_is_refused_in_one_line(tmp_path, hostile):
    assert not is_run_id(hostile)
    with pytest.raises(UnknownRunError) as raised:
        run_path(tmp_path, hostile)
    assert len(str(raised.value)) < 300
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("hostile", [None, 3, b"20260131-142501-k3x9ab", ["x"]])
def test_what_is_not_even_text_is_refused(tmp_path, hostile):
    with pytest.raises(UnknownRunError):
        run_path(tmp_path, hostile)


def test_an_id_is_a_folder_directly_under_runs(tmp_path):
    assert run_path(tmp_path, GOOD) == tmp_path / GOOD


def test_a_linked_folder_is_refused(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / GOOD).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UnknownRunError, match="link"):
        run_path(tmp_path, GOOD)


def test_new_ids_are_ids_sort_by_time_and_differ():
    early, late = datetime(2026, 1, 31, 14, 25, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    assert is_run_id(new_run_id())
    assert new_run_id(early) < new_run_id(late)
    assert new_run_id(early).startswith("20260131-142501-")
    assert len({new_run_id(early) for _ in range(500)}) == 500
