"""What may be uploaded, how much of it, how many at once, how slowly."""

import asyncio

import pytest
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.web.uploads import AT_ONCE, OVERHEAD, InTime, UploadLimits
from tests.unit.web.asgi import PAGES, answered

UPLOAD = "/_stcore/upload_file/session/file"


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


def test_many_uploads_at_once_are_refused_and_what_ended_counts_no_more(demo):
    most = demo.model_copy(update={"max_session_upload_files": 1000})
    inside = []

    async def all_at_once() -> list[int]:
        gate = asyncio.Event()

        async def slow(scope: Scope, receive: Receive, send: Send) -> None:
            inside.append(1)
            await gate.wait()
            await Response("")(scope, receive, send)

        app = UploadLimits(slow, most, lambda session: (0, 0))
        statuses: list[int] = []

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
            }
            await app(scope, receive, send)

        tasks = [asyncio.create_task(one(i)) for i in range(100)]
        await asyncio.sleep(0.05)
        assert len(inside) == AT_ONCE
        gate.set()
        await asyncio.gather(*tasks)
        await one(100)
        return statuses

    statuses = asyncio.run(all_at_once())
    assert sorted(statuses) == [200] * (AT_ONCE + 1) + [503] * (100 - AT_ONCE)


def test_a_slow_upload_ends(monkeypatch):
    monkeypatch.setattr("core.web.uploads.GRACE_S", 0.05)

    async def never() -> Message:
        await asyncio.sleep(60)
        raise AssertionError

    async def slow() -> None:
        await InTime(never, 10)()

    with pytest.raises(Exception, match="took too long") as caught:
        asyncio.run(slow())
    assert caught.value.status_code == 408


def test_an_upload_that_is_longer_than_it_said_ends():
    async def more() -> Message:
        return {"type": "http.request", "body": b"x" * 6, "more_body": True}

    async def read_twice() -> None:
        receive = InTime(more, 10)
        await receive()
        await receive()

    with pytest.raises(Exception, match="longer") as caught:
        asyncio.run(read_twice())
    assert caught.value.status_code == 413
