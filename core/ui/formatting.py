"""How numbers, times and labels are written on the pages. Pure text; draws nothing.

What attributes and labels are called is `core.data.words`'s, handed on from here.
Shares have four decimals, as in the report, and stand with their n.
"""

import re
from datetime import UTC, datetime

import pandas as pd

from core.data.words import attribute_words as attribute_words
from core.data.words import class_words as class_words
from core.evaluation import Interval

NOTHING = "–"
"""Stands where there is no number yet."""

SPLIT_WORDS = {"train": "train", "val": "validation", "test": "test"}
"""The splits as the report calls them."""

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&^=])")
_PARTED = re.compile(r":(?=[\w+-]+(?:/\w+)?:|//)|@(?=[-\w])|www(?=\.)", re.IGNORECASE)
_WORD_JOINER = "\u2060"


def share(value: float | None) -> str:
    """A share in 0..1 with four decimals: "0.9526"; a dash when there is none."""
    return NOTHING if value is None else f"{value:.4f}"


def with_interval(value: float, interval: Interval, n: int) -> str:
    """A share with its interval, how that was made, and n: "0.9526 (0.9444 to 0.9597, Wilson, n = 3,000)"."""
    ends = f"{share(interval.low)} to {share(interval.high)}"
    return f"{share(value)} ({ends}, {plain(interval.method)}, n = {n:,})"


def interval_words(interval: Interval | None, n: int) -> str:
    """An accuracy's interval, how it was made, and n: "95 % interval 0.9014 to 0.9673 (Wilson), n = 200"."""
    if interval is None:
        return "not scored"
    ends = f"{share(interval.low)} to {share(interval.high)}"
    return f"95 % interval {ends} ({plain(interval.method)}), n = {n:,}"


def seconds(value: float) -> str:
    """A duration in the two largest units that matter: "1 min 35 s"."""
    whole = round(value)
    if whole < 1:
        return "under 1 s"
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    if minutes:
        return f"{minutes} min {left} s" if left else f"{minutes} min"
    return f"{left} s"


def size(n: int) -> str:
    """Bytes in the unit that fits, in steps of 1,000: "12 kB", "3.4 MB", "1.2 GB"."""
    if n < 1_000_000:
        return f"{n / 1000:.0f} kB" if n >= 1000 else f"{n} bytes"
    return f"{n / 1e9:.1f} GB" if n >= 1e9 else f"{n / 1e6:.1f} MB"


def when(iso: str | None, now: datetime | None = None) -> str:
    """How long ago a moment was: "just now", "5 min ago", "2 h ago", "3 days ago"; "" for None."""
    if not iso:
        return ""
    passed = ((now or datetime.now(UTC)) - datetime.fromisoformat(iso)).total_seconds()
    if passed < 60:
        return "just now"
    if passed < 3600:
        return f"{passed // 60:.0f} min ago"
    if passed < 86_400:
        return f"{passed // 3600:.0f} h ago"
    days = int(passed // 86_400)
    return "1 day ago" if days == 1 else f"{days} days ago"


def count(n: int, noun: str, plural: str = "") -> str:
    """A number with its noun: "1 photo", "2,000 photos"."""
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


def plain(text: str) -> str:
    """User text for a place that reads Markdown: every sign that Markdown could act on is escaped.

    Streamlit looks for `:material/add:` and `:tada:`, and for addresses to make links of (`http://…`,
    `www.…`, `a@b.c`), after Markdown has taken the escapes away, so an invisible word joiner parts them.
    """
    return _MARKDOWN.sub(r"\\\1", _PARTED.sub(rf"\g<0>{_WORD_JOINER}", " ".join(text.split())))


def as_text(table: pd.DataFrame) -> pd.DataFrame:
    """The table for `st.table`, which reads headings, index and cells as Markdown; numbers stay numbers."""
    made = table.map(_plain_cell)
    heads, rows = ([_plain_cell(name) for name in names] for names in (table.columns, table.index))
    return made.set_axis(heads, axis=1).set_axis(rows)


def _plain_cell(value: object) -> object:
    return plain(value) if isinstance(value, str) else value
