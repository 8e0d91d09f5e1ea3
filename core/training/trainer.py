"""One run, start to finish: read, compute features, fit, score; every step on disk as it happens.

Assumes that its caller holds the run's lock. Everything it tells anyone is a file of the run folder.
"""

from core.atomic import no_space_left, write_json
from core.errors import DiskFullError, LineamentError, RunError
from core.faults import crash_point
from core.model.devices import device_count, open_devices
from core.model.precision import Choice
from core.runs.label_marks import marks_sentence
from core.runs.records import Environment
from core.runs.run import HeldRun
from core.runs.state import State
from core.settings import Settings
from core.training.disk import need_disk
from core.training.domain import record_domain
from core.training.fitting import fit
from core.training.inputs import Inputs, first_batches
from core.training.interruption import Interrupted, Listener
from core.training.reporting import Reporter
from core.training.scoring import score
from core.training.setup import (
    Faces,
    Prepared,
    describe_environment,
    model_inputs,
    prepare_network,
    read_faces,
)

STOPPED = "Stopped on request."
NO_MODEL = "It has no model: its first epoch did not end."
PAUSED = "Paused on request. Resume goes on from the last whole epoch."
UNKNOWN = "The trainer met an error it does not know: {}: {}. The log has the details."


def train(held: HeldRun, settings: Settings) -> State:
    """Train a held run to its end and return the state it ended in.

    An error is written to `state.json` before it is raised.

    Raises:
        LineamentError: what was given cannot be used, or the disk is full.
    """
    held.set_state(State.RUNNING)
    try:
        return Trainer(held, settings).run_to_end()
    except LineamentError as error:
        held.set_state(State.FAILED, str(error))
        raise
    except OSError as error:
        if not no_space_left(error):
            held.set_state(State.FAILED, UNKNOWN.format(type(error).__name__, error))
            raise
        full = DiskFullError(
            f"The disk is full ({error}). Free some and resume: the last checkpoint is kept."
        )
        held.set_state(State.FAILED, str(full))
        raise full from error
    except Exception as error:
        held.set_state(State.FAILED, UNKNOWN.format(type(error).__name__, error))
        raise


class Trainer:
    """Holds what the phases of one run hand to each other."""

    def __init__(self, held: HeldRun, settings: Settings):
        self.held = held
        self.run = held.run
        self.settings = settings
        self.config = held.run.config()
        self.reporter = Reporter(self.run, self.config.epochs)
        self.listener = Listener(self.run, self._seconds_left())

    def run_to_end(self) -> State:
        """All phases; a request to stop or pause ends it sooner."""
        try:
            faces = self._read()
            with open_devices(self.settings, first_batches(faces.dataset, self.config)).scope():
                return self._learn(faces)
        except Interrupted as interrupted:
            if interrupted.request == "pause":
                return self._end(State.PAUSED, interrupted.reason or PAUSED)
            return self._end(State.STOPPED, f"{interrupted.reason or STOPPED} {NO_MODEL}")

    def _learn(self, faces: Faces) -> State:
        """From the network to the scores."""
        if device_count() > 1:
            print(f"{device_count()} devices share each batch", flush=True)
        state, reason = State.FINISHED, ""
        prepared, inputs = self._prepare(faces)
        try:
            fit(self.run, self.config, faces.dataset, prepared.network, inputs, self)
        except Interrupted as interrupted:
            if interrupted.request == "pause":
                raise
            self.held.set_state(State.STOPPING)
            state, reason = State.STOPPED, interrupted.reason or STOPPED
        if self.run.checkpoints.manifest() is None:
            return self._end(State.STOPPED, f"{reason} {NO_MODEL}")
        self.listener.scoring = True
        self.phase("scoring")
        record_domain(self.run, faces.dataset, prepared.network, inputs, self.on_image)
        self.reporter.restart_clock()
        tail = prepared.network.tail
        metrics = score(self.run, self.config, faces.dataset, tail, inputs, self.on_image)
        crash_point("metrics")
        metrics = metrics.model_copy(update={"images_per_second": self.reporter.rates})
        write_json(self.run.path / "metrics.json", metrics.model_dump())
        self.run.checkpoints.settle()
        return self._end(state, reason)

    def phase(self, name: str) -> None:
        """Enter a phase: said in the log and in `progress.jsonl`."""
        self.reporter.phase(name)
        print(name, flush=True)

    def on_image(self, done: int, total: int) -> None:
        """Report images done outside `fit`, and listen."""
        self.reporter.step(done, total, done)
        self.listener.check()

    def before_checkpoint(self, needed: int) -> None:
        """Refuse to write a checkpoint that does not fit (DiskFullError); keep the time spent on record."""
        self.held.set_state(State.RUNNING)
        need_disk(self.run.path, needed, self.settings.min_free_bytes)

    def _read(self) -> Faces:
        self.before_checkpoint(0)
        self.phase("reading data")
        crash_point("reading")
        faces = read_faces(self.config, self.settings, self.on_image, self.run.path)
        if faces.marks:
            print(marks_sentence(faces.marks, self.config.target), flush=True)
        return faces

    def _prepare(self, faces: Faces) -> tuple[Prepared, Inputs]:
        earlier = self.run.environment() if self.run.checkpoints.manifest() else None
        recorded = Choice(earlier.precision, earlier.precision_reason) if earlier else None
        prepared = prepare_network(self.config, self.settings, recorded)
        environment = describe_environment(self.config, faces, prepared)
        if earlier:
            _refuse_others(earlier, environment)
        crash_point("environment")
        write_json(self.run.path / "environment.json", environment.model_dump(mode="json"))
        self.phase("computing features")
        crash_point("features")
        inputs = model_inputs(self.config, faces, prepared, self.settings, self.on_image)
        if inputs.note:
            print(inputs.note, flush=True)
        return prepared, inputs

    def _seconds_left(self) -> float | None:
        limit = self.settings.max_run_seconds
        return None if limit is None else limit - self.held.run.written_state().seconds

    def _end(self, state: State, reason: str) -> State:
        crash_point("ending")
        self.held.clear_request()
        self.held.set_state(state, reason, pid=None)
        print(f"{state}. {reason}".strip(), flush=True)
        return state


def _refuse_others(before: Environment, after: Environment) -> None:
    """Going on with other faces or other base weights would make another run under the same name."""
    for what, old, new in (
        ("images", before.data.fingerprint, after.data.fingerprint),
        ("split", before.data.split_fingerprint, after.data.split_fingerprint),
        ("marks on labels", _marks_of(before), _marks_of(after)),
        ("base weights", before.weights.fingerprint, after.weights.fingerprint),
    ):
        if old != new:
            raise RunError(
                f"The {what} changed since the last checkpoint (fingerprint {old[:12]}…, now {new[:12]}…). "
                "Put the former ones back to resume, or start a new run."
            )


def _marks_of(environment: Environment) -> str:
    marks = environment.data.marks
    return marks.fingerprint if marks else "none"
