"""Pure functions on labels and probabilities. No files, no TensorFlow; scipy only when first needed."""

from core.evaluation.aligned import Aligned, Judged, comparable, compare_with_baseline
from core.evaluation.intervals import Interval, accuracy_interval, share_interval, wilson_interval
from core.evaluation.paired import PairedComparison, Verdict, compare, holm, paired_cells, verdict
from core.evaluation.resampling import person_groups, resampled_ratio
from core.evaluation.scores import accuracy, binary_cross_entropy, predicted_classes

__all__ = [
    "Aligned",
    "Interval",
    "Judged",
    "PairedComparison",
    "Verdict",
    "accuracy",
    "accuracy_interval",
    "binary_cross_entropy",
    "comparable",
    "compare",
    "compare_with_baseline",
    "holm",
    "paired_cells",
    "person_groups",
    "predicted_classes",
    "resampled_ratio",
    "share_interval",
    "verdict",
    "wilson_interval",
]
