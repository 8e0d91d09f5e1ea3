"""A hundred at once at the queue and at the uploads: how far they come, and whether the server lives."""

import asyncio
import time
from collections import Counter
from contextlib import suppress
from functools import partial

from streamlit.proto.Common_pb2 import FileURLs

from core.access import HOST
from core.errors import LineamentError
from core.jobs import JobQueue, control
from core.ui.formatting import count
from tests.bench.conditions import Row, say
from tests.bench.demo_host import DemoHost
from tests.bench.server_resources import MIB
from tests.bench.websocket_visitor import VisitError, Visitor, arriving

TRIES = 100
LOOK_S = 0.02
"""Between two looks at the queue."""
UPLOAD_BYTES = 2**20
SOON_S = 2.0
"""In which a server that is well says so."""


async def caps_rows(host: DemoHost) -> list[Row]:
    """A hundred starts; a hundred uploads of one tab, ten at a time and all at once; one of each of many."""
    empty_queue(host)
    say(f"{TRIES} tries to train …")
    started = await _train_at_once(host)
    empty_queue(host)
    say(f"{TRIES} uploads …")
    return [
        started,
        await _upload(host, visitors=1, at_once=10),
        await _upload(host, visitors=1, at_once=TRIES),
        await _upload(host, visitors=TRIES, at_once=1),
    ]


def empty_queue(host: DemoHost) -> None:
    """Cancel what waits and end what trains; returns when nothing does any more."""
    queue, deadline = JobQueue(host.settings, HOST), time.monotonic() + 60
    while (open_runs := queue.open_runs()) and time.monotonic() < deadline:
        for run_id in open_runs:
            # It may start or end between the look and the word.
            for end in (queue.cancel, partial(control.stop, queue)):
                with suppress(LineamentError):
                    end(run_id)
        time.sleep(0.5)


async def _train_at_once(host: DemoHost) -> Row:
    """All have the form before them, then all press Start."""
    ready, gate = asyncio.Barrier(TRIES + 1), asyncio.Event()
    tries = [asyncio.create_task(_press_start(host, number, ready, gate)) for number in range(TRIES)]
    await ready.wait()
    queue, most = JobQueue(host.settings, HOST), 0
    start = time.perf_counter()
    gate.set()
    while not all(task.done() for task in tries):
        most = max(most, len(await asyncio.to_thread(queue.waiting)))
        await asyncio.sleep(LOOK_S)
    seconds, ends = time.perf_counter() - start, [task.result() for task in tries]
    accepted, refused = ends.count("accepted"), ends.count("refused")
    cap = host.settings.max_queued
    for other in sorted(set(ends) - {"accepted", "refused"}):
        say(f"{ends.count(other)} x {other}")
    return Row(
        f"{TRIES} visitors press Start at once",
        f"{most} waited at most; {accepted} taken, {refused} refused, {TRIES - accepted - refused} otherwise",
        f"at most {cap} wait; none otherwise",
        f"all answered in {seconds:.1f} s; {await _well(host)}",
    )


async def _press_start(host: DemoHost, number: int, ready: asyncio.Barrier, gate: asyncio.Event) -> str:
    waiting = True
    try:
        async with _tab(host, number) as visitor:
            await visitor.open("train")
            await ready.wait()
            waiting = False
            await gate.wait()
            await visitor.press("Start")
            if visitor.page.troubles:
                full = all("are waiting and 1 more would pass" in words for words in visitor.page.troubles)
                return "refused" if full else visitor.page.troubles[0]
            return "accepted" if "run=" in visitor.query else "neither a run nor a refusal"
    except (VisitError, KeyError) as error:
        return f"{type(error).__name__}: {error}"
    finally:
        if waiting:
            await ready.wait()


async def _upload(host: DemoHost, *, visitors: int, at_once: int) -> Row:
    """A hundred files of a mebibyte from so many tabs, so many of each at the same time."""
    before, each = host.read(), TRIES // visitors
    ends = await asyncio.gather(*(_put(host, number, each, at_once) for number in range(visitors)))
    counts = Counter(end for some in ends for end in some)
    cap = host.settings.max_session_upload_files
    words = ", ".join(f"{times} {end}" for end, times in counts.most_common())
    grown = (host.read().rss - before.rss) / MIB
    return Row(
        f"{TRIES} uploads of 1 MiB, {visitors * at_once} at once, {count(visitors, 'tab')}",
        words,
        f"at most {cap} taken" if cap and visitors == 1 else "",
        f"{grown:,.0f} MiB more RSS; {await _well(host)}",
    )


async def _put(host: DemoHost, number: int, files: int, at_once: int) -> list[str]:
    hands = asyncio.Semaphore(at_once)
    try:
        async with _tab(host, number) as visitor:
            await visitor.open("predict", run=host.run_id)
            places = await visitor.upload_places([f"{file}.png" for file in range(files)])
            return await asyncio.gather(*(_end(visitor, place, hands) for place in places))
    except VisitError as error:
        return [str(error)] * files


async def _end(visitor: Visitor, place: FileURLs, hands: asyncio.Semaphore) -> str:
    """How one upload ended. Who is refused before all was sent may see nothing but a broken connection."""
    async with hands:
        try:
            status = await visitor.put(place, "photo.png", bytes(UPLOAD_BYTES))
        except VisitError:
            return "broken off"
    return "taken" if status == 204 else f"refused with {status}"


def _tab(host: DemoHost, number: int):
    return arriving(host.server.url, address=f"127.0.2.{number + 1}")


async def _well(host: DemoHost) -> str:
    """Whether the server answers soon."""
    start = time.perf_counter()
    try:
        async with arriving(host.server.url) as visitor:
            await visitor.open("compare")
    except VisitError as error:
        return f"and then the server was not well: {error}"
    seconds = time.perf_counter() - start
    return f"a page after it {'at once' if seconds < SOON_S else f'took {seconds:.1f} s'}"
