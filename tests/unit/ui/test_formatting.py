"""How numbers, times and labels are written."""

from datetime import UTC, datetime, timedelta

import pytest

from core.data import ATTRIBUTES
from core.evaluation import Interval
from core.ui import formatting

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)


def test_shares_have_four_decimals_and_their_n() -> None:
    assert formatting.share(0.95264) == "0.9526"
    assert formatting.share(1.0) == "1.0000"
    assert formatting.share(None) == "–"
    wilson = Interval(0.8256, 0.9448, "Wilson")
    assert formatting.with_interval(0.9, wilson, 100) == "0.9000 (0.8256 to 0.9448, Wilson, n = 100)"
    assert formatting.interval_words(wilson, 100) == "95 % interval 0.8256 to 0.9448 (Wilson), n = 100"
    assert formatting.interval_words(None, 100) == "not scored"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.2, "under 1 s"),
        (59.6, "1 min"),
        (95, "1 min 35 s"),
        (3600, "1 h"),
        (7_260, "2 h 1 min"),
        (42, "42 s"),
    ],
)
def test_durations_are_written_in_the_units_that_matter(value: float, words: str) -> None:
    assert formatting.seconds(value) == words


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=5), "just now"),
        (timedelta(minutes=59), "59 min ago"),
        (timedelta(hours=2), "2 h ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=9), "9 days ago"),
    ],
)
def test_moments_are_told_by_how_long_ago_they_were(ago: timedelta, words: str) -> None:
    assert formatting.when((NOW - ago).isoformat(), NOW) == words


def test_no_moment_is_no_words() -> None:
    assert formatting.when(None) == ""


@pytest.mark.parametrize(
    ("target", "without", "with_it"),
    [
        ("Male", "woman", "man"),
        ("Smiling", "not smiling", "smiling"),
        ("Wearing_Earrings", "not wearing earrings", "wearing earrings"),
        ("Black_Hair", "no black hair", "black hair"),
        ("No_Beard", "beard", "no beard"),
    ],
)
def test_classes_have_plain_words(target: str, without: str, with_it: str) -> None:
    assert (formatting.class_words(target, 0), formatting.class_words(target, 1)) == (without, with_it)


def test_no_two_classes_share_their_words() -> None:
    words = [formatting.class_words(name, label) for name in ATTRIBUTES for label in (0, 1)]
    assert len(set(words)) == 2 * len(ATTRIBUTES)
    assert not any("_" in word for word in words)


def test_counts_agree_with_their_noun() -> None:
    assert formatting.count(1, "photo") == "1 photo"
    assert formatting.count(2000, "photo") == "2,000 photos"
    assert formatting.count(0, "entry", "entries") == "0 entries"


def test_user_text_cannot_become_markup() -> None:
    hostile = "a_b*c* [x](http://y) :red[z] $1$ <i>\n# title"
    escaped = formatting.plain(hostile)
    assert escaped.replace("\\", "").replace("\u2060", "") == hostile.replace("\n", " ")
    for sign in "_*[]()<>:$#":
        assert all(escaped[i - 1] == "\\" for i, char in enumerate(escaped) if char == sign)


@pytest.mark.parametrize("code", [":material/add:", ":tada:", ":+1:", ":streamlit:"])
def test_user_text_cannot_become_an_icon(code: str) -> None:
    shown = formatting.plain(f"a {code} b").replace("\\", "")
    assert code not in shown
    assert shown.replace("\u2060", "") == f"a {code} b"


@pytest.mark.parametrize("address", ["http://a.test/b", "HTTPS://a.test", "www.a.test", "me@a.test"])
def test_user_text_cannot_become_a_link(address: str) -> None:
    shown = formatting.plain(f"see {address} there").replace("\\", "")
    assert address not in shown
    assert shown.replace("\u2060", "") == f"see {address} there"
