"""Bench: fifty visitors at once on the pages, ten with photos and one who trains; then a hundred at the caps.

`python -m tests.bench load [--mode local] [--minutes 2]`; needs a Chromium. Everything stays on 127.0.0.1.
The visitors share the machine with server and trainer. `--only crowd` or `--only caps` takes one half.
"""

import asyncio
import os
import time
from collections.abc import Iterator

import psutil

from tests.bench.chromium_visitor import BROWSER, browse_together
from tests.bench.conditions import Conditions, Row, say
from tests.bench.crowd import (
    PAGES,
    PHOTO,
    Diary,
    Stay,
    ask,
    ask_about_photos,
    crowd,
    look_around,
    p95,
    told,
    train,
)
from tests.bench.demo_host import SESSION_TTL_S, DemoHost, demo_host
from tests.bench.many_tries import caps_rows
from tests.bench.server_resources import MIB, Reading, watch
from tests.bench.websocket_visitor import arriving
from tests.browser.predicting import faces_photo

VISITORS, WITH_PHOTOS, IN_CHROMIUM = 50, 10, 3
ARRIVAL_S = 15
"""In which all arrive."""
MINUTES = 2.0
"""That the crowd stays unless `--minutes` says otherwise."""
CALM_S = 5
SAMPLE_S = 2
BACK_MIB = 100
"""Memory that may stay when all have left: what Python's allocator does not give back."""
FIRST = 99
"""The number of the visitor who comes before all others and after them."""


def bench(conditions: Conditions) -> Iterator[Row]:
    """Both halves on one server."""
    with demo_host(conditions.mode) as host:
        if "crowd" in conditions.only or not conditions.only:
            yield from asyncio.run(_crowd_rows(host, (conditions.minutes or MINUTES) * 60))
        if "caps" in conditions.only or not conditions.only:
            yield from asyncio.run(caps_rows(host))


async def _crowd_rows(host: DemoHost, seconds: float) -> list[Row]:
    first = await _first_answer(host)
    await asyncio.sleep(CALM_S)
    before, diary, seen = host.read(), Diary(), []
    say(f"{VISITORS} visitors for {seconds:.0f} s …")
    watching = asyncio.create_task(watch(host.read, SAMPLE_S, seen))
    ours = psutil.Process().cpu_times()
    roles = [train, *[ask_about_photos] * WITH_PHOTOS]
    roles += [look_around] * (VISITORS - IN_CHROMIUM - len(roles))
    until = time.monotonic() + ARRIVAL_S + seconds
    tabs = [Stay(host, diary, VISITORS + number, until) for number in range(IN_CHROMIUM)]
    await asyncio.gather(
        crowd(host, diary, roles=roles, seconds=seconds, arrival_s=ARRIVAL_S), browse_together(tabs)
    )
    spent, load = psutil.Process().cpu_times().user - ours.user, os.getloadavg()[0]
    watching.cancel()
    say("all have left …")
    left = host.read()
    after = await _after_the_session_ttl(host)
    return [
        Row("first answer of a fresh server", f"{first:.1f} s", "", "TensorFlow, model and face finder load"),
        *_visit_rows(diary, seconds + ARRIVAL_S),
        *_memory_rows(before, seen, left, after),
        Row(
            "processor",
            f"{(seen[-1].cpu - seen[0].cpu) / (seen[-1].moment - seen[0].moment):.2f} of "
            f"{os.cpu_count()} cores",
            "",
            f"the server's; the visitors without Chromium {spent / (seconds + ARRIVAL_S):.2f}; "
            f"load average {load:.1f}",
        ),
    ]


async def _first_answer(host: DemoHost) -> float:
    """One visitor with a photo on a server that has answered nobody."""
    say("a first visitor …")
    diary = Diary()
    async with arriving(host.server.url) as visitor:
        await ask(Stay(host, diary, FIRST, 0), visitor, faces_photo(1, text="the first"))
        for page in PAGES:
            await diary.note(page, visitor, visitor.open(page, run=host.run_id))
    for line in diary.wrong:
        say(line)
    return diary.seconds[PHOTO][0]


def _visit_rows(diary: Diary, seconds: float) -> Iterator[Row]:
    pages = diary.pages()
    how = f"{len(pages):,} pages, {len(pages) / seconds:.1f} a second, from rerun to script finished"
    yield Row("all pages", told(pages), "p95 at most 2 s", how)
    for kind in (*PAGES, PHOTO, BROWSER):
        found = diary.seconds[kind]
        yield Row(f"  {kind}", told(found), "", f"{len(found):,}")
    slow = diary.seconds[BROWSER]
    if len(slow) > 1 and p95(slow) > 2:
        say(f"Chromium's own p95 is {p95(slow):.2f} s")
    for line in sorted(set(diary.wrong)):
        say(f"{diary.wrong.count(line)} x {line}")
    yield Row(
        "errors", f"{len(diary.wrong)}", "0", "exceptions, red boxes, lost pictures, closed connections"
    )


def _memory_rows(before: Reading, seen: list[Reading], left: Reading, after: Reading) -> Iterator[Row]:
    most = max(seen, key=lambda reading: reading.own)
    grown, stayed = (most.own - before.own) / MIB, (after.own - before.own) / MIB
    yield Row("before they came", before.told(), "", "one visitor has been there")
    yield Row("at most", most.told(), "", f"{grown:,.0f} MiB more, {grown / VISITORS:.1f} a visitor")
    yield Row("as they left", left.told(), "", "")
    how = f"{SESSION_TTL_S} s after; {stayed:,.0f} MiB more than before"
    yield Row("after their sessions ended", after.told(), f"at most {BACK_MIB} MiB more", how)


async def _after_the_session_ttl(host: DemoHost) -> Reading:
    """Streamlit lets go of sessions when another is put away after their time: somebody comes and goes."""
    await asyncio.sleep(SESSION_TTL_S + 1)
    async with arriving(host.server.url) as visitor:
        await visitor.open("compare")
    await asyncio.sleep(CALM_S)
    return host.read()
