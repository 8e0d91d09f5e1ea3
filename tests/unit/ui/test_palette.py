"""Colours of runs, classes and splits."""

from core.runs.ids import TURNS, new_run_id
from core.ui import palette


def test_a_run_keeps_its_look_for_good() -> None:
    assert palette.run_look("20260131-142501-k3x9ab") == palette.Look(palette.BLUE, 3)


def test_every_look_of_runs_is_used_and_all_colours_are_okabe_and_itos() -> None:
    assert {palette.run_look(new_run_id()) for _ in range(TURNS)} == set(palette.LOOKS)
    assert set(palette.RUN_COLORS) <= set(palette.OKABE_ITO)


def test_runs_made_one_after_another_have_different_colours() -> None:
    colors = [palette.run_look(new_run_id()).color for _ in palette.RUN_COLORS]
    assert len(set(colors)) == len(palette.RUN_COLORS)


def test_there_is_a_look_for_each_turn() -> None:
    assert len(set(palette.LOOKS)) == TURNS == len(palette.RUN_COLORS) * len(palette.DASHES)
    assert len(palette.DASHES) == len(palette.SYMBOLS) == len({look.sign for look in palette.LOOKS})


def test_splits_and_classes_share_no_colour() -> None:
    assert len({*palette.CLASS_COLORS, *palette.SPLIT_COLORS.values()}) == 5
