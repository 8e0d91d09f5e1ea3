"""New work is refused while the server, or the container that it is in, is near its limit of memory."""

import pytest

from core import memory
from core.errors import ShortOfMemoryError
from core.memory import cgroup_limit, refuse_when_short, resident_bytes
from core.settings import Settings

MIB = 2**20


@pytest.fixture
def container(tmp_path, monkeypatch):
    """A control group of version 2 as a container sees its own; returns what writes one file of it."""
    (tmp_path / "cgroup").mkdir()
    (tmp_path / "self").write_text("4:memory:/\n0::/\n")
    monkeypatch.setattr(memory, "CGROUPS", tmp_path / "cgroup")
    monkeypatch.setattr(memory, "OWN_CGROUP", tmp_path / "self")

    def write(limit: object, used: int, unused_pages: int = 0) -> None:
        for name, value in (
            ("memory.max", limit),
            ("memory.current", used),
            ("memory.stat", f"anon 5\ninactive_file {unused_pages}"),
        ):
            (tmp_path / "cgroup" / name).write_text(f"{value}\n")

    return write


def host(**settings) -> Settings:
    return Settings(**{"max_server_bytes": 64 * 2**30, **settings})


def test_this_process_holds_some_memory():
    assert 10 * MIB < resident_bytes() < 64 * 2**30


def test_a_server_beyond_its_hosts_limit_takes_no_new_work():
    with pytest.raises(ShortOfMemoryError, match=r"The server holds [\d,]+ MiB of the 256 MiB"):
        ballast = b"x" * (300 * MIB)
        refuse_when_short(Settings(max_server_bytes=256 * MIB))
    assert ballast


def test_one_within_its_limit_does(container):
    container("max", 10 * MIB)
    refuse_when_short(host())


def test_a_container_near_its_limit_takes_no_new_work(container):
    container(1000 * MIB, 950 * MIB)
    with pytest.raises(ShortOfMemoryError, match="with all that trains holds 950 MiB of the 1,000 MiB"):
        refuse_when_short(host())


def test_pages_that_the_system_takes_back_do_not_count(container):
    container(1000 * MIB, 950 * MIB, unused_pages=200 * MIB)
    refuse_when_short(host())


def test_the_limit_of_a_group_above_counts(container, tmp_path):
    container(1000 * MIB, 10 * MIB)
    (tmp_path / "self").write_text("0::/below\n")
    assert cgroup_limit() == 1000 * MIB


def test_without_control_groups_there_is_no_limit(container, tmp_path):
    (tmp_path / "self").unlink()
    assert cgroup_limit() is None
    refuse_when_short(host())


def test_on_a_machine_of_ones_own_nothing_is_refused(container):
    container(1000 * MIB, 1000 * MIB)
    refuse_when_short(Settings(max_server_bytes=None))
