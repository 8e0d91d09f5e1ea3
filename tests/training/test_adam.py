"""Adam in one pass is Keras's Adam: the same weights, the same state."""

import keras
import numpy as np
import tensorflow as tf

from core.training.adam import OnePassAdam

STEPS = 20


def trained(optimizer: keras.Optimizer) -> list[np.ndarray]:
    """Weights and the optimizer's own variables after a few steps on the same data."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(5, "relu"), keras.layers.Dense(1)])
    model.compile(optimizer, "mse")
    inputs = np.random.default_rng(0).normal(size=(8, 6)).astype(np.float32)
    for _ in range(STEPS):
        model.train_on_batch(inputs, inputs[:, :1])
    return [np.asarray(variable) for variable in (*model.trainable_variables, *model.optimizer.variables)]


def test_weights_and_state_are_those_of_keras() -> None:
    """Twenty steps, so that the bias correction matters and moments have settled."""
    ours, theirs = trained(OnePassAdam(0.01)), trained(keras.optimizers.Adam(0.01))
    assert len(ours) == len(theirs)
    for mine, its in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(mine, its, rtol=1e-4, atol=1e-5)


def test_a_learning_rate_changed_between_steps_counts_at_once() -> None:
    """ReduceLROnPlateau sets it while the compiled step stays the same."""
    found = []
    for kind in (OnePassAdam, keras.optimizers.Adam):
        weight = keras.Variable(np.ones(3, np.float32))
        optimizer = kind(0.1)
        optimizer.build([weight])
        step = tf.function(optimizer.apply)
        step([tf.ones(3)])
        optimizer.learning_rate = 0.001
        step([tf.ones(3)])
        found.append(np.asarray(weight))
    np.testing.assert_allclose(found[0], found[1], rtol=1e-6)
    assert abs(found[0][0] - (1 - 0.101)) < 1e-4
