"""The server that the load and the soak are let loose on: a host with runs that answer, as visitors find it.

It listens on 127.0.0.1 alone, with the options of Streamlit that a demo insists on, in either mode.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from core.data import open_dataset
from core.runs import RunStore
from core.runs.ids import new_run_id
from core.settings import Settings, read_settings
from tests.bench.conditions import say
from tests.bench.server_resources import Reading, read
from tests.browser.demo import DEMO
from tests.browser.predicting import train_on_photographs
from tests.browser.serving import Server, serving

RUNS = 20
"""Runs that the host shows: one that is trained here, and copies of it."""
SESSION_TTL_S = int(DEMO["STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL"])


@dataclass(frozen=True)
class DemoHost:
    """A running host.

    Attributes:
        run_id: a run that answers photos.
        temporary: the server's TMPDIR.
    """

    server: Server
    settings: Settings
    run_id: str
    temporary: Path

    def read(self) -> Reading:
        """What the server takes now."""
        return read(self.server, self.temporary)


@contextmanager
def demo_host(mode: str) -> Iterator[DemoHost]:
    """A host in this mode, "demo" or "local", with its faces drawn and `RUNS` runs; gone at the end."""
    with TemporaryDirectory(prefix="lineament-bench-") as name:
        folder, temporary = Path(name), Path(name) / "tmp"
        temporary.mkdir()
        say("training a run to ask, drawing the faces …")
        trained = train_on_photographs(folder)
        settings = read_settings(mode=mode, artifacts=trained.settings.artifacts, data_roots=(folder,))
        _all_faces(settings)
        _copies(RunStore(settings.runs).get(trained.run_id).path, RUNS - 1)
        variables = {**DEMO, "LINEAMENT_MODE": mode, "TMPDIR": str(temporary)}
        with serving(folder, settings=settings, variables=variables) as server:
            yield DemoHost(replace(server, settings=settings), settings, trained.run_id, temporary)


def _all_faces(settings: Settings) -> None:
    """Draw the whole synthetic set in the place of the few that the run was trained on."""
    for drawn in settings.datasets.glob("synthetic-*"):
        shutil.rmtree(drawn)
    open_dataset("sample", settings=settings)


def _copies(run: Path, count: int) -> None:
    for _ in range(count):
        shutil.copytree(run, run.parent / new_run_id())
