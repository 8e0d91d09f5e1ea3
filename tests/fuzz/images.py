"""`python -m tests.fuzz.images --seconds 60`: spoilt files at the door where bytes become pixels.

Whatever comes out must be an RGB image or a PhotoError of one or two sentences, in time and within memory.
Exits 1 and tells the number where it is not; `--replay NUMBER` does that one again.
`--seeds DIR` adds files of your own, which stay there.
"""

import argparse
import multiprocessing
import resource
import sys
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

import numpy as np

from core.data.images import PhotoLimits, read_image
from core.errors import PhotoError
from tests.fuzz.mutations import small_seeds, spoilt

LIMITS = PhotoLimits(max_pixels=4_000_000)
SLOW_S = 5
HANGS_S = 60
MAX_GROWTH = 500 * 2**20
"""Bytes that the process may grow by over all its inputs: a 4 million pixel image takes 16 MB a copy."""
LONGEST_MESSAGE = 400


@dataclass
class Tally:
    """What has come out so far."""

    images: int = 0
    refused: int = 0
    slowest: float = 0.0
    slowest_number: int = -1


def main(words: list[str]) -> int:
    """Fuzz for the seconds asked for; the exit status is 1 where something else came out."""
    options = _parser().parse_args(words)
    own = sorted(options.seeds.iterdir()) if options.seeds else []
    seeds = small_seeds() + [path.read_bytes() for path in own]
    if options.replay is not None:
        look_at(spoilt(seeds, np.random.default_rng((options.seed, options.replay))))
        return 0
    context = multiprocessing.get_context("fork")
    number = context.Value("q", 0)
    worker = context.Process(target=work, args=(seeds, options.seed, options.seconds, number))
    worker.start()
    _watch(worker, number)
    if worker.exitcode not in (0, 1):
        print(f"The decoder's process died (exit {worker.exitcode}) at number {number.value}.")
    return int(worker.exitcode != 0)


def work(seeds: Sequence[bytes], seed: int, seconds: float, number: Synchronized) -> None:
    """Look at one spoilt file after the other; exits 1 where one of them broke a promise."""
    tally, broken = Tally(), 0
    for data in seeds:  # what every decoder loads on first use is no growth
        _outcome(data, Tally())
    start, before = time.monotonic(), _peak_bytes()
    while time.monotonic() - start < seconds:
        data = spoilt(seeds, np.random.default_rng((seed, number.value)))
        began = time.monotonic()
        trouble = _outcome(data, tally)
        took = time.monotonic() - began
        if took > tally.slowest:
            tally.slowest, tally.slowest_number = took, number.value
        if took > SLOW_S:
            trouble = f"it took {took:.1f} s"
        if (grown := _peak_bytes() - before) > MAX_GROWTH:
            trouble, before = f"the process grew by {grown / 2**20:,.0f} MiB", _peak_bytes()
        if trouble:
            broken += 1
            print(f"number {number.value} ({len(data):,} bytes): {trouble}", flush=True)
        number.value += 1
    print(
        f"{number.value:,} files: {tally.images:,} images, {tally.refused:,} refused, "
        f"{broken} broken promises; slowest {tally.slowest:.2f} s (number {tally.slowest_number}); "
        f"grown by {(_peak_bytes() - before) / 2**20:,.0f} MiB"
    )
    sys.exit(int(broken > 0))


def look_at(data: bytes, tally: Tally | None = None) -> None:
    """Read one file; AssertionError, or what else came out, where it is neither image nor refusal."""
    tally = tally or Tally()
    try:
        image = read_image(data, name="fuzz.jpg", limits=LIMITS)
    except PhotoError as error:
        tally.refused += 1
        assert str(error).startswith("fuzz.jpg"), error
        assert str(error).isprintable() and len(str(error)) < LONGEST_MESSAGE, error
        return
    tally.images += 1
    assert image.mode == "RGB" and not image.info, image
    assert 0 < image.width * image.height <= LIMITS.max_pixels, image
    assert np.asarray(image).shape == (image.height, image.width, 3)


def _outcome(data: bytes, tally: Tally) -> str:
    try:
        look_at(data, tally)
    except BaseException:
        return traceback.format_exc()
    return ""


def _watch(worker: multiprocessing.Process, number: Synchronized) -> None:
    """Until the worker ends; a file that holds it for a minute ends it."""
    last = -1
    while worker.is_alive():
        worker.join(HANGS_S)
        if worker.is_alive() and number.value == last:
            print(f"number {last} takes more than {HANGS_S} s")
            worker.kill()
            worker.join()
        last = number.value


def _peak_bytes() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.images", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="how long (60)")
    parser.add_argument("--seed", type=int, default=0, help="another one is another series (0)")
    parser.add_argument("--seeds", type=Path, help="folder of files to start from, besides the small ones")
    parser.add_argument("--replay", type=int, help="look at this number only")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
