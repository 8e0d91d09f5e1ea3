"""The report's eight runs as the product does them, with fixed epochs: `ARTIFACTS CONFIG.json`, then wait.

What `python -m core study report` does, but for the report's early stopping: epochs must be the same for
everybody who is compared.
"""

import sys
import threading
from pathlib import Path

from core.jobs import JobQueue, Scheduler
from core.runs import TrainConfig
from core.runs.studies import report_configs
from core.settings import read_settings


def main(artifacts: str, base: str) -> None:
    """Queue the study and serve it until it ends."""
    settings = read_settings(artifacts=Path(artifacts))
    queue = JobQueue(settings)
    configs = [
        config.changed(early_stopping_patience=0)
        for config in report_configs(TrainConfig.from_file(Path(base)))
    ]
    queue.submit_all(configs, [f"Case {case}" for case in range(1, len(configs) + 1)])
    Scheduler(settings).serve(threading.Event(), until_empty=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
