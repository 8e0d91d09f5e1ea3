"""Colours that colour-blind people can tell apart, and how a run or a class looks on every page.

Okabe and Ito, "Color Universal Design", https://jfly.uni-koeln.de/color/. The theme's own colours are in
`.streamlit/config.toml`; charts are drawn in `core.ui.charts`.
"""

from dataclasses import dataclass

from core.runs.ids import turn

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


DASHES = ((5, 4), (1, 3), (12, 4), (8, 3, 1, 3))
"""Of a run's train line, pixels of line and gap; its validation line is solid."""
SYMBOLS = ("circle", "square", "triangle-up", "diamond")
"""Of a run's points, as Vega calls them."""
_SIGNS = "●■▲◆"


@dataclass(frozen=True)
class Look:
    """How a run is drawn. `pattern` picks its dash and its symbol: 0..len(DASHES)-1."""

    color: str
    pattern: int

    @property
    def sign(self) -> str:
        """The symbol as a letter, for text."""
        return _SIGNS[self.pattern]


LOOKS = tuple(Look(color, pattern) for pattern in range(len(DASHES)) for color in RUN_COLORS)
"""All there are; neighbours differ in colour."""


def run_look(run_id: str) -> Look:
    """The look of a run: the same on every page, after every restart."""
    return LOOKS[turn(run_id) % len(LOOKS)]
