"""The addresses for whoever watches the host."""

import asyncio

from starlette.applications import Starlette

from core.runs.lock import release_lock, take_lock
from core.web.health import Lately, health_routes, readiness
from tests.coroutines import run_to_end
from tests.unit.web.asgi import answered


def test_health_says_whether_the_process_is_up_under_the_apps_own_path(demo):
    for base, path in (("", "/healthz"), ("faces", "/faces/healthz"), ("/faces/", "/faces/healthz")):
        app = Starlette(routes=health_routes(demo, base))
        assert answered(app, path)[0::2] == (200, b'{"status":"ok"}')
    assert answered(app, "/healthz")[0] == 404


def test_readiness_names_what_is_missing(demo):
    assert readiness(demo) == {
        "artifacts_writable": True,
        "queue_served": False,
        "disk_free": True,
        "memory_free": True,
    }
    queue = demo.artifacts / "queue"
    queue.mkdir()
    handle = take_lock(queue / "scheduler.lock")
    try:
        app = Starlette(routes=health_routes(demo, ""))
        assert answered(app, "/readyz")[0] == 200
        full = demo.model_copy(update={"min_free_bytes": 2**62})
        assert readiness(full)["disk_free"] is False
        assert answered(Starlette(routes=health_routes(full, "")), "/readyz")[0] == 503
        assert readiness(demo.model_copy(update={"max_server_bytes": 1}))["memory_free"] is False
    finally:
        release_lock(handle)
    file = demo.artifacts / "a file"
    file.touch()
    assert readiness(demo.model_copy(update={"artifacts": file}))["artifacts_writable"] is False
    assert sorted(path.name for path in demo.artifacts.iterdir()) == ["a file", "queue"]


def test_who_asks_without_end_does_not_keep_the_disk_busy():
    looked = []

    def look() -> dict[str, bool]:
        looked.append(1)
        return {"disk_free": len(looked) > 1}

    async def story() -> None:
        lately = Lately(look)
        answers = await asyncio.gather(*(lately.get() for _ in range(50)))
        assert (looked, answers) == ([1], [{"disk_free": False}] * 50)
        lately._until = 0.0
        assert await lately.get() == {"disk_free": True}

    run_to_end(story())
