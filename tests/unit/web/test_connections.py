"""How many tabs may be connected, and how fast they may talk."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.settings import Settings
from core.web.connections import COMINGS, FULL, ConnectionLimits
from core.web.tab import BURST, MESSAGE_BYTES, NOT_UNDERSTOOD, POLICY_VIOLATION, TOO_BIG
from tests.coroutines import run_to_end


class Stay:
    """An app whose websockets stay open until they hear of an end."""

    def __init__(self) -> None:
        self.heard: list[Message] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Accept, then listen."""
        if scope["type"] == "http":
            await Response("page", media_type="text/html")(scope, receive, send)
            return
        await send({"type": "websocket.accept"})
        while True:
            message = await receive()
            self.heard.append(message)
            if message["type"] == "websocket.disconnect":
                return


class Tab:
    """One websocket of a client, and what it was told."""

    def __init__(
        self, app: ASGIApp, client: str, *, answers: bool = True, path: str = "/faces/_stcore/stream"
    ):
        self.inbox: asyncio.Queue[Message] = asyncio.Queue()
        self.inbox.put_nowait({"type": "websocket.connect"})
        self.told: list[Message] = []
        scope = {
            "type": "websocket",
            "path": path,
            "client": (client, 1),
            "headers": [],
            "extensions": {"websocket.http.response": {}} if answers else {},
        }
        self.task = asyncio.create_task(app(scope, self.inbox.get, self._tell))

    async def _tell(self, message: Message) -> None:
        self.told.append(message)

    async def close(self) -> None:
        """Go away."""
        self.inbox.put_nowait({"type": "websocket.disconnect", "code": 1001})
        await self.task


def accepted(tabs: list[Tab]) -> list[bool]:
    """Which of them were let in."""
    return [tab.told[0]["type"] == "websocket.accept" for tab in tabs]


def run(story: Callable[[ConnectionLimits, Stay], Any], settings: Settings) -> None:
    """Play a story of tabs at a house with these limits."""

    async def play() -> None:
        stay = Stay()
        await story(ConnectionLimits(stay, settings), stay)

    run_to_end(play())


def test_one_address_and_all_together_have_so_many_tabs(demo):
    async def story(app: ConnectionLimits, _: Stay) -> None:
        tabs = [Tab(app, client) for client in ("a", "a", "a", "b", "b", "c")]
        await asyncio.sleep(0.01)
        assert accepted(tabs) == [True, True, False, True, False, False]
        assert [message.get("status") for message in tabs[2].told] == [503, None]
        assert tabs[2].told[1]["body"].decode() == FULL
        await tabs[0].close()
        again = [Tab(app, "a"), Tab(app, "a", answers=False)]
        await asyncio.sleep(0.01)
        assert accepted(again) == [True, False]
        assert again[1].told == [{"type": "websocket.close", "code": 1013}]
        for tab in (tabs[1], tabs[3], again[0]):
            await tab.close()
        assert not app._open

    run(story, demo)


def test_a_full_house_says_so_on_a_page_that_tries_again(demo):
    async def fill(app: ConnectionLimits, _: Stay) -> None:
        tabs = [Tab(app, "a"), Tab(app, "a")]
        await asyncio.sleep(0.01)
        sent: list[Message] = []

        async def send(message: Message) -> None:
            sent.append(message)

        async def ask(client: str, accept: bytes) -> int:
            sent.clear()
            scope = {
                "type": "http",
                "method": "GET",
                "path": "/train",
                "client": (client, 1),
                "headers": [(b"accept", accept)],
            }
            await app(scope, tabs[0].inbox.get, send)
            return sent[0]["status"]

        assert await ask("b", b"text/html,*/*") == 200
        assert await ask("a", b"text/css,*/*") == 200
        assert await ask("a", b"text/html,*/*") == 503
        assert (b"retry-after", b"30") in sent[0]["headers"]
        assert FULL.encode() in sent[1]["body"]
        for tab in tabs:
            await tab.close()

    run(fill, demo)


def test_a_flood_of_messages_ends_the_tab_and_a_person_is_not_disturbed(demo):
    async def story(app: ConnectionLimits, stay: Stay) -> None:
        calm = Tab(app, "a")
        for _ in range(50):
            calm.inbox.put_nowait({"type": "websocket.receive", "bytes": b"x"})
        await asyncio.sleep(0.01)
        assert not calm.task.done()
        await calm.close()
        stay.heard.clear()
        flood = Tab(app, "b")
        for _ in range(BURST * 3):
            flood.inbox.put_nowait({"type": "websocket.receive", "bytes": b"x"})
        await asyncio.wait_for(flood.task, 5)
        assert stay.heard[-1] == {"type": "websocket.disconnect", "code": POLICY_VIOLATION}
        assert len(stay.heard) <= BURST + 5
        assert flood.told[-1] == {"type": "websocket.close", "code": POLICY_VIOLATION}

    run(story, demo)


@pytest.mark.parametrize("path", ["/_stcore/stream\n", "/", "/faces/_stcore/stream/", "/_stcore//stream"])
def test_no_way_of_writing_the_address_passes_the_limits(demo, path):
    async def story(app: ConnectionLimits, _: Stay) -> None:
        tabs = [Tab(app, "a", path=path) for _ in range(3)]
        await asyncio.sleep(0.01)
        assert accepted(tabs) == [True, True, False]
        for tab in tabs[:2]:
            await tab.close()

    run(story, demo)


@pytest.mark.parametrize(
    ("said", "code"), [({"bytes": b"x" * (MESSAGE_BYTES + 1)}, TOO_BIG), ({"text": "hello"}, NOT_UNDERSTOOD)]
)
def test_what_no_page_sends_ends_the_tab_unread(demo, said, code):
    async def story(app: ConnectionLimits, stay: Stay) -> None:
        tab = Tab(app, "a")
        tab.inbox.put_nowait({"type": "websocket.receive", "bytes": b"x" * MESSAGE_BYTES})
        tab.inbox.put_nowait({"type": "websocket.receive", **said})
        await asyncio.wait_for(tab.task, 5)
        assert [message["type"] for message in stay.heard] == [
            "websocket.connect",
            "websocket.receive",
            "websocket.disconnect",
        ]
        assert tab.told[-1] == {"type": "websocket.close", "code": code}

    run(story, demo)


def test_who_comes_and_goes_without_end_is_stopped_and_others_are_not(demo):
    """What a tab leaves behind stays in memory for a while."""

    async def come_and_go(app: ConnectionLimits, client: str) -> bool:
        tab = Tab(app, client)
        await asyncio.sleep(0)
        if accepted([tab])[0]:
            await tab.close()
            return True
        await tab.task
        return False

    async def story(app: ConnectionLimits, _: Stay) -> None:
        each = demo.max_connections_per_client * COMINGS
        assert [await come_and_go(app, "a") for _ in range(each + 2)] == [True] * each + [False] * 2
        assert await come_and_go(app, "b")
        # Of all visitors together no more come than three times those that may be here.
        left = demo.max_connections * COMINGS - each - 1
        assert [await come_and_go(app, f"c{i}") for i in range(left + 2)] == [True] * left + [False] * 2

    run(story, demo)


def test_addresses_that_have_long_been_quiet_are_forgotten(demo, monkeypatch):
    monkeypatch.setattr("core.web.connections.MOST_REMEMBERED", 3)
    monkeypatch.setattr("core.web.connections.SECONDS", 1e-6)

    async def story(app: ConnectionLimits, _: Stay) -> None:
        for i in range(10):
            tab = Tab(app, f"c{i}")
            await asyncio.sleep(0.001)
            await tab.close()
        assert len(app._comings_each) <= 3

    run(story, demo)


def test_without_limits_nobody_is_refused(tmp_path):
    async def story(app: ConnectionLimits, _: Stay) -> None:
        tabs = [Tab(app, "a") for _ in range(50)]
        await asyncio.sleep(0.01)
        assert all(accepted(tabs))
        for tab in tabs:
            await tab.close()

    run(story, Settings(artifacts=tmp_path))
