"""One line on how long a run would take, shown beside Start."""

from core.runs import TrainConfig


def estimate_line(config: TrainConfig) -> str:
    """How long `config` would train on this machine; "" where nothing is known."""
    return ""
