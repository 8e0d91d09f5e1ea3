"""The plain words for attributes and for what a label says of a photo, on the pages and outside of them."""

_SAID_WITH_NOT = frozenset(
    {"Attractive", "Bald", "Blurry", "Chubby", "Mouth_Slightly_Open", "Smiling", "Young"}
)
_OWN_WORDS = {"Male": ("woman", "man")}


def attribute_words(attribute: str) -> str:
    """An attribute's name in plain words: "Wearing_Earrings" is "wearing earrings"."""
    return attribute.replace("_", " ").strip().lower()


def class_words(target: str, label: int) -> str:
    """What label 0 or 1 of a target says of a photo: "woman" or "man", "no bangs", "not smiling"."""
    if target in _OWN_WORDS:
        return _OWN_WORDS[target][label]
    words = attribute_words(target)
    if words.startswith("no "):
        return words if label else words.removeprefix("no ")
    if label:
        return words
    return f"not {words}" if target in _SAID_WITH_NOT or target.startswith("Wearing_") else f"no {words}"
