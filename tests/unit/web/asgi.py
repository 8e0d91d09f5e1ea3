"""Asking an ASGI app, and a small app to ask: what goes in at the edge of a layer, and what comes out."""

from http.cookies import SimpleCookie
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message

from tests.coroutines import run_to_end


def answered(
    app: ASGIApp,
    path: str = "/",
    *,
    method: str = "GET",
    headers: dict[str, str] | None = None,
    body: bytes = b"",
    client: str = "192.0.2.1",
    scheme: str = "http",
) -> tuple[int, list[tuple[str, str]], bytes]:
    """Status, headers and body of an answer."""
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "scheme": scheme,
        "server": ("localhost", 80),
        "client": (client, 5000),
        "headers": [(k.lower().encode(), v.encode()) for k, v in (headers or {}).items()],
        "extensions": {},
    }
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    run_to_end(app(scope, receive, send))
    start = sent[0]
    return (
        start["status"],
        [(k.decode(), v.decode()) for k, v in start["headers"]],
        b"".join(m.get("body", b"") for m in sent[1:]),
    )


async def page(request: Request) -> Response:
    """A page, a thing that is no page, or an upload."""
    if request.url.path.endswith(".js"):
        return JSONResponse({})
    await request.body()
    return HTMLResponse("<h1>faces</h1>" if "if-none-match" not in request.headers else "", 200)


PAGES = Starlette(routes=[Route("/{path:path}", page, methods=["GET", "PUT", "DELETE"])])


def cookies(headers: list[tuple[str, str]]) -> dict[str, Any]:
    """The cookies that an answer sets."""
    found = SimpleCookie()
    for name, value in headers:
        if name == "set-cookie":
            found.load(value)
    return dict(found)
