"""What every bench is told: which faces and weights, how many, how large; and where it may write.

Without `--data` and `--weights` a bench uses the drawn faces and random weights, so that it runs anywhere.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

from core.data import FaceDataset, open_dataset, with_split
from core.runs import TrainConfig
from core.settings import Settings, read_settings


class Row(NamedTuple):
    """A line of a bench's table; `wanted` is empty where there is no target."""

    what: str
    measured: str
    wanted: str
    how: str


@dataclass(frozen=True)
class Conditions:
    """The faces, weights and sizes of a bench.

    Attributes:
        data: "sample" or a folder.
        weights: "random", "imagenet" or a file.
        images: images of all three splits together.
        epochs: epochs for which the Keras scripts are timed.
        only: pieces to measure in this call; all when empty.
        keep: file that keeps what was measured from one call to the next.
        minutes: that the load or the soak lasts; each has its own when None.
        mode: "demo" or "local", of the server under load.
    """

    data: str = "sample"
    weights: str = "random"
    images: int = 2000
    image_size: int = 224
    epochs: int = 3
    only: tuple[str, ...] = ()
    keep: Path | None = None
    minutes: float | None = None
    mode: str = "demo"

    def config(self, **fields: Any) -> TrainConfig:
        """A run under these conditions, without dropout and with fixed epochs."""
        root, weights = str(self.dataset().root), str(self.weights_file())
        shared = {"data": root, "weights": weights, "limit": self.images, "image_size": self.image_size}
        return TrainConfig(**{**shared, "dropout": 0.0, **fields})

    def dataset(self) -> FaceDataset:
        """The faces, opened; drawn on first use."""
        return open_dataset(self.data, settings=read_settings())

    def faces(self) -> FaceDataset:
        """The faces as a run sees them: limited, and in splits."""
        return with_split(self.dataset(), "Male", seed=0, limit=self.images)

    def weights_file(self) -> str:
        """A file that the Keras scripts can read as well; random weights are made on first use."""
        return self.weights if self.weights != "random" else apart(_random_weights)

    def told(self) -> str:
        """One sentence for the table's head."""
        data, weights = Path(self.data).name, Path(self.weights).name
        return f"{self.images:,} images of {data} at {self.image_size} px, weights {weights}"


def _random_weights() -> str:
    from core.model.weights import find_weights

    return str(find_weights("random", read_settings()).path)


def apart(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call `function` in a fresh process, so that neither its memory nor TensorFlow's threads stay."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


@contextmanager
def host(**fields: Any) -> Iterator[Settings]:
    """Settings of a host that has never run anything; its folder goes afterwards."""
    with tempfile.TemporaryDirectory(prefix="lineament-bench-") as folder:
        yield read_settings(artifacts=Path(folder) / "artifacts", **fields)


def say(words: str) -> None:
    """Tell the person who waits what is being measured."""
    print(words, file=sys.stderr, flush=True)
