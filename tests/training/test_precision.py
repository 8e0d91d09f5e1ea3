"""Which arithmetic: measured once on a machine, remembered, measured again on another."""

import pytest

from core.model import precision
from core.model.precision import CHOICES, Choice, choose_precision


@pytest.fixture
def measured(monkeypatch) -> list[str]:
    """Measurements made, each of which finds bfloat16 the faster."""
    made = []

    def measure():
        made.append("measured")
        return {"precision": "mixed_bfloat16", "reason": "it was faster"}

    monkeypatch.setattr(precision, "_measure", measure)
    return made


@pytest.mark.parametrize("asked", CHOICES)
def test_what_is_asked_for_is_taken_without_measuring(settings, measured, asked):
    assert choose_precision(asked, settings) == Choice(asked, "asked for")
    assert measured == []


def test_a_machine_is_measured_once_and_the_reason_is_kept(settings, measured):
    first, second = (choose_precision("auto", settings) for _ in range(2))
    assert first == second
    assert first.precision == "mixed_bfloat16"
    assert "it was faster" in first.reason
    assert precision.processor() in first.reason
    assert len(measured) == 1


def test_another_processor_is_measured_again(settings, measured, monkeypatch):
    choose_precision("auto", settings)
    monkeypatch.setattr(precision, "processor", lambda: "another")
    assert "another" in choose_precision("auto", settings).reason
    assert len(measured) == 2


@pytest.mark.parametrize("content", ["{", "[]", ""])
def test_a_damaged_memory_is_measured_again(settings, measured, content):
    settings.artifacts.mkdir()
    (settings.artifacts / "precision.json").write_text(content)
    assert choose_precision("auto", settings).precision == "mixed_bfloat16"
    assert len(measured) == 1


@pytest.mark.parametrize(("slower", "best"), [("float32", "mixed_bfloat16"), ("mixed_bfloat16", "float32")])
def test_the_faster_wins(monkeypatch, slower, best):
    monkeypatch.setattr(
        precision,
        "_seconds_a_step",
        lambda model, *_: 2.0 if model.layers[0].dtype_policy.name == slower else 1.0,
    )
    assert precision._measure()["precision"] == best


def test_bfloat16_that_differs_is_not_taken_however_fast(monkeypatch):
    monkeypatch.setattr(
        precision,
        "_seconds_a_step",
        lambda model, *_: 2.0 if model.layers[0].dtype_policy.name == "float32" else 1.0,
    )
    monkeypatch.setattr(precision, "AGREEMENT", 0.0)
    found = precision._measure()
    assert found["precision"] == "float32"
    assert "differs" in found["reason"]
