"""A leaning of one attribute on another as a sentence: "Women wear heavy make-up in 62 % of images …"."""

from core.data.associations import Leaning
from core.data.words import attribute_words

_GROUPS = {"Male": ("women", "men")}
"""Whom an attribute with its own words divides people into: without it, with it."""
_ARE = frozenset({"Attractive", "Bald", "Blurry", "Chubby", "Male", "Smiling", "Young"})
_OWN = {
    "5_o_Clock_Shadow": "have a 5 o'clock shadow",
    "Big_Nose": "have a big nose",
    "Double_Chin": "have a double chin",
    "Eyeglasses": "wear eyeglasses",
    "Goatee": "have a goatee",
    "Heavy_Makeup": "wear heavy make-up",
    "Male": "are men",
    "Mouth_Slightly_Open": "have the mouth slightly open",
    "Mustache": "have a moustache",
    "Oval_Face": "have an oval face",
    "Pale_Skin": "have pale skin",
    "Pointy_Nose": "have a pointy nose",
    "Receding_Hairline": "have a receding hairline",
}
_WORN = "Wearing_"
_ONE = {"are": "is", "have": "has", "wear": "wears"}


def leaning_words(leaning: Leaning) -> str:
    """What is found: "Women wear heavy make-up in 62 % of images, men in 0.3 %". No full stop."""
    (first, rate), (second, other_rate) = _groups(leaning)
    subject = first[0].upper() + first[1:]
    found = f"{subject} {predicate(leaning.attribute)} in {percent(rate)} of images"
    return f"{found}, {second} in {percent(other_rate)}"


def warning_words(leaning: Leaning) -> str:
    """The same, and what a model of `leaning.by` may make of it; with a full stop."""
    verb, rest = predicate(leaning.attribute).split(" ", 1)
    what = "who is a man" if leaning.attribute == "Male" else f"who {_ONE[verb]} {rest}"
    return f"{leaning_words(leaning)}: a model may learn {what} instead."


def predicate(attribute: str) -> str:
    """What people with an attribute do: "wear a hat", "are young", "have bangs"."""
    if attribute in _OWN:
        return _OWN[attribute]
    if attribute.startswith(_WORN):
        return f"wear {attribute_words(attribute.removeprefix(_WORN))}"
    return f"{'are' if attribute in _ARE else 'have'} {attribute_words(attribute)}"


def percent(rate: float) -> str:
    """A share of 0..1: "62 %", "0.3 %", "97.5 %"; one that is not 0 or 1 never looks like it."""
    if rate in (0, 1) or 0.1 <= rate <= 0.9:
        return f"{100 * rate:.0f} %"
    if rate < 0.001:
        return "under 0.1 %"
    return "over 99.9 %" if rate > 0.999 else f"{100 * rate:.1f} %"


def _groups(leaning: Leaning) -> list[tuple[str, float]]:
    """The two groups in words with their rates; women or men first, whichever has more of it."""
    without, with_it = leaning.rates
    if leaning.by in _GROUPS:
        named = zip(_GROUPS[leaning.by], leaning.rates, strict=True)
        return sorted(named, key=lambda group: -group[1])
    return [(f"those who {predicate(leaning.by)}", with_it), ("the others", without)]
