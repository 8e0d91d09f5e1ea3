"""A token bucket: so many at once, and so many a second in the long run."""

import time


class Bucket:
    """Holds up to `burst` tokens, and gains `per_second` of them."""

    def __init__(self, burst: float, per_second: float):
        self._burst, self._per_second = burst, per_second
        self._held, self._at = float(burst), time.monotonic()

    def held(self) -> float:
        """Tokens that it holds now."""
        now = time.monotonic()
        self._held = min(self._burst, self._held + (now - self._at) * self._per_second)
        self._at = now
        return self._held

    def is_full(self) -> bool:
        """Whether nobody has taken from it for long: then a new one would do as well."""
        return self.held() >= self._burst

    def take(self) -> bool:
        """Take one token; whether there was one."""
        if self.held() < 1:
            return False
        self._held -= 1
        return True
