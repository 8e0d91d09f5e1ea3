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

CLASS_COLORS = (ORANGE, BLUE)
"""For the classes 0 and 1 of a target."""

SPLIT_COLORS = {"train": SKY_BLUE, "val": PURPLE, "test": GREEN}
"""For the three splits of a data set: none of the classes' colours."""


def run_color(run_id: str) -> str:
    """The colour of a run: the same on every page, after every restart."""
    # Python's own hash of a text differs from process to process.
    return RUN_COLORS[zlib.crc32(run_id.encode()) % len(RUN_COLORS)]
