"""A file's name from a stranger is shown short, without folders, and cannot turn what it stands in."""

import unicodedata

import pytest

from core.data.images import shown_name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("face.jpg", "face.jpg"),
        ("Ünal & Söhne – Foto (1).jpeg", "Ünal & Söhne – Foto (1).jpeg"),
        ("写真.png", "写真.png"),
        ("/etc/passwd", "passwd"),
        (r"C:\Users\me\face.jpg", "face.jpg"),
        ("../../face.jpg", "face.jpg"),
        ("folder/", "folder"),
        ("two\nlines\tand\x00\x1b[31mmore.jpg", "two lines and[31mmore.jpg"),
        ("invoice\u202egpj.exe", "invoicegpj.exe"),
        ("\u2066left\u2069 \ufeffmark\u200f.jpg", "left mark.jpg"),
        ("a\u2028b\xa0 c.jpg", "a b c.jpg"),
        ("half\ud800.jpg", "half.jpg"),
    ],
)
def test_what_moves_or_hides_is_gone_and_the_rest_stays(name, shown):
    assert shown_name(name) == shown


@pytest.mark.parametrize("name", ["", " ", "/", "..", ".", "a/..", "\u202e\x00", "\u200d", "///\\\\"])
def test_nothing_left_is_the_photo(name):
    assert shown_name(name) == "The photo"


def test_a_long_name_keeps_its_start_and_its_end():
    shown = shown_name("holiday " + "x" * 5000 + " 0042.jpeg")
    assert (
        len(shown) == 80 and shown.startswith("holiday xx") and shown.endswith("x 0042.jpeg") and "…" in shown
    )


def test_every_character_comes_out_harmless_and_once():
    for code in range(0x3000):
        shown = shown_name(f"a{chr(code)}b")
        assert shown_name(shown) == shown
        assert (
            not any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in shown)
            and "/" not in shown
        )
