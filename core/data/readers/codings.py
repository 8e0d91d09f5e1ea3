"""Which values of a column mean yes and which no, where that can be told without asking."""

from collections.abc import Collection
from typing import NamedTuple

_YES, _NO = frozenset({"1", "yes", "y", "true"}), frozenset({"0", "-1", "no", "n", "false"})
"""May stand in one column together: all are plain, but for 0 beside -1, one of which may mean unknown."""
_PAIRS = (
    ("t", "f"),
    ("m", "f"),
    ("male", "female"),
    ("man", "woman"),
    ("men", "women"),
    ("m", "w"),
    ("present", "absent"),
    ("positive", "negative"),
)
_MALE = frozenset({"m", "male", "man", "men"})
_FEMALE = frozenset({"f", "female", "w", "woman", "women"})


class Coding(NamedTuple):
    """Values that mean yes, and values that mean no, in small letters."""

    positive: frozenset[str]
    negative: frozenset[str]


def coding_of(values: Collection[str]) -> Coding | None:
    """How a column is coded that has these values; None where that cannot be told.

    Args:
        values: the different values, as `value_key` writes them, blank ones left out.
    """
    found = frozenset(values)
    if not found:
        return None
    if found <= _YES | _NO and not {"0", "-1"} <= found:
        return Coding(_YES, _NO - ({"-1"} if "0" in found else {"0"} if "-1" in found else frozenset()))
    for yes, no in _PAIRS:
        # One value alone could be of either of two pairs.
        if found == {yes, no}:
            return Coding(frozenset({yes}), frozenset({no}))
    return None


def same_meaning(chosen: Collection[str], others: Collection[str]) -> list[str]:
    """Of `others` those that say yes, or no, as plainly as a chosen value does: `1` beside `yes`."""
    return sorted(
        value for words in (_YES, _NO) if words & frozenset(chosen) for value in words & frozenset(others)
    )


def attribute_name(column: str, positive: Collection[str]) -> str:
    """What an attribute is called whose yes is one of these values: "Male", "glasses", "hair_blond"."""
    values = frozenset(positive)
    if values <= _MALE:
        return "Male"
    if values <= _FEMALE:
        return "Female"
    if values & (_YES | {"t", "present", "positive"}):
        return column
    return f"{column}_{'_'.join(sorted(values))}"
