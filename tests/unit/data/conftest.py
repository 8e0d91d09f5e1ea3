"""Tiny data sets of every layout, made on the spot: images of 8 x 10 px in flat colours."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from core.data import ATTRIBUTES
from core.settings import Settings

SHARED_DATA = Path(__file__).resolve().parents[4] / "shared" / "data"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(artifacts=tmp_path / "artifacts", data_roots=(tmp_path,))


@pytest.fixture
def shared() -> Callable[[str], Path]:
    """A folder of real data; the test is skipped where it is absent."""

    def folder(name: str) -> Path:
        if not (SHARED_DATA / name).is_dir():
            pytest.skip(f"no real data: {SHARED_DATA / name} is absent")
        return SHARED_DATA / name

    return folder


@pytest.fixture
def faces(tmp_path: Path) -> SimpleNamespace:
    """Builders of label tables, image folders and whole CelebA folders."""
    return SimpleNamespace(
        table=_table, images=_images, celeba=lambda **how: _celeba(tmp_path / "faces", **how)
    )


def _table(count: int = 20, *, no: int = -1, extra: tuple[str, ...] = ("Bald",)) -> pd.DataFrame:
    """Labels for 000001.jpg …: Male alternates, the rest is random; `no` stands for absent."""
    rng = np.random.default_rng(0)
    columns = ["Bald", *reversed(ATTRIBUTES)] if extra == ("Bald",) else [*reversed(ATTRIBUTES), *extra]
    table = pd.DataFrame(rng.integers(0, 2, (count, len(columns))), columns=columns)
    table["Male"] = np.arange(count) % 2
    table = table.replace(0, no)
    table.insert(0, "image_id", [f"{i:06d}.jpg" for i in range(1, count + 1)])
    return table


def _images(folder: Path, names: list[str]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for i, name in enumerate(names):
        colour = (i * 37 % 256, i * 91 % 256, i * 11 % 256)
        Image.new("RGB", (8, 10), colour).save(folder / name, format="JPEG")
    return folder


def _celeba(
    root: Path,
    *,
    count: int = 20,
    table: pd.DataFrame | None = None,
    text: bool = False,
    partition: bool = True,
    identity: bool = True,
    images: str = "img_align_celeba",
) -> Path:
    """A CelebA folder: 60/20/20 official partition, two images a person."""
    table = _table(count) if table is None else table
    ids = table["image_id"].tolist()
    _images(root / images, ids)
    splits = [0 if i < 0.6 * len(ids) else 1 if i < 0.8 * len(ids) else 2 for i in range(len(ids))]
    if text:
        rows = "\n".join(" ".join(map(str, row)) for row in table.itertuples(index=False))
        names = " ".join(table.columns[1:])
        (root / "list_attr_celeba.txt").write_text(f"{len(ids)}\n{names} \n{rows}\n", encoding="utf-8")
    else:
        table.to_csv(root / "list_attr_celeba.csv", index=False)
    if partition and text:
        lines = [f"{name} {split}\n" for name, split in zip(ids, splits, strict=True)]
        (root / "list_eval_partition.txt").write_text("".join(lines), encoding="utf-8")
    elif partition:
        frame = pd.DataFrame({"image_id": ids, "partition": splits})
        frame.to_csv(root / "list_eval_partition.csv", index=False)
    if identity:
        lines = [f"{name} {i // 2 + 1}\n" for i, name in enumerate(ids)]
        (root / "identity_CelebA.txt").write_text("".join(lines), encoding="utf-8")
    return root
