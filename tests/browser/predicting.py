"""What the Predict page is driven with: a run really trained on what counts as photographs, and photos.

The faces are drawn, so that no real one is needed. A run that knows that its faces are drawn says "not sure"
of every photo; this one is trained on a copy of them that does not say so.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from playwright.sync_api import FilePayload, Locator, Page, expect

from core.data.open import SYNTHETIC_MARK
from core.data.sources import register_folder
from core.data.synthetic import draw_face, sample_specs, write_synthetic
from core.data.synthetic.tables import VERSION
from core.settings import PROJECT, Settings

FACES = 160
"""Drawn faces to train on: 128 of them, the rest for validation and test."""
OPTIONS = {
    "--weights": "random",
    "--image-size": 32,
    "--epochs": 1,
    "--batch-size": 16,
    "--dense-units": 16,
    "--precision": "float32",
    "--name": "on photographs",
}
DROP_ZONE = "[data-testid=stFileUploaderDropzoneInput]"
SCORING_MS = 180_000
"""The first answer waits for TensorFlow, half a minute on two busy cores."""
CAMERA_SIZE = (320, 240)
DARK, BRIGHT = 40, 210
"""Grey levels of the left and the right half of what the camera sees."""


@dataclass(frozen=True)
class Trained:
    """A host with one run that answers photos."""

    settings: Settings
    run_id: str

    def url(self, server_url: str) -> str:
        return f"{server_url}/predict?run={self.run_id}"


def train_on_photographs(folder: Path) -> Trained:
    """Draw faces, train a run on a copy without their mark; a data set that the pages know."""
    host = Settings(artifacts=folder / "artifacts", data_roots=(folder,))
    # In the place of the set that "Try a sample" would draw: ten times as many.
    drawn = host.datasets / f"synthetic-v{VERSION}"
    write_synthetic(drawn, count=FACES, seed=0, workers=1)
    photographs = folder / "photographs"
    shutil.copytree(drawn, photographs, ignore=shutil.ignore_patterns(SYNTHETIC_MARK))
    source = register_folder(photographs, host)
    words = [str(word) for pair in OPTIONS.items() for word in pair]
    command = ["train", "--data", str(source.location), *words, "--artifacts", str(host.artifacts)]
    done = subprocess.run(
        [sys.executable, "-m", "core", *command],
        cwd=PROJECT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    (run,) = host.runs.iterdir()
    return Trained(host, run.name)


def faces_photo(faces: int, *, text: str = "") -> bytes:
    """A PNG of some drawn faces side by side, each far smaller than the photo, so that they must be found.

    Args:
        text: goes into the file as a remark, by which its bytes can be told wherever they turn up.
    """
    # Of these all are found with a confidence of 0.99 and more.
    specs = [sample_specs(8, 3)[index] for index in (3, 5, 6)[:faces]]
    photo = Image.new("RGB", (100 + 330 * faces, 480), (150, 160, 170))
    for number, spec in enumerate(specs):
        photo.paste(draw_face(spec).resize((267, 327)), (80 + 330 * number, 80))
    return _png(photo, text)


def faceless_photo(size: tuple[int, int] = (320, 240), level: int = 120) -> bytes:
    """A PNG of one grey."""
    return _png(Image.new("RGB", size, (level, level, level)))


def files(photos: dict[str, bytes]) -> list[FilePayload]:
    """Photos by name as a browser's file chooser gives them."""
    return [{"name": name, "mimeType": "image/png", "buffer": content} for name, content in photos.items()]


def open_predict(page: Page, url: str) -> None:
    """Open the page and wait until it takes photos."""
    page.goto(url)
    expect(page.get_by_role("heading", name="Predict", level=1)).to_be_visible()
    expect(page.locator(DROP_ZONE)).to_be_attached()
    settled(page)


def settled(page: Page) -> None:
    """Wait for the page to be drawn to its end, without an exception."""
    expect(page.get_by_test_id("stApp")).to_have_attribute(
        "data-test-script-state", "notRunning", timeout=SCORING_MS
    )
    expect(page.get_by_test_id("stException")).to_have_count(0)


def give(page: Page, photos: dict[str, bytes], said: str) -> None:
    """Drop photos onto the page and wait for the line that counts them to begin with `said`."""
    page.locator(DROP_ZONE).set_input_files(files(photos))
    counted(page, said)


def counted(page: Page, said: str) -> None:
    """Wait for the line that counts faces and photos to begin with `said`."""
    expect(page.get_by_text(said)).to_be_visible(timeout=SCORING_MS)
    settled(page)


def press(page: Page, label: str, index: int = 0) -> None:
    """Press the button of that label that is seen; Streamlit draws one with a help text twice."""
    button(page, label).nth(index).click()


def button(page: Page, label: str) -> Locator:
    """The buttons of that label that are seen."""
    return page.locator("button:visible", has_text=label)


def badge(page: Page, words: str) -> Locator:
    """The badges that say those words and are seen."""
    return page.locator(".stMarkdownBadge:visible", has_text=words)


def camera_film(path: Path) -> Path:
    """What Chromium's fake camera shows, as YUV4MPEG2: the left half dark, the right half bright, no face."""
    width, height = CAMERA_SIZE
    luma = np.full((height, width), DARK, np.uint8)
    luma[:, width // 2 :] = BRIGHT
    colour = bytes([128]) * (width // 2 * (height // 2) * 2)
    frame = b"FRAME\n" + luma.tobytes() + colour
    path.write_bytes(f"YUV4MPEG2 W{width} H{height} F10:1 Ip A1:1 C420mpeg2\n".encode() + frame * 10)
    return path


def halves(photo: bytes) -> tuple[float, float]:
    """The mean grey of a photo's left and right half, 0..255."""
    grey = np.asarray(Image.open(BytesIO(photo)).convert("L"), float)
    middle = grey.shape[1] // 2
    return grey[:, :middle].mean(), grey[:, middle:].mean()


def listing(folders: Sequence[Path]) -> Iterator[tuple[str, int, int]]:
    """Path, size and time of change, nanoseconds, of every file under the folders."""
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file():
                found = path.stat()
                yield str(path), found.st_size, found.st_mtime_ns


def _png(image: Image.Image, text: str = "") -> bytes:
    remark, buffer = PngInfo(), BytesIO()
    if text:
        remark.add_text("Comment", text)
    image.save(buffer, "PNG", pnginfo=remark)
    return buffer.getvalue()
