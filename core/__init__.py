"""Lineament: a workbench for face-attribute classifiers."""

import os

# Before anything can import TensorFlow: it would take all of a GPU's memory, and a trainer, a second one and
# the pages' model share it.
os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
