"""A run's network made again in code, with base weights whose fingerprint is checked and trained weights
whose hash is.

No model file is read: what a run folder holds are numbers, and the layers they belong to come from here.
"""

import threading

import keras

from core.errors import CheckpointError, RunError, WeightsError
from core.model.network import Network, build_network
from core.model.weights import BaseWeights, find_weights, load_base_weights
from core.runs.pack import base_weights_name
from core.runs.run import Run
from core.settings import Settings

_policy = threading.Lock()
"""The dtype policy is Keras's global: two models must not be built at once."""


def rebuild(run: Run, settings: Settings, precision: str | None = None) -> Network:
    """The network of a run's best epoch. Takes seconds.

    Args:
        precision: a Keras dtype policy such as "float32"; by default the one that the run trained in.

    Raises:
        RunError: the run has not read its data yet.
        CheckpointError: it has no checkpoint, a file changed since it was saved, or it is of another network.
        WeightsError: the base weights it was trained on cannot be had, or are others now.
    """
    environment = run.environment()
    if environment is None:
        raise RunError(f"{run.id} has not been trained yet. Wait for it to end.")
    config, trained = run.config(), run.checkpoints.best_weights()
    with _policy:
        before = keras.config.dtype_policy()
        keras.config.set_dtype_policy(precision or environment.precision)
        try:
            network = build_network(config)
        finally:
            keras.config.set_dtype_policy(before)
    if network.prefix is not None:
        # Without a prefix all weights are the run's own, and the base's are not needed.
        loaded = load_base_weights(network.base, base_weights(run, settings))
        if loaded.fingerprint != environment.weights.fingerprint:
            raise WeightsError(
                f"{run.id} was trained on the base weights {environment.weights.name} "
                f"({environment.weights.fingerprint[:12]}…); {config.weights} now holds others "
                f"({loaded.fingerprint[:12]}…). Put the former file back."
            )
    try:
        network.tail.load_weights(trained)
    except (ValueError, OSError, LookupError, MemoryError) as error:
        fault = str(error).split("\n")[0].rstrip(".")[:300]
        raise CheckpointError(
            f"{trained.name} of {run.id} is damaged, or of another network: {fault}. Train the run again."
        ) from error
    return network


def base_weights(run: Run, settings: Settings) -> BaseWeights:
    """The file of a run's base weights; one that came from elsewhere has brought it, by its fingerprint.

    Raises:
        WeightsError: it cannot be had.
    """
    record = run.environment().weights
    name = base_weights_name(record.fingerprint)
    if name and (settings.weights / name).is_file():
        return BaseWeights(record.kind, record.name, settings.weights / name)
    return find_weights(run.config().weights, settings)
