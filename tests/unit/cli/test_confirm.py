"""The question before what cannot be undone: only a yes counts."""

import io
import sys

import pytest

from core.cli.confirm import confirm
from core.errors import InputError


@pytest.fixture
def typed(monkeypatch):
    """`typed("y")`: somebody sits at the terminal and types that."""

    def types(answer: str) -> None:
        terminal = io.StringIO(answer)
        terminal.isatty = lambda: True
        monkeypatch.setattr(sys, "stdin", terminal)

    return types


@pytest.mark.parametrize("answer", ["y\n", "YES\n", " yes "])
def test_a_typed_yes_is_one_and_the_question_was_asked(typed, capsys, answer):
    typed(answer)
    confirm("Delete it?", False)
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "Delete it? [y/N] ")


@pytest.mark.parametrize("answer", ["\n", "n\n", "", "yess\n"])
def test_anything_else_is_a_no(typed, answer):
    typed(answer)
    with pytest.raises(InputError, match="Nothing was deleted"):
        confirm("Delete it?", False)


def test_a_yes_given_beforehand_is_not_asked_for(typed, capsys):
    typed("n\n")
    confirm("Delete it?", True)
    assert capsys.readouterr().err == ""


def test_where_nobody_can_be_asked_the_option_is_named(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    with pytest.raises(InputError, match="add --yes"):
        confirm("Delete it?", False)
