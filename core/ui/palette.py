"""Colours that colour-blind people can tell apart, and which of them a run or a class wears on every page.

Okabe and Ito, "Color Universal Design", https://jfly.uni-koeln.de/color/. The theme's own colours are in
`.streamlit/config.toml`; charts are drawn in `core.ui.charts`.
"""

import zlib

BLACK, ORANGE, SKY_BLUE, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
YELLOW, BLUE, VERMILION, PURPLE = "#F0E442", "#0072B2", "#D55E00", "#CC79A7"

OKABE_ITO = (BLACK, ORANGE, SKY_BLUE, GREEN, YELLOW, BLUE, VERMILION, PURPLE)
"""The eight, in the order of the paper."""

RUN_COLORS = (BLUE, ORANGE, GREEN, PURPLE, SKY_BLUE, VERMILION)
"""For runs: black vanishes on the dark theme and yellow on the light one."""

RUN_DASHES = ((1, 0), (6, 3), (2, 3), (8, 3, 2, 3))
"""Stroke patterns in pixels, on and off by turns; the first is a solid line."""

CLASS_COLORS = (ORANGE, BLUE)
"""For the classes 0 and 1 of a target."""

SPLIT_COLORS = {"train": SKY_BLUE, "val": PURPLE, "test": GREEN}
"""For the three splits of a data set: none of the classes' colours."""


def run_color(run_id: str) -> str:
    """The colour of a run: the same on every page, after every restart."""
    return RUN_COLORS[_number(run_id) % len(RUN_COLORS)]


def run_dash(run_id: str) -> list[int]:
    """The stroke pattern of a run, for telling apart two runs that share a colour."""
    return list(RUN_DASHES[_number(run_id) // len(RUN_COLORS) % len(RUN_DASHES)])


def _number(run_id: str) -> int:
    """A number that Python's hash is not: the same in every process."""
    return zlib.crc32(run_id.encode())
