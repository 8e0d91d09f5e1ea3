"""One act on many runs: each on its own, so that one that fails does not keep the others from it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from core.errors import LineamentError


@dataclass(frozen=True)
class Outcome:
    """What came of an act on many runs: the ids it was done to, and why it failed for the others."""

    done: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


def each_of(run_ids: Iterable[str], act: Callable[[str], object]) -> Outcome:
    """Do `act` to every run, an id that is named twice once; never raises for what one run refuses."""
    outcome = Outcome()
    for run_id in dict.fromkeys(run_ids):
        try:
            act(run_id)
        except (LineamentError, OSError) as error:
            outcome.failed[run_id] = str(error)
        else:
            outcome.done.append(run_id)
    return outcome
