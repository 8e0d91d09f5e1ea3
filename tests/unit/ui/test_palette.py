"""Colours of runs, classes and splits."""

from core.runs.ids import new_run_id
from core.ui import palette


def test_a_run_keeps_its_colour_for_good() -> None:
    assert palette.run_color("20260131-142501-k3x9ab") == palette.run_color("20260131-142501-k3x9ab")
    assert palette.run_color("20260131-142501-k3x9ab") == palette.BLUE


def test_every_colour_of_runs_is_used_and_all_are_okabe_and_itos() -> None:
    used = {palette.run_color(new_run_id()) for _ in range(500)}
    assert used == set(palette.RUN_COLORS) <= set(palette.OKABE_ITO)


def test_splits_and_classes_share_no_colour() -> None:
    assert len({*palette.CLASS_COLORS, *palette.SPLIT_COLORS.values()}) == 5
