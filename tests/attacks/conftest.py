"""What attacks share: a host with pages and a command line, and an eye on every file that is touched."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app.conftest import host as host
from tests.app.conftest import own_main as own_main
from tests.unit.cli.conftest import command as command

SECRET = "what nobody may see"
LOOKED_AT = (
    "open",
    "os.listdir",
    "os.scandir",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.mkdir",
    "shutil.rmtree",
)
"""Events of Python that name a path: https://docs.python.org/3/library/audit_events.html."""


class Watch:
    """Remembers which paths under a folder, or of the system's accounts, were touched."""

    def __init__(self) -> None:
        self.folder: Path | None = None
        self.touched: list[str] = []

    def hear(self, event: str, arguments: tuple) -> None:
        if self.folder is None or event not in LOOKED_AT or not arguments:
            return
        path = arguments[0]
        if isinstance(path, str | bytes | os.PathLike) and b"\0" not in os.fsencode(path):
            real = _reached(Path(os.fsdecode(path)), event, arguments)
            if real.startswith(str(self.folder)) or real in ("/etc/passwd", "/dev/zero"):
                self.touched.append(f"{event} {real}")


def _reached(path: Path, event: str, arguments: tuple) -> str:
    """What is reached by that name: a link's end, but for what takes the link itself or refuses it."""
    itself = event in ("os.remove", "os.rename", "os.rmdir", "os.mkdir")
    refused = event == "open" and isinstance(arguments[2], int) and arguments[2] & os.O_NOFOLLOW
    return str(path.parent.resolve() / path.name if itself or refused else path.resolve())


_watch = Watch()
# An audit hook stays for good; it hears nothing unless a test watches.
sys.addaudithook(_watch.hear)


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Path]:
    """A folder beside artifacts that holds a secret; a test fails if anything in it was touched."""
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "secret.txt").write_text(SECRET)
    _watch.folder, _watch.touched = folder, []
    yield folder
    _watch.folder = None
    assert _watch.touched == []
    assert [path.name for path in folder.iterdir()] == ["secret.txt"]
    assert (folder / "secret.txt").read_text() == SECRET
