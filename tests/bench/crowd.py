"""Where visitors go and what they meet: some look around, some ask about photos, one trains.

A visit is a page, then some seconds of thinking; each notes how long it took and what was wrong with it. The
tabs are `websocket_visitor`'s, or Chromium's (`chromium_visitor`).
"""

import asyncio
import random
import statistics
import time
import traceback
from collections import defaultdict
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field

from core.access import HOST
from core.jobs import JobQueue
from tests.bench.conditions import say
from tests.bench.demo_host import DemoHost
from tests.bench.websocket_visitor import VisitError, Visitor, arriving
from tests.browser.predicting import faces_photo

PAGES = ("dataset", "train", "compare", "predict", "run")
PHOTO = "photo"
"""The kind of visit that is a photo until its answer."""
THINK_S = (3.0, 9.0)
"""Between two pages."""
SLOW_S = 10
"""A visit that takes longer is told of at once."""
PATIENT = 5
"""Times that whoever trains looks at the run before going elsewhere."""


@dataclass
class Diary:
    """What visitors met: seconds of each visit by its kind, and a line for each thing that was wrong."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wrong: list[str] = field(default_factory=list)

    async def note(self, kind: str, visitor: Visitor, visit: Awaitable[float]) -> None:
        """Wait for a visit and note it; raises VisitError when it did not come at all."""
        lost = visitor.lost
        try:
            self.seconds[kind].append(await visit)
        except VisitError as error:
            self.wrong.append(f"{kind}: {error}")
            raise
        if self.seconds[kind][-1] > SLOW_S:
            say(f"{kind}: {self.seconds[kind][-1]:.1f} s; the page: {visitor.page.texts[:3]}")
        self.wrong += [f"{kind}: {trouble}" for trouble in visitor.page.troubles]
        self.wrong += [f"{kind}: a picture was not there"] * (visitor.lost - lost)

    def pages(self) -> list[float]:
        """Seconds of all visits of pages."""
        return [seconds for kind in PAGES for seconds in self.seconds[kind]]


def told(seconds: Sequence[float]) -> str:
    """Median, 95 % quantile and the worst."""
    if len(seconds) < 2:
        return "too few"
    return f"p50 {statistics.median(seconds):.2f} s, p95 {p95(seconds):.2f} s, worst {max(seconds):.2f} s"


def p95(seconds: Sequence[float]) -> float:
    """The 95 % quantile."""
    return statistics.quantiles(seconds, n=20, method="inclusive")[-1]


@dataclass(frozen=True)
class Stay:
    """One visitor's stay.

    Attributes:
        number: tells the visitors apart: gives the address, and the way through the pages.
        until: the moment at which the visitor leaves.
    """

    host: DemoHost
    diary: Diary
    number: int
    until: float

    def goes_on(self) -> bool:
        return time.monotonic() < self.until


async def look_around(stay: Stay) -> None:
    """Pages in no order."""
    chance = random.Random(stay.number)
    async with _tab(stay) as visitor:
        while stay.goes_on():
            await _any_page(stay, visitor, chance)


async def ask_about_photos(stay: Stay) -> None:
    """A photo, a look elsewhere, another photo."""
    chance, photo = random.Random(stay.number), faces_photo(1, text=f"visitor {stay.number}")
    async with _tab(stay) as visitor:
        while stay.goes_on():
            await ask(stay, visitor, photo)
            await _think(chance)
            if stay.goes_on():
                await _any_page(stay, visitor, chance)


async def ask(stay: Stay, visitor: Visitor, photo: bytes) -> None:
    """Open Predict with an empty tray, drop the photo, see its answer."""
    await stay.diary.note("predict", visitor, visitor.open("predict", run=stay.host.run_id))
    if "Remove all" in visitor.page.buttons:
        await stay.diary.note("predict", visitor, visitor.press("Remove all"))
    await stay.diary.note(PHOTO, visitor, visitor.upload({f"photo {stay.number}.png": photo}))
    if not visitor.page.says("**1 face** in 1 photo"):
        stay.diary.wrong.append(f"{PHOTO}: no answer on the page")


async def train(stay: Stay) -> None:
    """Start a run, watch it, look elsewhere; start another when it has ended."""
    chance, queue = random.Random(stay.number), JobQueue(stay.host.settings, HOST)
    async with _tab(stay) as visitor:
        while stay.goes_on():
            if not queue.open_runs():
                await stay.diary.note("train", visitor, visitor.open("train"))
                await stay.diary.note("train", visitor, visitor.press("Start"))
            for _ in range(PATIENT):
                if stay.goes_on():
                    await _think(chance)
            await _any_page(stay, visitor, chance)


async def crowd(host: DemoHost, diary: Diary, *, roles: Sequence, seconds: float, arrival_s: float) -> None:
    """Let visitors come one after the other within `arrival_s`, and leave `seconds` after the last came."""
    until = time.monotonic() + arrival_s + seconds
    stays = []
    for number, role in enumerate(roles):
        stays.append(asyncio.create_task(_until_something_breaks(role, Stay(host, diary, number, until))))
        await asyncio.sleep(arrival_s / len(roles))
    await asyncio.gather(*stays)


async def _until_something_breaks(role, stay: Stay) -> None:
    try:
        await role(stay)
    except VisitError as error:
        if not stay.diary.wrong or str(error) not in stay.diary.wrong[-1]:
            stay.diary.wrong.append(f"a visitor left early: {error}")
    except Exception as error:
        stay.diary.wrong.append(f"the bench itself broke: {error!r}")
        say(traceback.format_exc())


def _tab(stay: Stay):
    # Each from an address of its own, as far as the caps on one address can tell.
    address = f"127.0.1.{stay.number + 1}"
    return arriving(stay.host.server.url, address=address)


async def _any_page(stay: Stay, visitor: Visitor, chance: random.Random) -> None:
    page = chance.choice(PAGES)
    query = {"run": stay.host.run_id} if page == "run" else {}
    await stay.diary.note(page, visitor, visitor.open(page, **query))
    await _think(chance)


async def _think(chance: random.Random) -> None:
    await asyncio.sleep(chance.uniform(*THINK_S))
