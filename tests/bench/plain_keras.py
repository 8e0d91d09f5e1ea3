"""The script that a person would write from the Keras guide to transfer learning: float32, no tricks.

    python -m tests.bench.plain_keras FACES --weights FILE --image-size 224 --fine-tune block5 …

FACES holds `train`, `val` and `test`, each with the folders `0` and `1`. Imports nothing of the product.
Prints one line of JSON: seconds of each part, and accuracies.
"""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

import keras

Datasets = tuple[object, object, object]
"""Batches of (images 0..255, labels) of train, val and test."""


class Clock(keras.callbacks.Callback):
    """Seconds of each batch and of each epoch, validation included."""

    def __init__(self):
        super().__init__()
        self.batches: list[float] = []
        self.epochs: list[float] = []
        self._epoch = self._batch = 0.0

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        self._epoch = self._batch = time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        now = time.perf_counter()
        self.batches.append(now - self._batch)
        self._batch = now

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        self.epochs.append(time.perf_counter() - self._epoch)


def parse() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("faces", type=Path)
    parser.add_argument("--weights", required=True)
    parser.add_argument("--image-size", type=int, default=224)
    parser.add_argument("--fine-tune", choices=("none", "block5"), default="none")
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def read(options: argparse.Namespace) -> Datasets:
    """As the guide reads: decoded anew in each epoch, in threads, the next batches ahead of the network."""
    size = (options.image_size, options.image_size)
    train, val, test = (
        keras.utils.image_dataset_from_directory(
            options.faces / split,
            label_mode="binary",
            image_size=size,
            batch_size=options.batch_size,
            shuffle=split == "train",
            seed=options.seed,
            verbose=False,
        )
        for split in ("train", "val", "test")
    )
    return train, val, test


def build(options: argparse.Namespace) -> keras.Model:
    """VGG-16, frozen but for block 5 where asked, and a head: flatten, dense 256, dropout, sigmoid."""
    shape = (options.image_size, options.image_size, 3)
    base = keras.applications.VGG16(weights=options.weights, include_top=False, input_shape=shape)
    for layer in base.layers:
        layer.trainable = options.fine_tune != "none" and layer.name.startswith(options.fine_tune)
    image = keras.Input(shape)
    x = keras.applications.vgg16.preprocess_input(image)
    x = keras.layers.Flatten()(base(x))
    x = keras.layers.Dense(256, activation="relu")(x)
    x = keras.layers.Dropout(options.dropout)(x)
    x = keras.layers.Dense(1, activation="sigmoid", dtype="float32")(x)
    model = keras.Model(image, x)
    rate = options.learning_rate
    model.compile(keras.optimizers.Adam(rate), loss="binary_crossentropy", metrics=["accuracy"])
    return model


def main(read: Callable[[argparse.Namespace], Datasets] = read) -> None:
    """Read, build, fit, evaluate; print what it took."""
    options = parse()
    keras.utils.set_random_seed(options.seed)
    began = time.perf_counter()
    train, val, test = read(options)
    prepared = time.perf_counter()
    model = build(options)
    built = time.perf_counter()
    clock = Clock()
    history = model.fit(train, validation_data=val, epochs=options.epochs, callbacks=[clock], verbose=0)
    fitted = time.perf_counter()
    accuracy = model.evaluate(test, return_dict=True, verbose=0)["accuracy"]
    seconds = {
        "read": prepared - began,
        "build": built - prepared,
        "epochs": clock.epochs,
        "batches": clock.batches,
        "test": time.perf_counter() - fitted,
    }
    accuracies = {"val_accuracy": history.history["val_accuracy"], "test_accuracy": accuracy}
    print(json.dumps({"seconds": seconds, **accuracies}))


if __name__ == "__main__":
    main()
