"""The cookie that visitors of a demo are told apart by: random, unreadable for scripts, worth nothing else.

It is set with the page itself, so that the connection that follows carries it. Who throws it away is a new
visitor; the caps on all visitors together hold all the same.
"""

import re
import secrets
from http.cookies import SimpleCookie

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.access import VISITOR_COOKIE
from core.settings import Settings

FORM = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
"""256 random bits in URL-safe base64."""
MAX_AGE_S = 30 * 24 * 3600
CONDITIONS = (b"if-none-match", b"if-modified-since")
HERE = ("'self'", "'none'")
"""Values of `frame_ancestors` by which no other site shows the app in a frame."""


class VisitorCookie:
    """Gives a cookie to whoever asks for a page without a sound one.

    Args:
        base: the path that the app lies under, "" for the root.
    """

    def __init__(self, app: ASGIApp, settings: Settings, base: str = ""):
        self.app = app
        self._path = f"/{base.strip('/')}"
        self._framed = settings.frame_ancestors.strip() not in HERE

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on; only a page's answer gets the cookie."""
        if scope["type"] != "http" or scope["method"] != "GET" or has_cookie(scope):
            await self.app(scope, receive, send)
            return

        # "Not modified" would bring no page, and so no cookie.
        headers = [(name, value) for name, value in scope["headers"] if name not in CONDITIONS]
        scope = {**scope, "headers": headers}

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers.append("Set-Cookie", self._cookie(scope["scheme"] == "https"))
                    # What carries a cookie of one visitor must not be kept for others.
                    headers["Cache-Control"] = "no-store"
            await send(message)

        await self.app(scope, receive, send_with_cookie)

    def _cookie(self, secure: bool) -> str:
        cookie = SimpleCookie({VISITOR_COOKIE: secrets.token_urlsafe(32)})[VISITOR_COOKIE]
        cookie["httponly"] = True
        cookie["path"] = self._path
        cookie["max-age"] = MAX_AGE_S
        # Browsers send a cookie in another site's frame only when it says so, and only over https.
        cookie["samesite"] = "None" if self._framed else "Lax"
        cookie["secure"] = secure or self._framed
        words = cookie.OutputString()
        return f"{words}; Partitioned" if self._framed else words


def has_cookie(scope: Scope) -> bool:
    """Whether a request carries a cookie of the form that is given out."""
    return FORM.fullmatch(HTTPConnection(scope).cookies.get(VISITOR_COOKIE, "")) is not None
