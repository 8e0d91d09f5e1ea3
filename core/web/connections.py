"""How many browser tabs may be connected, in all and from one network address, and how fast they may talk.

A tab is one websocket. Whoever comes when the house is full gets a page that says so, and its browser tries
again by itself. Behind a proxy the address is the one that the proxy names, if the server trusts it
(`FORWARDED_ALLOW_IPS` of uvicorn; by default a proxy on the same machine).
"""

import time
from collections import Counter

from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.settings import Settings

STREAM = "/_stcore/stream"
RETRY_S = 30
BURST, PER_SECOND = 200, 20
"""Messages that a tab may send at once, and a second in the long run. A person sends one a click."""
POLICY_VIOLATION, TRY_AGAIN_LATER = 1008, 1013
"""Codes of a closed websocket, RFC 6455 section 7.4 and its registry."""

FULL = "This demo is full just now. It tries again by itself; or come back in some minutes."
FULL_PAGE = f"""<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="{RETRY_S}"><title>Lineament</title></head>
<body style="font-family: system-ui, sans-serif; margin: 15vh auto; max-width: 32rem; padding: 0 1rem">
<h1>Lineament</h1><p>{FULL}</p></body></html>"""


class ConnectionLimits:
    """Counts websockets and refuses those over the limits; closes one that floods."""

    def __init__(self, app: ASGIApp, settings: Settings):
        self.app = app
        self._most, self._most_each = settings.max_connections, settings.max_connections_per_client
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or say that the house is full."""
        if scope["type"] == "websocket" and scope["path"].endswith(STREAM):
            await self._stream(scope, receive, send)
        elif scope["type"] == "http" and _is_page(scope) and self._is_full(_client(scope)):
            headers = {"Retry-After": str(RETRY_S)}
            await HTMLResponse(FULL_PAGE, 503, headers)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _is_full(self, client: str) -> bool:
        return _reached(self._open.total(), self._most) or _reached(self._open[client], self._most_each)

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = _client(scope)
        if self._is_full(client):
            await _refuse(scope, receive, send)
            return
        self._open[client] += 1
        try:
            await self.app(scope, Throttled(receive), send)
        finally:
            self._open[client] -= 1
            # An address that has gone leaves nothing behind.
            self._open += Counter()


class Throttled:
    """`receive` of one websocket; it ends for whoever sends more than `PER_SECOND` after the first `BURST`.

    A token bucket: the app hears of a closed connection, and leaves it.
    """

    def __init__(self, receive: Receive):
        self._receive = receive
        self._left, self._at = float(BURST), time.monotonic()

    async def __call__(self) -> Message:
        """The next message."""
        message = await self._receive()
        now = time.monotonic()
        self._left = min(BURST, self._left + (now - self._at) * PER_SECOND) - 1
        self._at = now
        if self._left < 0 and message["type"] == "websocket.receive":
            return {"type": "websocket.disconnect", "code": POLICY_VIOLATION}
        return message


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    await receive()
    if "websocket.http.response" in scope.get("extensions", {}):
        answer = PlainTextResponse(FULL, 503, {"Retry-After": str(RETRY_S)})
        await send(
            {
                "type": "websocket.http.response.start",
                "status": answer.status_code,
                "headers": answer.raw_headers,
            }
        )
        await send({"type": "websocket.http.response.body", "body": answer.body})
    else:
        await send({"type": "websocket.close", "code": TRY_AGAIN_LATER})


def _is_page(scope: Scope) -> bool:
    """Whether a browser asks for a page to show, and not for a part of one."""
    wanted = dict(scope["headers"]).get(b"accept", b"")
    return scope["method"] == "GET" and b"text/html" in wanted


def _client(scope: Scope) -> str:
    return scope["client"][0] if scope.get("client") else ""


def _reached(number: int, most: int | None) -> bool:
    return most is not None and number >= most
