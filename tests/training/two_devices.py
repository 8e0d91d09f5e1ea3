"""`python -m tests.training.two_devices RUN_DIR`: trains a run on a processor that counts as two devices."""

import sys

import tensorflow as tf

from core.training.__main__ import main

if __name__ == "__main__":
    [processor] = tf.config.list_physical_devices("CPU")
    tf.config.set_logical_device_configuration(processor, [tf.config.LogicalDeviceConfiguration()] * 2)
    sys.exit(main())
