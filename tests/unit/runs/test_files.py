"""Small files of a run: damage is named, a torn end is forgiven."""

import math

import pytest

from core.errors import RunDamagedError
from core.runs import files


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"3", b"\xff\xfe", b"[" * 100_000, b'{"a": 1}{}'])
def test_what_is_no_json_object_is_named_as_damaged(tmp_path, content):
    (tmp_path / "state.json").write_bytes(content)
    with pytest.raises(RunDamagedError, match=r"state\.json"):
        files.read_json(tmp_path / "state.json")


def test_a_giant_json_is_refused_before_it_is_parsed(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MAX_JSON_BYTES", 10)
    (tmp_path / "x.json").write_text('{"a": "0123456789"}')
    with pytest.raises(RunDamagedError, match="10 bytes"):
        files.read_json(tmp_path / "x.json")


def test_appended_numbers_that_are_not_finite_become_null(tmp_path):
    files.append_json(tmp_path / "p.jsonl", {"loss": math.nan, "deep": [math.inf]})
    assert files.read_last_json(tmp_path / "p.jsonl") == {"loss": None, "deep": [None]}


def test_the_last_whole_line_counts(tmp_path):
    path = tmp_path / "p.jsonl"
    assert files.read_last_json(path) is None
    files.append_json(path, {"step": 1})
    files.append_json(path, {"step": 2})
    with path.open("a") as file:
        file.write('{"step": 3')
    assert files.read_last_json(path) == {"step": 2}


def test_rubbish_at_the_end_of_a_line_file_is_passed_over(tmp_path):
    path = tmp_path / "p.jsonl"
    path.write_bytes(b'{"step": 1}\n[2]\nnull\n\x00\x00\x00\n\xff\n')
    assert files.read_last_json(path) == {"step": 1}


def test_only_the_end_of_a_long_line_file_is_read(tmp_path):
    path = tmp_path / "p.jsonl"
    for step in range(500):
        files.append_json(path, {"step": step})
    assert files.read_last_json(path, tail=64) == {"step": 499}


def test_a_torn_last_row_of_a_csv_is_ignored(tmp_path):
    path = tmp_path / "history.csv"
    whole = [{"epoch": 0.0, "loss": 0.5}, {"epoch": 1.0, "loss": 0.25}]
    path.write_text("epoch,loss\n0,0.5\n1,0.25\n2,0.1")
    assert files.read_csv_rows(path) == whole
    path.write_text("epoch,loss\n0,0.5\n1,0.25\n2\n")
    assert files.read_csv_rows(path) == whole
    path.write_text("epoch,loss\n0,0.5\n1,0.25\n2,0.1,7\n")
    assert files.read_csv_rows(path) == whole


@pytest.mark.parametrize("content", ["", "epoch,loss", "epoch,loss\n", "\n\n", "epoch,loss\nx,y\n"])
def test_a_csv_without_rows_has_none(tmp_path, content):
    (tmp_path / "history.csv").write_text(content)
    assert files.read_csv_rows(tmp_path / "history.csv") == []


def test_rows_come_back_exactly(tmp_path):
    rows = [{"epoch": 0.0, "loss": 0.1 + 0.2}, {"epoch": 1.0, "loss": 1e-12}]
    files.write_csv_rows(tmp_path / "h.csv", rows)
    assert files.read_csv_rows(tmp_path / "h.csv") == rows
    files.write_csv_rows(tmp_path / "h.csv", [])
    assert files.read_csv_rows(tmp_path / "h.csv") == []


def test_the_tail_of_a_log_is_its_end(tmp_path):
    assert files.read_tail(tmp_path / "log.txt", 5) == ""
    (tmp_path / "log.txt").write_bytes(b"0123456789")
    assert files.read_tail(tmp_path / "log.txt", 4) == "6789"
    assert files.read_tail(tmp_path / "log.txt", 400) == "0123456789"
    (tmp_path / "log.txt").write_bytes("ü".encode())
    assert files.read_tail(tmp_path / "log.txt", 1) == "�"
