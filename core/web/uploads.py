"""What may come in by upload: bytes and files of a session, how many at once, how slowly.

Streamlit bounds one file and no more. What a session holds is asked of the server itself, so that what was
removed, or went with its session, counts no more.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.errors import ShortOfMemoryError
from core.memory import refuse_when_short
from core.settings import Settings
from core.web.client import client_of

ROUTE = re.compile(r".*/_stcore/upload_file/(?P<session>[^/]+)/[^/]+")
AT_ONCE = 32
"""Uploads of all visitors that are received at the same time: with `server.maxUploadSize` a bound of their
memory. One network address has as many as Predict takes photos at once, so that nobody takes all places."""
GRACE_S, BYTES_A_SECOND = 30, 32 * 1024
"""An upload may take so long, and longer as far as it has come; 32 KiB/s is a poor telephone."""
DROPPED_S, DROPPED_BYTES = 5.0, 64 * 2**20
"""Of a refused upload so much is read and dropped: who is cut off while sending sees no answer at all."""
OVERHEAD = 4096
"""Bytes of a request beside the file itself."""
NO_LENGTH = 411, "An upload says how long it is. Try another browser."


Held = Callable[[str], tuple[int, int]]
"""How many files, and how many bytes, the session of that id holds uploaded."""


class UploadLimits:
    """Refuses what would be too much before it is read.

    Args:
        held: what a session holds.
    """

    def __init__(self, app: ASGIApp, settings: Settings, held: Held):
        self.app = app
        self._settings = settings
        self._held = held
        self._coming: Counter[str] = Counter()
        self._coming_bytes: Counter[str] = Counter()
        self._coming_from: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or refuse it."""
        found = ROUTE.fullmatch(scope["path"]) if scope["type"] == "http" else None
        if found is None or scope["method"] != "PUT":
            await self.app(scope, receive, send)
            return
        session, client = found["session"], client_of(scope)
        length = _length(scope)
        refusal = NO_LENGTH if length is None else self._refusal(session, client, length)
        if refusal:
            status, words = refusal
            await _drop_body(receive)
            await PlainTextResponse(words, status, {"Connection": "close"})(scope, receive, send)
            return
        self._coming_from[client] += 1
        self._coming[session] += 1
        self._coming_bytes[session] += length
        try:
            await self.app(scope, InTime(receive, length), send)
        finally:
            self._coming[session] -= 1
            self._coming_bytes[session] -= length
            self._coming_from[client] -= 1
            self._forget()

    def _forget(self) -> None:
        """Who has nothing under way is nobody to be remembered."""
        self._coming += Counter()
        self._coming_bytes += Counter()
        self._coming_from += Counter()

    def _refusal(self, session: str, client: str, length: int) -> tuple[int, str] | None:
        """Status and words of a refusal; None where the upload may come."""
        files, size = self._held(session)
        files += self._coming[session] + 1
        size += self._coming_bytes[session] + max(0, length - OVERHEAD)
        most_files, most = self._settings.max_session_upload_files, self._settings.max_session_upload_bytes
        if most_files is not None and files > most_files:
            return 413, f"{files} files are more than this demo takes at once ({most_files}). Remove some."
        if most is not None and size > most:
            words = f"{size / 2**20:.0f} MiB are more than this demo takes at once ({most / 2**20:.0f})."
            return 413, f"{words} Remove some."
        if self._coming_from[client] >= self._settings.max_upload_files:
            return 429, "Many files are coming from where you are. Try again in some seconds."
        if self._coming.total() >= AT_ONCE:
            return 503, "Many are uploading just now. Try again in some seconds."
        try:
            refuse_when_short(self._settings)
        except ShortOfMemoryError as error:
            return 503, str(error)
        return None


class InTime:
    """`receive` of one upload, which fails once what has come does not explain how long it takes."""

    def __init__(self, receive: Receive, length: int):
        self._receive = receive
        self._length = length
        self._came = 0
        self._whole = False
        self._start = asyncio.get_running_loop().time()

    async def __call__(self) -> Message:
        """The next piece; raises HTTPException: 408 when it is too late, 413 when it is longer than said."""
        if self._whole:
            return await self._receive()
        until = self._start + GRACE_S + self._came / BYTES_A_SECOND
        try:
            async with asyncio.timeout_at(until):
                message = await self._receive()
        except TimeoutError as error:
            raise HTTPException(408, "The upload took too long. Try a smaller photo.") from error
        self._came += len(message.get("body", b""))
        if self._came > self._length:
            raise HTTPException(413, "The upload is longer than it said.")
        self._whole = not message.get("more_body", False)
        return message


async def _drop_body(receive: Receive) -> None:
    came = 0
    with suppress(TimeoutError):
        async with asyncio.timeout(DROPPED_S):
            while came <= DROPPED_BYTES:
                message = await receive()
                came += len(message.get("body", b""))
                if message["type"] != "http.request" or not message.get("more_body", False):
                    return


def _length(scope: Scope) -> int | None:
    """What a request says of its length; None where it says nothing sound."""
    said = dict(scope["headers"]).get(b"content-length", b"")
    return int(said) if said.isdigit() and len(said) < 16 else None
