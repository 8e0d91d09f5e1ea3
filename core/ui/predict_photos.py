"""The photos on the Predict page: a tray in the visitor's session, and nowhere else.

Photos come in through `core.ui.predict_inlets`; what is in them is found out by `core.ui.predict_reading`.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from core.data.shown_name import shown_name

Source = Literal["upload", "camera", "sample", "test"]
OWN = ("sample", "test")
"""Sources that are images of a data set: they are what training images are, and are not cropped again."""


@dataclass(frozen=True)
class Photo:
    """One photo as it was given.

    Attributes:
        key: tells it from all others of the session.
        name: what it is called on the page; free of paths and control characters.
        content: the file's bytes.
        digest: sha256 of them: the same photo given twice is looked at once.
        source: where it came from.
        drawn: whether it is known to be a drawn face.
        label: what its annotators say of the target, 0 or 1; None where nobody said.
    """

    key: str
    name: str
    content: bytes
    digest: str
    source: Source
    drawn: bool = False
    label: int | None = None


def photo(
    name: str,
    content: bytes,
    source: Source,
    *,
    drawn: bool = False,
    label: int | None = None,
) -> Photo:
    """A photo with a key of its own."""
    serial = st.session_state["photo serial"] = st.session_state.get("photo serial", 0) + 1
    digest = hashlib.sha256(content).hexdigest()
    return Photo(f"photo-{serial}", shown_name(name), content, digest, source, drawn, label)


def tray() -> list[Photo]:
    """The photos of this session, in the order in which they came."""
    return list(_tray().values())


def add(photos: Iterable[Photo], limit: int) -> int:
    """Put photos into the tray, up to `limit` in all; returns how many found no room."""
    left_out = 0
    for given in photos:
        if len(_tray()) < limit:
            _tray()[given.key] = given
        else:
            left_out += 1
    return left_out


def remove(key: str) -> None:
    """Take a photo out of the tray; its bytes go out of memory."""
    _tray().pop(key, None)


def clear(source: Source | None = None) -> None:
    """Take all photos out of the tray, or those of one source."""
    for given in tray():
        if source in (None, given.source):
            remove(given.key)


def _tray() -> dict[str, Photo]:
    return st.session_state.setdefault("tray", {})
