"""One run at a glance: its small files in one value, for lists; a folder that cannot be read is damaged."""

from dataclasses import dataclass, field

from core.errors import LineamentError
from core.runs.alarms import Alarm, read_alarms
from core.runs.config import TrainConfig
from core.runs.records import Environment, Metrics, Notes
from core.runs.run import Row, Run
from core.runs.state import RunState, State


@dataclass(frozen=True)
class RunSummary:
    """One run at a glance, alarms oldest first; `config` is None only for one that cannot be read.

    `visitor` is the key of the visitor of a demo whom it belongs to, "" for the host's own.
    """

    id: str
    state: RunState
    config: TrainConfig | None = None
    notes: Notes = field(default_factory=Notes)
    metrics: Metrics | None = None
    environment: Environment | None = None
    history: list[Row] = field(default_factory=list)
    alarms: tuple[Alarm, ...] = ()
    visitor: str = ""

    @property
    def title(self) -> str:
        """The name somebody gave it, or what it was asked to do, or its id when it is damaged."""
        if self.notes.name or self.config is None:
            return self.notes.name or self.id
        depth = "frozen" if self.config.fine_tune == "none" else self.config.fine_tune
        size = f"{self.config.image_size} px, {self.config.epochs} ep"
        return f"{self.config.target}, {depth}, {self.config.learning_rate:g}, {size} ({self.id[-6:]})"

    @property
    def has_model(self) -> bool:
        """Whether it can predict: it was scored at its best epoch."""
        return self.metrics is not None


def read_summary(run: Run) -> RunSummary:
    """Read one run; whatever is wrong with its folder makes it damaged, with the reason."""
    try:
        return RunSummary(
            id=run.id,
            state=run.state(),
            config=run.config(),
            notes=run.notes(),
            metrics=run.metrics(),
            environment=run.environment(),
            history=run.history(),
            alarms=tuple(read_alarms(run)),
            visitor=run.visitor(),
        )
    except (LineamentError, OSError, UnicodeDecodeError, ValueError) as error:
        damaged = RunState(state=State.DAMAGED, reason=str(error))
        return RunSummary(id=run.id, state=damaged, visitor=run.visitor())
