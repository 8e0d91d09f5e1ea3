"""One run, start to finish: read, compute features, fit, score; every step on disk as it happens.

Assumes that its caller holds the run's lock. Everything it tells anyone is a file of the run folder.
"""

import keras
import numpy as np

from core.errors import LineamentError
from core.runs.checkpoints import WEIGHTS, part_name
from core.runs.config import TrainConfig
from core.runs.files import write_csv_rows, write_json
from core.runs.records import Metrics
from core.runs.run import HeldRun, Row
from core.runs.state import State
from core.settings import Settings
from core.training.callbacks import RecordLearningRate, SeedDropout, Watch
from core.training.checkpointing import Counted, RestoreCounters, SaveCheckpoint, restore
from core.training.inputs import Batches, Read
from core.training.interruption import Interrupted, Listener
from core.training.reporting import Reporter
from core.training.scoring import (
    SCORED,
    epoch_score,
    predictions_frame,
    probabilities,
    split_counts,
    write_predictions,
)
from core.training.setup import (
    FEATURE_BATCH,
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
CRASH_NOTE = "The trainer met an error it does not know: {}: {}. The log has the details."


def train(held: HeldRun, settings: Settings) -> State:
    """Train a held run to its end and return the state it ended in.

    An error is written to `state.json` before it is raised.
    """
    held.set_state(State.RUNNING)
    try:
        return Trainer(held, settings).run_to_end()
    except LineamentError as error:
        held.set_state(State.FAILED, str(error))
        raise
    except Exception as error:
        held.set_state(State.FAILED, CRASH_NOTE.format(type(error).__name__, error))
        raise


class Trainer:
    """Holds what the phases of one run hand to each other."""

    def __init__(self, held: HeldRun, settings: Settings):
        self.held = held
        self.run = held.run
        self.settings = settings
        self.config: TrainConfig = held.run.config()
        self.reporter = Reporter(self.run, self.config.epochs)
        self.listener = Listener(self.run)

    def run_to_end(self) -> State:
        """All phases; a request to stop or pause ends it sooner."""
        state, reason = State.FINISHED, ""
        try:
            faces, prepared, read = self._prepare()
            try:
                self._fit(faces, prepared, read)
            except Interrupted as interrupted:
                if interrupted.request == "pause":
                    raise
                self.held.set_state(State.STOPPING)
                state, reason = State.STOPPED, interrupted.reason or STOPPED
            if self.run.checkpoints.manifest() is None:
                return self._end(State.STOPPED, f"{reason} {NO_MODEL}")
            self._score(faces, prepared, read)
        except Interrupted as interrupted:
            if interrupted.request == "pause":
                return self._end(State.PAUSED, PAUSED)
            return self._end(State.STOPPED, f"{STOPPED} {NO_MODEL}")
        return self._end(state, reason)

    def _prepare(self) -> tuple[Faces, Prepared, Read]:
        self._phase("reading data")
        faces = read_faces(self.config, self.settings, self._on_image)
        prepared = prepare_network(self.config, self.settings)
        environment = describe_environment(self.config, faces, prepared)
        write_json(self.run.path / "environment.json", environment.model_dump(mode="json"))
        self._phase("computing features")
        return faces, prepared, model_inputs(self.config, faces, prepared, self.settings, self._on_image)

    def _fit(self, faces: Faces, prepared: Prepared, read: Read) -> None:
        tail = prepared.network.tail
        model = compiled(tail, self.config)
        done, counters = restore(self.run.checkpoints, model, tail)
        history = self._history_until(done)
        if done >= self.config.epochs or counters.get("stop_training"):
            return
        self._phase("training")
        train, val = self._batches(faces, read, done)
        model.fit(
            train,
            validation_data=val,
            epochs=self.config.epochs,
            initial_epoch=done,
            callbacks=self._callbacks(train, tail, history, counters.get("callbacks", {})),
            shuffle=False,
            verbose=0,
        )

    def _batches(self, faces: Faces, read: Read, epoch: int) -> tuple[Batches, Batches]:
        dataset, size = faces.dataset, self.config.batch_size
        labels = dataset.labels(self.config.target)
        train = Batches(read, dataset.split_rows("train"), labels, size, seed=self.config.seed, epoch=epoch)
        return train, Batches(read, dataset.split_rows("val"), labels, size)

    def _callbacks(
        self, train: Batches, tail: keras.Model, history: list[Row], saved: dict
    ) -> list[keras.callbacks.Callback]:
        """Order matters: the row is written, then counted, then the epoch is committed."""
        counted = plateau_callbacks(self.config)
        return [
            Watch(self.reporter, self.listener, train),
            SeedDropout(self.config.seed),
            RecordLearningRate(),
            keras.callbacks.CSVLogger(str(self.run.path / "history.csv"), append=True),
            *counted,
            RestoreCounters(counted, saved),
            SaveCheckpoint(self.run.checkpoints, tail, counted, history),
            keras.callbacks.LambdaCallback(on_epoch_end=self._print_epoch),
        ]

    def _history_until(self, done: int) -> list[Row]:
        """Rows of the checkpointed epochs; later ones are dropped from the file, they are trained again."""
        rows = self.run.history()
        kept = [row for row in rows if row["epoch"] < done]
        if len(kept) != len(rows) or not done:
            write_csv_rows(self.run.path / "history.csv", kept)
        return kept

    def _score(self, faces: Faces, prepared: Prepared, read: Read) -> None:
        self._phase("scoring")
        self.listener.scoring = True
        checkpoints, tail = self.run.checkpoints, prepared.network.tail
        manifest = checkpoints.manifest()
        history = self.run.history()
        labels = faces.dataset.labels(self.config.target)
        test_rows = faces.dataset.split_rows("test")
        tail.load_weights(checkpoints.checked(part_name(manifest.last_epoch, WEIGHTS)))
        last_test = self._probabilities(tail, read, test_rows)
        last = epoch_score(history, manifest.last_epoch, labels[test_rows], last_test)
        tail.load_weights(checkpoints.best_weights())
        scored = {split: self._probabilities(tail, read, faces.dataset.split_rows(split)) for split in SCORED}
        best = epoch_score(history, manifest.best_epoch, labels[test_rows], scored["test"])
        write_predictions(self.run, predictions_frame(faces.dataset, self.config.target, scored))
        metrics = Metrics(
            target=self.config.target,
            best=best,
            last=last,
            splits=split_counts(faces.dataset, self.config.target),
        )
        write_json(self.run.path / "metrics.json", metrics.model_dump())

    def _probabilities(self, tail: keras.Model, read: Read, rows: np.ndarray) -> np.ndarray:
        return probabilities(tail, read, rows, FEATURE_BATCH, lambda done: self._on_image(done, len(rows)))

    def _phase(self, name: str) -> None:
        self.reporter.phase(name)
        print(name, flush=True)

    def _on_image(self, done: int, total: int) -> None:
        self.reporter.step(done, total, done)
        self.listener.check()

    def _print_epoch(self, epoch: int, logs: dict) -> None:
        print(epoch_line(epoch + 1, self.config.epochs, logs), flush=True)

    def _end(self, state: State, reason: str) -> State:
        self.held.clear_request()
        self.held.set_state(state, reason)
        print(f"{state}. {reason}".strip(), flush=True)
        return state


def compiled(tail: keras.Model, config: TrainConfig) -> keras.Model:
    """A model with loss and optimizer that shares the tail's layers; the tail itself saves weights only."""
    optimizers = {
        "adam": keras.optimizers.Adam,
        "adamw": keras.optimizers.AdamW,
        "sgd": keras.optimizers.SGD,
        "rmsprop": keras.optimizers.RMSprop,
    }
    model = keras.Model(tail.input, tail.output)
    model.compile(
        optimizer=optimizers[config.optimizer](learning_rate=config.learning_rate),
        loss="binary_crossentropy",
        metrics=[keras.metrics.BinaryAccuracy(name="accuracy")],
        jit_compile=False,
    )
    return model


def plateau_callbacks(config: TrainConfig) -> list[Counted]:
    """Early stopping and learning-rate reduction, those that `config` switches on."""
    callbacks: list[Counted] = []
    if config.early_stopping_patience:
        callbacks.append(keras.callbacks.EarlyStopping("val_loss", patience=config.early_stopping_patience))
    if config.reduce_lr_patience:
        callbacks.append(
            keras.callbacks.ReduceLROnPlateau(
                "val_loss", factor=config.reduce_lr_factor, patience=config.reduce_lr_patience
            )
        )
    return callbacks


def epoch_line(epoch: int, epochs: int, logs: dict) -> str:
    """One line an epoch, for the log and the command line."""
    return (
        f"epoch {epoch}/{epochs}  loss {logs['loss']:.4f}  accuracy {logs['accuracy']:.4f}  "
        f"val_loss {logs['val_loss']:.4f}  val_accuracy {logs['val_accuracy']:.4f}"
    )
