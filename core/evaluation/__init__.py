"""Pure functions on labels and probabilities. No files, no TensorFlow; scipy only when first needed."""

from core.evaluation.intervals import wilson_interval
from core.evaluation.scores import accuracy, binary_cross_entropy, predicted_classes

__all__ = ["accuracy", "binary_cross_entropy", "predicted_classes", "wilson_interval"]
