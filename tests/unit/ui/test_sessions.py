"""A session whose time is up is let go, though nobody else comes; one that may come back stays."""

import asyncio
import gc
import weakref
from types import SimpleNamespace

from streamlit.runtime import Runtime
from streamlit.runtime.memory_session_storage import MemorySessionStorage

from core.ui import sessions
from tests.coroutines import run_to_end


class Photo:
    """Something that a session holds."""


def stored(ttl: float) -> tuple[MemorySessionStorage, weakref.ref]:
    """A storage with one session that holds a photo, and whether the photo is still there."""
    photo = Photo()
    storage = MemorySessionStorage(ttl_seconds=ttl)
    storage.save(SimpleNamespace(session=SimpleNamespace(id="one", photo=photo)))
    return storage, weakref.ref(photo)


def test_streamlit_keeps_a_session_past_its_time():
    # Should a later Streamlit not do so, what follows has nothing to guard against.
    storage, photo = stored(0)
    gc.collect()
    assert storage.get("one") is None
    assert photo() is not None


def test_what_is_past_its_time_is_let_go_and_what_is_not_stays():
    late, early = stored(0), stored(60)
    for storage, _ in (late, early):
        sessions.forget_expired(storage)
    gc.collect()
    assert late[1]() is None
    assert early[1]() is not None


def test_another_kind_of_storage_is_left_alone():
    sessions.forget_expired(SimpleNamespace())
    sessions.forget_expired(None)


def test_it_is_done_while_the_server_lives(monkeypatch):
    storage, photo = stored(0)
    server = SimpleNamespace(_session_mgr=SimpleNamespace(_session_storage=storage))
    monkeypatch.setattr(Runtime, "instance", lambda: server)
    monkeypatch.setattr(sessions, "LOOK_EVERY_S", 0.001)

    async def serve() -> None:
        async with sessions.forgetting_sessions():
            for _ in range(1000):
                await asyncio.sleep(0.002)
                if photo() is None:
                    return

    run_to_end(serve())
    gc.collect()
    assert photo() is None


def test_the_server_has_the_parts_that_are_looked_for():
    from streamlit.runtime.websocket_session_manager import WebsocketSessionManager

    manager = WebsocketSessionManager(MemorySessionStorage(), None, None, None)
    assert hasattr(manager._session_storage._cache, "expire")
