"""Bench: a tenth of the load for long; what the server takes of the machine must not grow.

`python -m tests.bench soak [--minutes 20] [--mode local]`. Five visitors at a time, one with photos and one
who trains; each stays for a minute and makes room for another, so that sessions begin and end all along. What
the first quarter took stands beside what the last took.
"""

import asyncio
import os
import statistics
import time
from collections.abc import Callable, Iterator

from tests.bench.conditions import Conditions, Row, say
from tests.bench.crowd import PHOTO, Diary, ask_about_photos, crowd, look_around, told, train
from tests.bench.demo_host import DemoHost, demo_host
from tests.bench.server_resources import MIB, Reading, slope_an_hour, watch

ROLES = (train, ask_about_photos, look_around, look_around, look_around)
MINUTES = 20.0
STAY_S, ARRIVAL_S = 60, 10
WARM_UP_S = 120
"""Of the beginning nothing counts: the model loads, and the first sessions have not ended yet."""
SAMPLE_S = 5
FLAT: dict[str, tuple[Callable[[Reading], float], float, str]] = {
    "memory of its own": (lambda reading: reading.own / MIB, 50, "MiB"),
    "threads": (lambda reading: reading.threads, 3, ""),
    "open files": (lambda reading: reading.files, 5, ""),
    "temporary files": (lambda reading: reading.temporary, 0, ""),
}
"""What must stay flat: its figure, by how much the last quarter may be over the first, and its unit."""


def bench(conditions: Conditions) -> Iterator[Row]:
    """The soak on a server of its own."""
    with demo_host(conditions.mode) as host:
        yield from asyncio.run(_soak(host, (conditions.minutes or MINUTES) * 60))


async def _soak(host: DemoHost, seconds: float) -> list[Row]:
    diary, seen, start = Diary(), [], time.monotonic()
    watching = asyncio.create_task(watch(host.read, SAMPLE_S, seen))
    told_at = 0.0
    while (gone := time.monotonic() - start) < seconds:
        if gone - told_at > 60:
            told_at = gone
            say(f"{gone / 60:.0f} min: {seen[-1].told()}; {len(diary.wrong)} wrong")
        await crowd(host, diary, roles=ROLES, seconds=STAY_S - ARRIVAL_S, arrival_s=ARRIVAL_S)
    watching.cancel()
    for line in sorted(set(diary.wrong)):
        say(f"{diary.wrong.count(line)} x {line}")
    counted = [reading for reading in seen if reading.moment - start > min(WARM_UP_S, seconds / 5)]
    pages = diary.pages()
    return [
        Row(
            "pages", told(pages), "", f"{len(pages):,} in {gone / 60:.0f} min, load {os.getloadavg()[2]:.1f}"
        ),
        Row("photos to their answers", told(diary.seconds[PHOTO]), "", f"{len(diary.seconds[PHOTO]):,}"),
        Row("errors", f"{len(diary.wrong)}", "0", "exceptions, red boxes, lost pictures, closed connections"),
        *(_flat_row(name, counted) for name in FLAT),
    ]


def _flat_row(name: str, seen: list[Reading]) -> Row:
    figure, most, unit = FLAT[name]
    quarter = max(1, len(seen) // 4)
    first, last = (
        statistics.median(figure(reading) for reading in part) for part in (seen[:quarter], seen[-quarter:])
    )
    slope = slope_an_hour(seen, figure) if len(seen) > 1 else 0.0
    return Row(
        name,
        f"{first:,.0f} then {last:,.0f} {unit}".rstrip(),
        f"at most {most} {unit} more".replace(" 0  more", " 0 more").replace("  ", " "),
        f"medians of the first and the last quarter of {len(seen)} readings; {slope:+,.1f} {unit} an hour",
    )
