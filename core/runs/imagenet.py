"""Where Keras keeps ImageNet's weights for VGG-16, told without importing Keras."""

import os
from pathlib import Path

IMAGENET_FILE = "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5"
"""What Keras calls the file in its cache; 59 MB."""


def imagenet_path() -> Path:
    """Where Keras puts its download: `$KERAS_HOME/models`, by default `~/.keras/models`."""
    # Keras's own variable and default: it is Keras that looks there.
    return Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras") / "models" / IMAGENET_FILE


def imagenet_cached() -> bool:
    """Whether a run can start from ImageNet without a download."""
    return imagenet_path().is_file()
