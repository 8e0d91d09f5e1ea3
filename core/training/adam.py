"""Adam in one pass over memory: the same numbers as Keras's own, which takes a dozen.

Keras writes Adam's formula as separate operations, each of which walks through all weights and moments. Both
are bound by memory on a processor, and the trained part has up to fourteen million weights.
"""

import keras
import tensorflow as tf


class OnePassAdam(keras.optimizers.Adam):
    """`keras.optimizers.Adam` by TensorFlow's fused kernel; same variables, so checkpoints fit either.

    As in Keras, epsilon is added outside the bias correction (arXiv 1412.6980, end of section 2).
    """

    def update_step(self, gradient: tf.Tensor, variable: tf.Variable, learning_rate: tf.Tensor) -> None:
        """Change one float32 variable and its two moments."""
        i = self._get_variable_index(variable)
        step = tf.cast(self.iterations + 1, tf.float32)
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,
            m=self._momentums[i].value.handle,
            v=self._velocities[i].value.handle,
            beta1_power=tf.pow(self.beta_1, step),
            beta2_power=tf.pow(self.beta_2, step),
            lr=tf.cast(learning_rate, tf.float32),
            beta1=self.beta_1,
            beta2=self.beta_2,
            epsilon=self.epsilon,
            grad=gradient,
        )
