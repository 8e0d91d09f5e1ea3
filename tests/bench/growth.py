"""Bench: how memory and cost an image grow with the data set: 1,000 and 24,000 synthesised images.

`python -m tests.bench growth --image-size 64`; always its own images and random weights, frozen, one epoch.
"""

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from core.runs import Run, TrainConfig
from tests.bench.conditions import Conditions, Row, host
from tests.bench.many_faces import make_faces
from tests.bench.one_run import train
from tests.bench.pieces import Pieces

FEW, MANY = 1_000, 24_000
MEMORY_WANTED = 1.2
STATUS = "/proc/{}/status"
ANONYMOUS = "RssAnon:"


def bench(conditions: Conditions) -> list[Row]:
    """Peak memory and milliseconds an image in each phase, for few and for many images."""
    plan = {str(count): partial(grown, count, conditions.image_size) for count in (FEW, MANY)}
    found = Pieces("growth", conditions).measure(plan)
    if not {str(FEW), str(MANY)} <= found.keys():
        return []
    few, many = found[str(FEW)], found[str(MANY)]
    rows = [_memory_row(few["peak"], many["peak"])]
    rows += [_cost_row(phase, few["rates"][phase], many["rates"][phase]) for phase in few["rates"]]
    how = "the command's wall time by its images; start-up and building the graph weigh on the few"
    whole = f"{few['seconds'] / FEW * 1e3:.1f} and {many['seconds'] / MANY * 1e3:.1f} ms"
    return [*rows, Row("the whole run, an image", whole, "", how)]


def grown(count: int, image_size: int) -> dict[str, Any]:
    """A run on `count` images: peak anonymous bytes of its trainer, seconds, images a second by phase."""
    peaks = [0]
    with TemporaryDirectory(prefix="lineament-bench-") as folder, host() as settings:
        data = make_faces(Path(folder) / "faces", count)
        config = TrainConfig(data=str(data), weights="random", image_size=image_size, epochs=1)
        ran = train(config, settings, lambda run: peaks.append(anonymous_bytes(run)))
        return {"peak": max(peaks), "seconds": ran.seconds, "rates": ran.run.metrics().images_per_second}


def anonymous_bytes(run: Run) -> int:
    """RssAnon of the run's trainer: without the files that it maps; 0 before it starts and after it ends."""
    try:
        lines = Path(STATUS.format(run.written_state().pid)).read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(ANONYMOUS))


def _memory_row(few: int, many: int) -> Row:
    how = f"{few / 2**20:,.0f} MB and {many / 2**20:,.0f} MB; RssAnon of the trainer, twice a second"
    what = f"peak memory, {MANY:,} images / {FEW:,}"
    return Row(what, f"{many / few:.2f}", f"at most {MEMORY_WANTED}", how)


def _cost_row(phase: str, few: float, many: float) -> Row:
    how = f"{1e3 / few:.2f} ms and {1e3 / many:.2f} ms an image, the first batch left out"
    return Row(f"cost an image, {phase}, {MANY:,} / {FEW:,}", f"{few / many:.2f}", "about 1", how)
