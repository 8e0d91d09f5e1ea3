"""A long bench in pieces: each is measured once and kept in a file, so that it may take several calls."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from core.atomic import read_json_or_none, write_json
from tests.bench.conditions import Conditions, say


class Pieces:
    """What a bench has measured under its conditions, by name."""

    def __init__(self, bench: str, conditions: Conditions):
        self.conditions = conditions
        self.key = f"{bench}, {conditions.told()}"
        self._kept = (read_json_or_none(conditions.keep) or {}) if conditions.keep else {}
        self._found: dict[str, Any] = self._kept.setdefault(self.key, {})

    def measure(self, plan: dict[str, Callable[[], Any]]) -> dict[str, Any]:
        """Measure what is asked for and not kept yet; everything that is known afterwards."""
        for name, piece in self._wanted(plan):
            say(f"measuring: {name} ({self.key})")
            self._found[name] = json.loads(json.dumps(piece()))
            if self.conditions.keep:
                write_json(self.conditions.keep, self._kept)
        return self._found

    def _wanted(self, plan: dict[str, Callable[[], Any]]) -> Iterator[tuple[str, Callable[[], Any]]]:
        only = self.conditions.only
        return ((n, p) for n, p in plan.items() if n not in self._found and (not only or n in only))
