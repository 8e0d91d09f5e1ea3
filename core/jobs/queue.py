"""The queue: which runs wait, in which order, and how one joins, moves or leaves.

A run that waits or trains has a marker `artifacts/queue/<run id>.json` with its position, so that nobody
has to look through thousands of ended runs. The marker is a hint; the run's own `state.json` is the truth.
What a run may ask for, and how many somebody may have, is `core.jobs.caps`'.
"""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from filelock import FileLock, Timeout

from core.access import Access, Act
from core.errors import LineamentError, QueueFullError, RunError, UnknownRunError
from core.jobs.caps import refuse_over_caps, remove_surplus
from core.jobs.markers import Markers
from core.jobs.tokens import Tokens
from core.memory import refuse_when_short
from core.runs import ALIVE, OPEN, HeldRun, Run, RunStore, State, TrainConfig
from core.runs.ids import new_run_id, run_path
from core.runs.notes import clean_name
from core.runs.state import now
from core.settings import Settings

KEEP_MARKER = OPEN | {State.DAMAGED}


class JobQueue:
    """The folder `artifacts/queue`. Holds no state of its own: two servers may share it.

    Args:
        access: who asks; on a machine of one's own the host, in a demo by default a visitor without cookie.

    Attributes:
        store: the runs, as whoever asks may see them. The queue itself tells of all by their ids.
    """

    def __init__(self, settings: Settings, access: Access | None = None):
        self.settings = settings
        self.access = access or Access.of(settings)
        self.folder = settings.artifacts / "queue"
        self.store = RunStore(settings.runs, access=self.access)
        self._all = RunStore(settings.runs)
        self._markers = Markers(self.folder)
        self._tokens = Tokens(self.folder / "tokens")

    def submit(self, config: TrainConfig, *, name: str = "", token: str | None = None) -> Run:
        """Make a run from `config` and put it at the queue's end.

        Args:
            name: what people call it.
            token: the form's token; the same token gives the same run, so a double click makes one.

        Raises:
            ConfigError: more than the host allows one run.
            NotAllowedError: a visitor of a demo may not train this, or not at all.
            QueueFullError: as many runs wait as the host allows.
            ShortOfMemoryError: the server has no memory to spare.
            RunError: the folder cannot be written.
        """
        return self.submit_all([config], [name], token=token)[0]

    def submit_all(
        self,
        configs: Sequence[TrainConfig],
        names: Sequence[str],
        *,
        token: str | None = None,
        record: Callable[[list[str]], object] = lambda run_ids: None,
    ) -> list[Run]:
        """Queue several runs in their order, all or none; raises as `submit` does.

        Args:
            record: called with the runs' ids when all are made and before any can start; what it raises is
                raised here, and none is made.
        """
        self.access.check(Act.TRAIN)
        refuse_when_short(self.settings)
        for config in configs:
            self.refuse(config)
        names = [clean_name(name) for name in names]
        with self._changing():
            if token and (known := self._made_for(token)):
                return known
            self.refuse_when_full(len(configs))
            run_ids = [new_run_id() for _ in configs]
            try:
                runs = self._add(run_ids, configs, names)
                if token:
                    self._tokens.remember(token, run_ids)
                record(run_ids)
            except BaseException:
                self._take_back(run_ids)
                raise
        remove_surplus(self._all, self.settings)
        return runs

    def _add(self, run_ids: list[str], configs: Sequence[TrainConfig], names: Sequence[str]) -> list[Run]:
        """The marker comes first: a run that nobody knows of would wait for ever."""
        runs, position = [], self._markers.last_position()
        for place, (run_id, config, name) in enumerate(zip(run_ids, configs, names, strict=True), start=1):
            self._markers.put(run_id, position + place)
            runs.append(self.store.create(config, name=name, run_id=run_id))
        return runs

    def _take_back(self, run_ids: list[str]) -> None:
        """Undo `_add`, however far it came; nobody starts a run while the queue is being changed."""
        for run_id in run_ids:
            shutil.rmtree(run_path(self.store.runs, run_id), ignore_errors=True)
            self._markers.drop(run_id)

    def enqueue_again(self, held: HeldRun) -> None:
        """Put a run that we hold back at the queue's end; raises QueueFullError."""
        with self._changing():
            self.refuse_when_full(1)
            held.clear_request()
            held.set_state(State.QUEUED, queued_at=now(), ended_at=None, pid=None)
            self._markers.put(held.run.id, self._markers.last_position() + 1)

    def refuse(self, config: TrainConfig) -> None:
        """Refuse what asks for more than this host allows whoever asks; raises as `refuse_over_caps` does."""
        refuse_over_caps(config, self.settings, self.access)

    def enlist(self, run: Run) -> None:
        """Show a run among the open ones that is trained without having waited."""
        with self._changing():
            self._markers.put(run.id, 0)

    def open_runs(self) -> list[str]:
        """Ids of the runs that wait or train, in order; markers of ended ones are dropped."""
        return [run_id for run_id, _ in self.open_states()]

    def waiting(self) -> list[str]:
        """Ids of the queued runs, first to start first."""
        return [run_id for run_id, state in self.open_states() if state is State.QUEUED]

    def active(self) -> list[str]:
        """Ids of the runs that a trainer is working on."""
        return [run_id for run_id, state in self.open_states() if state in ALIVE]

    def cancel(self, run_id: str) -> None:
        """Take a queued run out of the queue; it ends as stopped, with its configuration kept.

        Raises:
            UnknownRunError: there is no such run.
            NotAllowedError: it belongs to somebody else.
            RunError: it does not wait.
        """
        with self.store.to_change(run_id).hold() as held:
            state = held.run.written_state().state
            if state is not State.QUEUED:
                raise RunError(f"{run_id} is {state}, not queued. Stop it instead.")
            held.set_state(State.STOPPED, "Cancelled before it started.")
            self._markers.drop(run_id)

    def move(self, run_id: str, place: int) -> None:
        """Let a queued run be the `place`-th (0-based) of those that wait.

        Raises:
            UnknownRunError: there is no such run.
            NotAllowedError: whoever asks may not say who waits for whom.
            RunError: it does not wait.
        """
        self.access.check(Act.REORDER)
        with self._changing():
            waiting = self.waiting()
            if self.store.to_change(run_id).id not in waiting:
                raise RunError(
                    f"{run_id} does not wait in the queue. `python -m core queue list` shows what does."
                )
            order = [other for other in waiting if other != run_id]
            order.insert(max(0, place), run_id)
            for position, other in enumerate(order, start=1):
                self._markers.put(other, position)

    def open_states(self) -> list[tuple[str, State]]:
        """Ids and states of the open runs, in order."""
        states = [(run_id, self._state_of(run_id)) for run_id in self._markers.in_order()]
        if over := [run_id for run_id, state in states if self._is_over(run_id, state)]:
            self._forget(over)
        return [(run_id, state) for run_id, state in states if state in OPEN]

    def _state_of(self, run_id: str) -> State | None:
        """A run's state; None when there is no such run."""
        try:
            return self._all.get(run_id).state().state
        except UnknownRunError:
            return None
        except LineamentError:
            return State.DAMAGED

    def _is_over(self, run_id: str, state: State | None) -> bool:
        """Whether a marker has served; a damaged run keeps its place until it is mended or deleted."""
        return self._markers.is_old(run_id) if state is None else state not in KEEP_MARKER

    def _forget(self, run_ids: list[str]) -> None:
        """Drop markers, unless their run has just been queued again."""
        # Somebody may be changing the queue just now, or it cannot be written: whoever looks next drops them.
        with suppress(Timeout, OSError), self._lock().acquire(timeout=0):
            for run_id in run_ids:
                if self._is_over(run_id, self._state_of(run_id)):
                    self._markers.drop(run_id)

    def refuse_when_full(self, more: int) -> None:
        """Raise QueueFullError when so many more may not wait, in all or of one visitor."""
        waiting, most = self.waiting(), self.settings.max_queued
        if len(waiting) + more > most:
            raise QueueFullError(
                f"{len(waiting)} runs are waiting and {more} more would pass the {most} "
                "that this host allows. Wait for some to start, cancel some, or ask for fewer."
            )
        most_own = self.settings.max_queued_per_visitor
        if self.access.visitor and most_own is not None:
            own = sum(self._owner(run_id) == self.access.visitor for run_id in waiting)
            if own + more > most_own:
                raise QueueFullError(
                    f"{own} of your runs are waiting and {more} more would pass the {most_own} "
                    "that this host allows one visitor. Wait for some to start, or stop one."
                )

    def _owner(self, run_id: str) -> str:
        try:
            return self._all.get(run_id).visitor()
        except UnknownRunError:
            return ""

    def _made_for(self, token: str) -> list[Run]:
        """The runs that a token made; [] when there are none, or one of them was deleted."""
        try:
            return [self.store.get(run_id) for run_id in self._tokens.made(token)]
        except LineamentError:
            return []

    @contextmanager
    def undisturbed(self) -> Iterator[bool]:
        """Whether nobody is changing the queue; if so, nobody will until the `with` block ends."""
        lock = self._lock()
        with suppress(Timeout):
            lock.acquire(timeout=0)
        try:
            yield lock.is_locked
        finally:
            lock.release()

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """The one right to change the queue; raises RunError when its folder cannot be written."""
        try:
            with self._lock():
                yield
        except OSError as error:
            raise RunError(
                f"The queue in {self.folder} cannot be written ({error}). "
                "See that the folder is there and writable, and that the disk is not full."
            ) from error

    def _lock(self) -> FileLock:
        self.folder.mkdir(parents=True, exist_ok=True)
        return FileLock(self.folder / "changes.lock")
