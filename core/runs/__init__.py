"""A run's folder and its configuration: read, write, list. Knows nothing of TensorFlow or Streamlit."""

from core.runs.config import TrainConfig
from core.runs.run import HeldRun, Run
from core.runs.state import ALIVE, OPEN, RESUMABLE, RunState, State
from core.runs.store import RunStore
from core.runs.summary import RunSummary

__all__ = [
    "ALIVE",
    "OPEN",
    "RESUMABLE",
    "HeldRun",
    "Run",
    "RunState",
    "RunStore",
    "RunSummary",
    "State",
    "TrainConfig",
]
