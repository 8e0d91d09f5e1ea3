"""What may be uploaded, how much of it, how many at once, how slowly."""

import asyncio

import pytest
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.settings import Settings
from core.web.uploads import AT_ONCE, BYTES_A_SECOND, OVERHEAD, InTime, UploadLimits
from tests.coroutines import run_to_end
from tests.unit.web.asgi import PAGES, answered

UPLOAD = "/_stcore/upload_file/session/file"
THIRTY_BYTES = {
    "type": "http",
    "method": "PUT",
    "path": UPLOAD,
    "client": ("192.0.2.1", 1),
    "headers": [(b"content-length", b"30")],
}


def put(app: ASGIApp, size: int | None, *, path: str = UPLOAD, body: bytes = b"") -> tuple[int, str]:
    """Status and words of the answer to an upload that says it has so many bytes."""
    headers = {} if size is None else {"content-length": str(size)}
    status, _, words = answered(app, path, method="PUT", headers=headers, body=body)
    return status, words.decode()


@pytest.mark.parametrize("path", [UPLOAD, f"/faces{UPLOAD}"])
def test_a_session_holds_so_many_files_and_bytes(demo, path):
    held = [0, 0]
    app = UploadLimits(PAGES, demo, lambda session: tuple(held))
    assert put(app, 1000 + OVERHEAD, path=path)[0] == 200
    assert put(app, 1001 + OVERHEAD, path=path)[0] == 413
    held[:] = [1, 990]
    assert put(app, 10 + OVERHEAD, path=path)[0] == 200
    assert put(app, 11 + OVERHEAD, path=path) == (
        413,
        "0 MiB are more than this demo takes at once (0). Remove some.",
    )
    held[:] = [2, 0]
    status, words = put(app, 1, path=path)
    assert (status, words) == (413, "3 files are more than this demo takes at once (2). Remove some.")


@pytest.mark.parametrize("said", [None, "-1", "1e3", "0x10", "9" * 17, "1 2"])
def test_an_upload_says_how_long_it_is(demo, said):
    app = UploadLimits(PAGES, demo, lambda session: (0, 0))
    headers = {} if said is None else {"content-length": said}
    assert answered(app, UPLOAD, method="PUT", headers=headers)[0] == 411


def test_what_is_no_upload_passes(demo):
    app = UploadLimits(PAGES, demo, lambda session: (99, 10**9))
    assert answered(app, UPLOAD, method="DELETE")[0] == 200
    assert answered(app, "/train")[0] == 200


def test_a_server_short_of_memory_takes_no_upload(demo):
    short = demo.model_copy(update={"max_server_bytes": 1})
    status, words = put(UploadLimits(PAGES, short, lambda session: (0, 0)), 10)
    assert status == 503
    assert "memory" in words.lower() or "MiB" in words


def all_at_once(demo: Settings, clients: list[str]) -> list[int]:
    """Statuses of uploads that come at the same time, one of each client named; the last comes after all."""
    most = demo.model_copy(update={"max_session_upload_files": 1000})
    statuses: list[int] = []

    async def story() -> None:
        gate = asyncio.Event()

        async def slow(scope: Scope, receive: Receive, send: Send) -> None:
            await gate.wait()
            await Response("")(scope, receive, send)

        app = UploadLimits(slow, most, lambda session: (0, 0))

        async def one(i: int) -> None:
            async def send(message: Message) -> None:
                if message["type"] == "http.response.start":
                    statuses.append(message["status"])

            async def receive() -> Message:
                return {"type": "http.request", "body": b"", "more_body": False}

            scope = {
                "type": "http",
                "method": "PUT",
                "path": f"/_stcore/upload_file/s{i}/f",
                "headers": [(b"content-length", b"10")],
                "client": (clients[i], 5000),
            }
            await app(scope, receive, send)

        tasks = [asyncio.create_task(one(i)) for i in range(len(clients) - 1)]
        await asyncio.sleep(0.05)
        gate.set()
        await asyncio.gather(*tasks)
        await one(len(clients) - 1)
        assert not app._coming and not app._coming_from and not app._coming_bytes

    run_to_end(story())
    return statuses


def test_many_uploads_at_once_are_refused_and_what_ended_counts_no_more(demo):
    statuses = all_at_once(demo, [f"192.0.2.{i}" for i in range(101)])
    assert sorted(statuses) == [200] * (AT_ONCE + 1) + [503] * (100 - AT_ONCE)


def test_nobody_takes_all_places_for_uploads(demo):
    each = demo.max_upload_files
    assert each < AT_ONCE
    statuses = all_at_once(demo, ["192.0.2.1"] * 50 + ["192.0.2.2"] * 3 + ["192.0.2.1"])
    assert sorted(statuses) == [200] * (each + 3 + 1) + [429] * (50 - each)


def test_a_slow_upload_ends(monkeypatch):
    monkeypatch.setattr("core.web.uploads.GRACE_S", 0.05)

    async def never() -> Message:
        await asyncio.sleep(60)
        raise AssertionError

    async def slow() -> None:
        await InTime(never, 10)()

    with pytest.raises(Exception, match="took too long") as caught:
        run_to_end(slow())
    assert caught.value.status_code == 408


def test_an_upload_that_is_longer_than_it_said_ends():
    async def more() -> Message:
        return {"type": "http.request", "body": b"x" * 6, "more_body": True}

    async def read_twice() -> None:
        receive = InTime(more, 10)
        await receive()
        await receive()

    with pytest.raises(Exception, match="longer") as caught:
        run_to_end(read_twice())
    assert caught.value.status_code == 413


def test_an_upload_that_says_much_and_sends_little_ends_soon(monkeypatch):
    """Its length gives it no time; what has come does."""
    monkeypatch.setattr("core.web.uploads.GRACE_S", 0.05)

    async def read(first: int) -> float:
        pieces = iter([b"x" * first])

        async def stalls() -> Message:
            if (piece := next(pieces, None)) is None:
                await asyncio.sleep(60)
            return {"type": "http.request", "body": piece, "more_body": True}

        receive, start = InTime(stalls, 10**9), asyncio.get_running_loop().time()
        with pytest.raises(Exception, match="took too long"):
            while True:
                await receive()
        return asyncio.get_running_loop().time() - start

    assert run_to_end(read(1)) < 1
    assert run_to_end(read(BYTES_A_SECOND // 4)) >= 0.25


def test_who_listens_for_an_end_after_the_whole_upload_waits_in_peace(monkeypatch):
    monkeypatch.setattr("core.web.uploads.GRACE_S", 0.5)
    messages = [{"type": "http.request", "body": b"x"}, {"type": "http.disconnect"}]

    async def later() -> Message:
        await asyncio.sleep(0 if len(messages) == 2 else 0.7)
        return messages.pop(0)

    async def story() -> list[str]:
        receive = InTime(later, 1)
        return [(await receive())["type"] for _ in range(2)]

    assert run_to_end(story()) == ["http.request", "http.disconnect"]


def test_a_refused_upload_is_read_so_far_that_its_sender_sees_why(demo, monkeypatch):
    app = UploadLimits(PAGES, demo, lambda session: (2, 0))
    sent, left = [], [b"x" * 10] * 3

    async def receive() -> Message:
        left.pop()
        return {"type": "http.request", "body": b"x" * 10, "more_body": bool(left)}

    async def send(message: Message) -> None:
        sent.append((message["type"], len(left)))

    run_to_end(app(THIRTY_BYTES, receive, send))
    assert sent[0] == ("http.response.start", 0)


def test_a_refused_upload_without_end_is_cut(demo, monkeypatch):
    monkeypatch.setattr("core.web.uploads.DROPPED_BYTES", 100)
    app = UploadLimits(PAGES, demo, lambda session: (2, 0))
    pieces = []

    async def receive() -> Message:
        pieces.append(1)
        return {"type": "http.request", "body": b"x" * 10, "more_body": True}

    async def send(message: Message) -> None:
        return None

    run_to_end(app(THIRTY_BYTES, receive, send))
    assert 10 < len(pieces) < 15
