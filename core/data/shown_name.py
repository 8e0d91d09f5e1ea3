"""A file's name as it may be shown: names come from strangers, and stand in messages, pages and tables.

What a page or a CSV must escape besides is theirs.
"""

import re
import unicodedata

LONGEST = 80
"""Characters of a shown name."""
UNNAMED = "The photo"

_HEAD, _TAIL = 50, 29
"""Characters kept of a longer name, before and after the ellipsis: the end has the number and the ending."""
_LOOKED_AT = 1000
"""Characters looked at from either end."""
_JOINERS = "\u200c\u200d"
"""Zero-width joiners: Persian words and some emoji fall apart without them, and they move nothing."""


def shown_name(name: str) -> str:
    """The last part of a path, in 80 characters at most, all with a shape; "The photo" where none are left.

    Folders go, for / and \\ alike; so do control characters, marks that turn the direction of writing,
    everything else without a shape, and half characters. A longer name loses its middle.
    """
    parts = [part for part in re.split(r"[/\\]", name) if part.strip()]
    last = parts[-1] if parts else ""
    if len(last) > 2 * _LOOKED_AT:
        last = last[:_LOOKED_AT] + last[-_LOOKED_AT:]
    shown = " ".join("".join(map(_shown, last)).split())
    if len(shown) > LONGEST:
        shown = f"{shown[:_HEAD]}…{shown[-_TAIL:]}"
    return shown if shown.strip("." + _JOINERS) else UNNAMED


def _shown(character: str) -> str:
    """The character, a space for any kind of gap, nothing for what has no shape (Unicode's categories C)."""
    if character.isspace():
        return " "
    return "" if unicodedata.category(character)[0] == "C" and character not in _JOINERS else character
