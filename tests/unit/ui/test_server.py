"""What a visitor of a demo hears of an error, and what one's own app tells."""

import logging

import pytest
import streamlit as st

from core.access import HOST, Access
from core.ui import server

SECRET = "the secret of /home/me"


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is shown as an error."""
    found: list[str] = []
    monkeypatch.setattr(st, "error", lambda text, **_: found.append(text))
    return found


def test_a_visitor_hears_of_an_error_by_its_id_alone(monkeypatch, said, caplog):
    monkeypatch.setattr(server, "access", lambda: Access("a" * 32))
    with caplog.at_level(logging.ERROR):
        assert server.show_script_error(ValueError(SECRET)) is True
    [text] = said
    [record] = caplog.records
    assert record.error_id in text
    assert SECRET not in text
    assert SECRET in str(record.exc_info[1])


def test_on_ones_own_machine_an_error_is_shown_whole(monkeypatch, said):
    monkeypatch.setattr(server, "access", lambda: HOST)
    assert server.show_script_error(ValueError(SECRET)) is False
    assert said == []
