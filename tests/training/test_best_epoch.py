"""Which epoch is the best: the lowest val_loss, the earliest on a tie, and never one that is no number."""

import math

import pytest

from core.training.checkpointing import is_best


def best_of(*losses: float) -> int:
    """The 1-based best epoch of a run with these val_losses, decided epoch by epoch as in training."""
    best, history = None, []
    for epoch, loss in enumerate(losses):
        history.append({"epoch": epoch, "val_loss": loss})
        if is_best(history, best):
            best = epoch + 1
    return best


@pytest.mark.parametrize(
    ("losses", "best"),
    [
        ((0.5,), 1),
        ((0.5, 0.4, 0.3), 3),
        ((0.3, 0.4, 0.5), 1),
        ((0.5, 0.3, 0.4), 2),
        ((0.5, 0.3, 0.3), 2),
        ((0.3, 0.3, 0.3), 1),
        ((0.5, math.nan, 0.4), 3),
        ((0.5, math.nan, 0.6), 1),
        ((math.nan, 0.5, 0.6), 2),
        ((math.nan, math.inf, 0.6), 3),
        ((0.5, -math.inf), 1),
    ],
)
def test_the_lowest_val_loss_wins_the_earliest_on_a_tie(losses, best):
    assert best_of(*losses) == best
