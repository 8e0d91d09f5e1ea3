"""Bundles for the pages: one at a time, the newest few kept, and never one of another state of the run."""

import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from core.errors import RunBusyError
from core.jobs.export import KEPT, Exports, Making
from core.runs.export_formats import Format
from core.settings import Settings
from tests.unit.jobs.conftest import PATIENCE_S

RUN, OTHER = "20260101-000000-aaaaaa", "20260101-000000-bbbbbb"

PRETENDER = """#!{python}
import sys, time
from pathlib import Path

words = sys.argv[1:]
gate = Path({gate!r})
print("I0000 00:00:1795576603.975632 5023 port.cc:153] oneDNN", file=sys.stderr, flush=True)
print("Writing it.", file=sys.stderr, flush=True)
while gate.exists():
    time.sleep(0.01)
if "onnx" in words:
    print("Format onnx failed.", file=sys.stderr)
    sys.exit(1)
card = Path(words[words.index("--card") + 1]).read_text() if "--card" in words else ""
Path(words[words.index("--out") + 1]).write_text(card or "no card")
"""


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """While this file is there no export ends."""
    return tmp_path / "gate"


@pytest.fixture
def exports(settings: Settings, tmp_path: Path, gate: Path, monkeypatch: pytest.MonkeyPatch) -> Exports:
    """Exports whose process only pretends."""
    script = tmp_path / "pretender"
    script.write_text(PRETENDER.format(python=sys.executable, gate=str(gate)))
    script.chmod(0o755)
    monkeypatch.setattr("core.jobs.export.sys", SimpleNamespace(executable=str(script)))
    return Exports(settings)


def ended(exports: Exports, run_id: str, form: Format = Format.KERAS, stamp: str = "then") -> Making:
    """How an export stands once it has ended."""
    deadline = time.monotonic() + PATIENCE_S
    while (making := exports.making(run_id, form, stamp)).running:
        assert time.monotonic() < deadline, "the export did not end"
        time.sleep(0.01)
    return making


def test_a_bundle_is_there_when_its_process_has_ended_well(exports):
    assert exports.making(RUN, Format.KERAS, "then") is None
    exports.start(RUN, Format.KERAS, "then", card="# A card")
    assert ended(exports, RUN).bundle.read_text() == "# A card"


def test_a_failed_export_has_its_last_words_and_no_bundle(exports):
    exports.start(RUN, Format.ONNX, "then")
    making = ended(exports, RUN, Format.ONNX)
    assert (making.words, making.bundle) == ("Format onnx failed.", None)


def test_what_it_is_at_is_told_without_the_noise_of_libraries(exports, gate):
    gate.touch()
    exports.start(RUN, Format.KERAS, "then")
    deadline = time.monotonic() + PATIENCE_S
    while not (making := exports.making(RUN, Format.KERAS, "then")).words:
        assert time.monotonic() < deadline
    assert (making.running, making.words) == (True, "Writing it.")
    gate.unlink()
    ended(exports, RUN)


def test_one_is_made_at_a_time_and_asking_twice_makes_one(exports, gate):
    gate.touch()
    exports.start(RUN, Format.KERAS, "then")
    exports.start(RUN, Format.KERAS, "then")
    with pytest.raises(RunBusyError, match=f"{RUN}-keras"):
        exports.start(OTHER, Format.KERAS, "then")
    gate.unlink()
    ended(exports, RUN)
    exports.start(OTHER, Format.KERAS, "then")
    assert ended(exports, OTHER).bundle


def test_a_run_that_was_trained_further_has_no_bundle_yet(exports):
    exports.start(RUN, Format.KERAS, "then")
    ended(exports, RUN)
    assert exports.making(RUN, Format.KERAS, "later") is None


def test_only_the_newest_bundles_stay(exports):
    runs = [f"20260101-00000{i}-aaaaaa" for i in range(KEPT + 2)]
    for run_id in runs:
        exports.start(run_id, Format.KERAS, "then")
        ended(exports, run_id)
    kept = {path.stem for path in exports.folder.glob("*.zip")}
    assert kept == {f"{run_id}-keras" for run_id in runs[-KEPT:]}
    assert exports.making(runs[0], Format.KERAS, "then").bundle is None
