"""How many browser tabs may be connected, in all and from one network address, and how often one may come.

A tab is one websocket. Whoever comes when the house is full gets a page that says so, and its browser tries
again by itself. A tab that goes leaves its session behind for a while: by coming and going one could fill the
server's memory, so that comings are limited too.
"""

from collections import Counter, defaultdict

from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from core.settings import Settings
from core.web.bucket import Bucket
from core.web.client import client_of
from core.web.tab import Tab

RETRY_S = 30
COMINGS, SECONDS = 3, 10
"""Tabs that may be opened at once, in times of those that may be open; they come again in so many seconds."""
MOST_REMEMBERED = 1000
"""Addresses whose comings are counted before those that have long been quiet are forgotten."""
TRY_AGAIN_LATER = 1013
"""Code of a closed websocket, in the registry of RFC 6455."""

FULL = "This demo is full just now. It tries again by itself; or come back in some minutes."
FULL_PAGE = f"""<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="{RETRY_S}"><title>Lineament</title></head>
<body style="font-family: system-ui, sans-serif; margin: 15vh auto; max-width: 32rem; padding: 0 1rem">
<h1>Lineament</h1><p>{FULL}</p></body></html>"""


class ConnectionLimits:
    """Counts websockets and refuses those over the limits."""

    def __init__(self, app: ASGIApp, settings: Settings):
        self.app = app
        self._most, self._most_each = settings.max_connections, settings.max_connections_per_client
        self._open: Counter[str] = Counter()
        self._comings = _comings(self._most)
        self._comings_each: defaultdict[str, Bucket] = defaultdict(lambda: _comings(self._most_each))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or say that the house is full."""
        # Every websocket counts: an address with a line break at its end leads to the same place.
        if scope["type"] == "websocket":
            await self._stream(scope, receive, send)
        elif scope["type"] == "http" and _is_page(scope) and self._is_full(client_of(scope)):
            headers = {"Retry-After": str(RETRY_S)}
            await HTMLResponse(FULL_PAGE, 503, headers)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _is_full(self, client: str) -> bool:
        return (
            _reached(self._open.total(), self._most)
            or _reached(self._open[client], self._most_each)
            or self._comings.held() < 1
            or (client in self._comings_each and self._comings_each[client].held() < 1)
        )

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = client_of(scope)
        if self._is_full(client):
            await _refuse(scope, receive, send)
            return
        self._comings.take()
        self._comings_each[client].take()
        self._open[client] += 1
        tab = Tab(receive, send)
        try:
            await self.app(scope, tab.receive, tab.send)
        finally:
            self._open[client] -= 1
            self._forget()

    def _forget(self) -> None:
        """An address that has gone leaves nothing behind."""
        self._open += Counter()
        if len(self._comings_each) > MOST_REMEMBERED:
            for client in [client for client, bucket in self._comings_each.items() if bucket.is_full()]:
                del self._comings_each[client]


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


def _reached(number: int, most: int | None) -> bool:
    return most is not None and number >= most


def _comings(most: int | None) -> Bucket:
    return Bucket(float("inf"), 0) if most is None else Bucket(COMINGS * most, most / SECONDS)
