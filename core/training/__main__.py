"""`python -m core.training RUN_DIR`: train one run, start to finish, in this process.

Started by the queue with the run's lock handed over (`--lock-fd`), or by hand, when it takes the lock
itself. Exits 0 when the run finished, stopped or paused, 2 when what it was given cannot be used, else 1.
"""

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

from core.errors import InputError, LineamentError, UnknownRunError
from core.runs.ids import is_run_id
from core.runs.run import Run
from core.runs.state import State, now
from core.settings import Settings
from core.training.limits import give_way, watch_memory


def main(arguments: list[str] | None = None) -> int:
    """Parse, hold the lock, train."""
    parser = argparse.ArgumentParser(prog="python -m core.training", description=__doc__)
    parser.add_argument("run_dir", type=Path, help="artifacts/runs/<id>")
    parser.add_argument("--lock-fd", type=int, help="open file that already holds the run's lock")
    options = parser.parse_args(arguments)
    try:
        _train(options.run_dir.resolve(), options.lock_fd)
    except LineamentError as error:
        print(error, file=sys.stderr)
        return 2 if isinstance(error, InputError) else 1
    return 0


def _train(path: Path, lock_fd: int | None) -> None:
    if not is_run_id(path.name) or not (path / "config.json").is_file():
        raise UnknownRunError(f"{path} is not a run's folder. Give one of artifacts/runs/.")
    with Run(path).hold(lock_fd) as held:
        attempt = held.run.written_state().attempt + (lock_fd is None)
        held.set_state(State.STARTING, attempt=attempt, started_at=now(), ended_at=None, pid=os.getpid())
        settings = Settings(artifacts=path.parent.parent)
        give_way(settings.trainer_nice)
        watch_memory(held, settings.max_trainer_bytes)
        # TensorFlow takes seconds to import: not before the run is known to be ours.
        from core.training.trainer import train

        train(held, settings)


if __name__ == "__main__":
    sys.exit(main())
