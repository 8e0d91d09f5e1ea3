"""`python -m core.data.synthetic FOLDER [--count 2000 --seed 0]`: draw a set of faces into a new folder.

Prints `done/total` a line as it goes. Exits with 2 when it was asked for what it cannot do, with 1 when the
disk failed it, with one line on standard error.
"""

import argparse
import signal
import sys
from pathlib import Path

from core.data.synthetic.write import COUNT, SEED, WORKERS, write_synthetic
from core.errors import InputError

_EVERY = 100
"""Faces between two lines of progress."""


def main() -> int:
    """Read the command line, draw, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m core.data.synthetic", description="Draw a set of faces.")
    parser.add_argument("folder", type=Path, help="a folder that does not exist yet")
    parser.add_argument("--count", type=int, default=COUNT, help="how many faces (default %(default)s)")
    parser.add_argument("--seed", type=int, default=SEED, help="0 or more (default %(default)s)")
    parser.add_argument("--workers", type=int, default=WORKERS, help="processes (default %(default)s)")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        write_synthetic(**vars(asked), on_progress=_tell)
    except (InputError, OSError) as error:
        print(error, file=sys.stderr)
        return 2 if isinstance(error, InputError) else 1
    return 0


def _tell(done: int, total: int) -> None:
    if done % _EVERY == 0 or done == total:
        print(f"{done}/{total}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
