"""What labels say together, in words: "Women wear heavy make-up in 62 % …", "man with heavy make-up: 9 …"."""

from core.data.associations import Leaning
from core.data.label_rules import Rule
from core.data.words import attribute_words, class_words

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
    "Wearing_Hat": "wear a hat",
    "Wearing_Necklace": "wear a necklace",
    "Wearing_Necktie": "wear a necktie",
}
_WORN = "Wearing_"
_A_BEARD = {"no beard": "a beard"}
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


def exception_words(rule: Rule) -> str:
    """Who breaks a rule, and of how many: "man with heavy make-up: 9 of 2,739 men"."""
    given = rule.given, rule.given_label
    who = _described(given, (rule.then, 1 - rule.then_label), plural=False)
    return f"{who}: {rule.broken:,} of {rule.support:,} {_described(given, plural=True)}"


def _described(*labels: tuple[str, int], plural: bool) -> str:
    """Somebody with these labels: "young woman without a beard", "faces with a goatee"."""
    noun, before, after = ("faces" if plural else "face"), [], []
    for attribute, label in labels:
        verb, rest = predicate(attribute).split(" ", 1)
        if attribute in _GROUPS:
            noun = _GROUPS[attribute][label] if plural else class_words(attribute, label)
        elif verb == "are":
            before.append(rest if label else f"not {rest}")
        else:
            # "have no beard" has its own no: with that label somebody is without a beard.
            lacks = rest.startswith("no ")
            after.append(f"{'with' if bool(label) != lacks else 'without'} {_A_BEARD.get(rest, rest)}")
    return " ".join([*before, noun, " and ".join(after)]).rstrip()


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
