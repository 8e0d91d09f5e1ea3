"""What people say of a run: its name, star, tags and note, within limits, edited by several at once.

An edit changes the fields it names on the newest content, under the folder's lock, so that two tabs never
take back each other's fields. Whoever edits a text that was shown before says what was shown (`seen`): a text
that changed meanwhile is not replaced. Reading is more lenient than writing: what a run holds is shown.
"""

import unicodedata
from collections.abc import Iterable

from core.errors import ConfigError, RunError, UnknownRunError
from core.runs.lock import folder_lock
from core.runs.records import Notes
from core.runs.store import RunStore

MAX_NAME = 80
MAX_TAGS = 20
MAX_TAG = 40
MAX_NOTE = 10_000
"""All in characters, but for the number of tags."""
BREAKS = "\n\t"
"""Control characters that a note may hold."""
REFUSED = ("Cc", "Cs", "Zl", "Zp")
"""Unicode's categories of control characters, half pairs, and separators of lines and paragraphs."""
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They turn the direction of the text after them, and so can make a name look like another one."""


def clean_name(name: str) -> str:
    """A name without spaces around it, "" for none.

    Raises:
        ConfigError: it is too long or holds control characters.
    """
    return _clean("name", name, MAX_NAME)


def clean_note(note: str) -> str:
    """A note with plain line ends; raises ConfigError as `clean_name` does."""
    return _clean("note", note.replace("\r\n", "\n").replace("\r", "\n"), MAX_NOTE, allowed=BREAKS)


def clean_tag(tag: str) -> str:
    """A tag without spaces around it; raises ConfigError as `clean_name` does, and for an empty one."""
    found = _clean("tag", tag, MAX_TAG)
    if not found:
        raise ConfigError(f"A tag needs at least one character; {tag!r} has none. Leave it out.")
    return found


def merged_tags(
    tags: Iterable[str], *, add: Iterable[str] = (), remove: Iterable[str] = ()
) -> tuple[str, ...]:
    """`tags` with some added and some taken away; letter case makes no new tag, the first spelling stays.

    Raises:
        ConfigError: a tag to add cannot be one, or it would be too many.
    """
    added = [clean_tag(tag) for tag in add]
    away = {_key(tag) for tag in remove}
    found: dict[str, str] = {}
    for tag in (*tags, *added):
        found.setdefault(_key(tag), tag)
    left = tuple(tag for key, tag in found.items() if key not in away)
    if added and len(left) > MAX_TAGS:
        raise ConfigError(f"A run has at most {MAX_TAGS} tags; it would have {len(left)}. Take some away.")
    return left


def edit_notes(
    store: RunStore,
    run_id: str,
    *,
    name: str | None = None,
    star: bool | None = None,
    note: str | None = None,
    add_tags: Iterable[str] = (),
    remove_tags: Iterable[str] = (),
    seen: Notes | None = None,
) -> Notes:
    """Change what is given and leave the rest as it stands now; returns the notes after it.

    Args:
        seen: the notes that were on the screen. A name or note that is to be changed and is another one by
            now is not replaced.

    Raises:
        UnknownRunError: there is no such run.
        NotAllowedError: it belongs to somebody else.
        ConfigError: something is outside its limits; nothing is written.
        RunError: the name or note was changed meanwhile, or the folder cannot be written.
    """
    texts = {
        "name": None if name is None else clean_name(name),
        "note": None if note is None else clean_note(note),
    }
    texts = {field: text for field, text in texts.items() if text is not None}
    run = store.to_change(run_id)
    try:
        with folder_lock(run.path):
            before = run.notes()
            _refuse_lost_update(run_id, before, seen, texts)
            tags = merged_tags(before.tags, add=add_tags, remove=remove_tags)
            starred = before.star if star is None else star
            after = before.model_copy(update={**texts, "star": starred, "tags": tags})
            if after != before:
                run.write_notes(after)
    except FileNotFoundError as error:
        raise UnknownRunError(f"Run {run_id} has just been deleted. Restore it first.") from error
    except OSError as error:
        raise RunError(f"The notes of {run_id} could not be written ({error}). Free some disk.") from error
    store.forget(run_id)
    return after


def _refuse_lost_update(run_id: str, now: Notes, seen: Notes | None, texts: dict[str, str]) -> None:
    for field, text in texts.items():
        there = getattr(now, field)
        if seen is not None and there not in (getattr(seen, field), text):
            raise RunError(
                f"The {field} of {run_id} was changed meanwhile, to {there[:60]!r}. "
                "Look at it, then change it again."
            )


def _clean(what: str, text: str, most: int, *, allowed: str = "") -> str:
    found = unicodedata.normalize("NFC", text).strip()
    if len(found) > most:
        raise ConfigError(f"A {what} has at most {most:,} characters, this one {len(found):,}. Shorten it.")
    if bad := next((letter for letter in found if letter not in allowed and _is_control(letter)), None):
        raise ConfigError(
            f"A {what} holds no control characters, and this one has U+{ord(bad):04X}. Take it out."
        )
    return found


def _is_control(letter: str) -> bool:
    return letter in TURNING or unicodedata.category(letter) in REFUSED


def _key(tag: str) -> str:
    """What makes two tags the same."""
    return unicodedata.normalize("NFC", tag).strip().casefold()
