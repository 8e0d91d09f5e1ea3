"""How a run answers: its probabilities made honest, then an answer where they are sure enough.

Both parts are learnt on validation: the temperature by `core.evaluation.calibration`, the margin by
`core.evaluation.selective`.
"""

from dataclasses import dataclass

import numpy as np

from core.evaluation.calibration import Temperature, calibrated, fit_temperature
from core.evaluation.scores import predicted_classes
from core.evaluation.selective import FALLBACK, Margin, choose_margin, is_answered


@dataclass(frozen=True)
class DecisionRule:
    """What validation taught about one run."""

    temperature: Temperature
    margin: Margin

    @property
    def is_taught(self) -> bool:
        """Whether there were validation images to learn from; else nothing is calibrated."""
        return self.margin.n > 0

    def calibrated(self, probabilities: np.ndarray) -> np.ndarray:
        """The model's probabilities with their temperature; float64, shape (n,).

        Raises:
            ValueError: a probability that is NaN or outside 0..1.
        """
        return calibrated(probabilities, self.temperature.value)

    def decide(self, probabilities: np.ndarray, margin: float | None = None) -> list[int | None]:
        """The answer for each *calibrated* probability: 1, 0, or None for "not sure".

        Args:
            margin: how far from 0.5 an answer has to be, 0..0.49; the rule's own when None.

        Raises:
            ValueError: a probability that is NaN or outside 0..1.
        """
        margin = self.margin.value if margin is None else margin
        given, labels = is_answered(probabilities, margin), predicted_classes(probabilities)
        return [int(label) if sure else None for sure, label in zip(given, labels, strict=True)]


UNTAUGHT = DecisionRule(
    Temperature(1.0, "The run has no validation predictions: its probabilities are shown as they come."),
    Margin(FALLBACK, None, False, 0),
)
"""For a run whose predictions cannot be read."""


def decision_rule(labels: np.ndarray, probabilities: np.ndarray) -> DecisionRule:
    """The rule that these images teach; to be given the validation images and the model's probabilities.

    Raises:
        ValueError: no images, a label other than 0 and 1, or a probability that is NaN or outside 0..1.
    """
    temperature = fit_temperature(labels, probabilities)
    return DecisionRule(temperature, choose_margin(labels, calibrated(probabilities, temperature.value)))
