"""What reading pictures costs in memory, counted in processes of their own."""

import subprocess
import sys

import pytest

from core.settings import PROJECT

pytestmark = pytest.mark.slow

START = """
import psutil, sys, threading, time
from PIL import Image
from core.data.images import read_image
from core.errors import PhotoError
from tests import hostile_images as hostile
from tests.pictures import ramp, saved

def used():
    return psutil.Process().memory_info().rss / 2**20

def read(data):
    try:
        read_image(data)
    except PhotoError:
        pass

for fmt in ("JPEG", "PNG", "GIF", "WEBP", "AVIF", "TIFF"):
    read(saved(ramp(), fmt))
"""
PEAK = """
data = {make}
before, top, done = used(), [0.0], threading.Event()

def watch():
    while not done.wait(0.002):
        top[0] = max(top[0], used())

watcher = threading.Thread(target=watch)
watcher.start()
read(data)
done.set()
watcher.join()
print(top[0] - before)
"""
BATCH = """
photo = saved(ramp(4000, 3000), "JPEG")
after = []
for _ in range(30):
    read(photo)
    after.append(used())
print(max(after[10:]) - max(after[:10]))
"""


def told(script: str) -> float:
    """The number that a script prints, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", START + script], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    return float(done.stdout)


@pytest.mark.parametrize(
    "make",
    [
        "hostile.png_of_zeros(7_000, 7_000, colour=2)",
        "hostile.png_of_zeros(10_000, 10_000)",
        "saved(Image.new('RGBA', (7_000, 7_000)), 'PNG', compress_level=1)",
        "saved(Image.new('RGB', (7_000, 7_000)), 'JPEG', progressive=True)",
        "hostile.gif_of_many_blocks(9 * 10**6)",
        "hostile.tiff_of_one_tile(20_000)",
        "hostile.tiff_of_many_strips(9 * 10**6)",
        "hostile.jpeg_with(hostile.segment(0xFE) * 4 * 10**6)",
    ],
)
def test_the_worst_file_within_the_limits_costs_a_few_copies_of_its_pixels(make):
    """50 million pixels are 191 MiB as Pillow keeps them; WebP's decoder takes the most, 750 MiB."""
    assert told(PEAK.format(make=make)) < 600


def test_photo_after_photo_takes_no_more_memory():
    """A photo of 12 million pixels is 46 MiB: one that stayed would be seen."""
    assert told(BATCH) < 60
