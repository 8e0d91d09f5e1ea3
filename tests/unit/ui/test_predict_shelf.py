"""What the shelf of models promises: loaded once, ahead of time where asked, and no failure in silence."""

import threading
from collections.abc import Callable

import pytest

from core.ui.predict_shelf import ModelShelf

PATIENCE_S = 10
"""How long a thread of these tests may take; they take milliseconds."""


class Loads:
    """Counts what is loaded; waits for `gate` where there is one."""

    def __init__(self, gate: threading.Event | None = None, error: Exception | None = None):
        self.asked: list[str] = []
        self.begun = threading.Event()
        self.gate, self.error = gate, error

    def __call__(self, name: str) -> Callable[[], str]:
        def load() -> str:
            self.asked.append(name)
            self.begun.set()
            if self.gate:
                assert self.gate.wait(PATIENCE_S)
            if self.error:
                raise self.error
            return f"model {name}"

        return load


def idle() -> None:
    """Wait until nothing is loaded in the background any more."""
    for thread in threading.enumerate():
        if thread.name == "model warm-up":
            thread.join(PATIENCE_S)
            assert not thread.is_alive()


def test_a_model_is_loaded_once() -> None:
    shelf, load = ModelShelf(2), Loads()
    assert shelf.get("a", load("a")) == shelf.get("a", load("a")) == "model a"
    assert load.asked == ["a"]


def test_the_longest_unused_model_makes_room() -> None:
    shelf, load = ModelShelf(2), Loads()
    for name in ("a", "b", "a", "c", "a", "b"):
        shelf.get(name, load(name))
    assert load.asked == ["a", "b", "c", "b"]


def test_a_model_fetched_ahead_is_not_loaded_again() -> None:
    shelf, load = ModelShelf(2), Loads()
    shelf.fetch_ahead("a", load("a"))
    assert shelf.get("a", load("a")) == "model a"
    idle()
    shelf.fetch_ahead("a", load("a"))
    idle()
    assert load.asked == ["a"]


def test_fetching_ahead_returns_while_the_model_still_loads() -> None:
    gate = threading.Event()
    shelf, load = ModelShelf(2), Loads(gate)
    shelf.fetch_ahead("a", load("a"))
    assert load.begun.wait(PATIENCE_S)
    threading.Timer(0.01, gate.set).start()
    # Whoever wants it meanwhile waits for the one load.
    assert shelf.get("a", load("a")) == "model a"
    assert load.asked == ["a"]
    idle()


def test_of_many_wishes_only_the_last_is_fetched() -> None:
    gate = threading.Event()
    shelf, load = ModelShelf(5), Loads(gate)
    shelf.fetch_ahead("a", load("a"))
    assert load.begun.wait(PATIENCE_S)
    for name in ("b", "c", "d"):
        shelf.fetch_ahead(name, load(name))
    gate.set()
    idle()
    assert load.asked == ["a", "d"]


def test_a_failure_ahead_of_time_meets_whoever_wants_the_model(capsys: pytest.CaptureFixture[str]) -> None:
    shelf, bad, good = ModelShelf(2), Loads(error=ValueError("a damaged file")), Loads()
    shelf.fetch_ahead("a", bad("a"))
    idle()
    assert capsys.readouterr().err == ""
    shelf.fetch_ahead("a", bad("a"))
    idle()
    assert bad.asked == ["a"]
    with pytest.raises(ValueError, match="a damaged file"):
        shelf.get("a", bad("a"))
    assert shelf.get("a", good("a")) == "model a"


def test_one_who_waits_for_a_load_that_fails_is_told() -> None:
    gate = threading.Event()
    shelf, load = ModelShelf(2), Loads(gate, ValueError("a damaged file"))
    shelf.fetch_ahead("a", load("a"))
    assert load.begun.wait(PATIENCE_S)
    threading.Timer(0.01, gate.set).start()
    with pytest.raises(ValueError, match="a damaged file"):
        shelf.get("a", load("a"))
    idle()
