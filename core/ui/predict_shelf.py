"""Models ready to answer, for all visitors: each is loaded once, for whoever asks first, or ahead of time.

Knows neither TensorFlow nor Streamlit: what loads a model is handed in.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

Model = TypeVar("Model")
Load = Callable[[], Model]


class ModelShelf(Generic[Model]):
    """At most `room` models, by key; the longest unused goes first. Safe in threads."""

    def __init__(self, room: int):
        self._room = room
        self._lock = threading.Lock()
        self._models: OrderedDict[Hashable, Future[Model]] = OrderedDict()
        self._wish: tuple[Hashable, Load[Model]] | None = None
        self._failed: Hashable | None = None
        self._fetching = False

    def get(self, key: Hashable, load: Load[Model]) -> Model:
        """The model of that key; waits while it loads.

        Raises:
            Whatever `load` raises. The next call loads it again.
        """
        return self.ask(key, load).result()

    def ask(self, key: Hashable, load: Load[Model]) -> Future[Model]:
        """The model of that key, now or later: it loads in a thread of its own unless it is there already.

        The future raises whatever `load` raises; the next call loads it again.
        """
        place, is_mine = self._place(key)
        if is_mine:
            threading.Thread(
                target=self._fill, args=(key, place, load), name="model load", daemon=True
            ).start()
        return place

    def fetch_ahead(self, key: Hashable, load: Load[Model]) -> None:
        """Begin to load a model in the background, for a later `get`; returns at once.

        One is loaded at a time; of those asked for meanwhile only the last is, since it is what is looked at
        now. A failure is not told here: `get` meets it again. It is not tried ahead a second time either,
        until another model is.
        """
        with self._lock:
            if key in self._models or key == self._failed:
                return
            self._wish = (key, load)
            if self._fetching:
                return
            self._fetching = True
        # A daemon: the server's end does not wait for it.
        threading.Thread(target=self._fetch, name="model warm-up", daemon=True).start()

    def _fetch(self) -> None:
        while (wish := self._next_wish()) is not None:
            key, load = wish
            place, is_mine = self._place(key)
            if is_mine:
                self._fill(key, place, load)
            self._failed = key if place.exception() else None

    def _next_wish(self) -> tuple[Hashable, Load[Model]] | None:
        with self._lock:
            wish, self._wish = self._wish, None
            self._fetching = wish is not None
        return wish

    def _place(self, key: Hashable) -> tuple[Future[Model], bool]:
        """Where the model of that key is or will be, and whether the caller has to load it."""
        with self._lock:
            if is_mine := key not in self._models:
                self._models[key] = Future()
                while len(self._models) > self._room:
                    self._models.popitem(last=False)
            self._models.move_to_end(key)
            return self._models[key], is_mine

    def _fill(self, key: Hashable, place: Future[Model], load: Load[Model]) -> None:
        try:
            place.set_result(load())
        except BaseException as error:
            with self._lock:
                if self._models.get(key) is place:
                    del self._models[key]
            place.set_exception(error)
