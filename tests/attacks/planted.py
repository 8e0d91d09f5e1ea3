"""Texts that would be more than text: planted wherever a person can write, and looked for on every page."""

MARK = "zqx"
"""Stands in every planted text, and in nothing of ours."""

PLANTED = (
    f"![{MARK}](http://{MARK}.test/a.png)",
    f"[{MARK}](javascript:alert(1))",
    f"<img src=x onerror=alert('{MARK}')>",
    f"<script>alert('{MARK}')</script>",
    f":red[{MARK}]",
    f":red-badge[{MARK}]",
    f"**{MARK}** `{MARK}` ~~{MARK}~~",
    f"${MARK}$ $$x^2$$",
    f":material/delete: {MARK} :tada:",
    f"# {MARK}",
    f"http://{MARK}.test/ www.{MARK}.test me@{MARK}.test",
    f'=HYPERLINK("http://{MARK}.test")',
)
LIVE = (
    f"![{MARK}](",
    f"[{MARK}](",
    "<img",
    "<script",
    f":red[{MARK}",
    f":red-badge[{MARK}",
    f"**{MARK}",
    f"`{MARK}",
    f"~~{MARK}",
    f"${MARK}",
    ":material/delete: zqx",
    ":tada:",
    f"# {MARK}",
)
"""What must not stand in a text that is read as Markdown: each sign there has lost its meaning."""
ADDRESSES = (f"http://{MARK}", f"www.{MARK}", f"@{MARK}")
IN_HTML = ("<img", "<script", "<a ")


def live(text: str) -> list[str]:
    """The signs of planted texts that would act in Markdown."""
    unescaped = [sign for sign in LIVE if sign in text and MARK in text]
    # An escaped heading sign leaves "# zqx" behind a backslash.
    found = [sign for sign in unescaped if f"\\{sign}" not in text]
    # Addresses become links after the escapes are gone.
    return found + [sign for sign in ADDRESSES if sign in text.replace("\\", "")]
