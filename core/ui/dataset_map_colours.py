"""What the map's points are coloured by: an attribute, the split, or how a run answered."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from core.data import FaceDataset
from core.data.sources import Source
from core.errors import RunError
from core.evaluation.confusion import cell_masks
from core.runs import RunSummary
from core.runs.predictions import read_predictions
from core.ui.dataset_map_places import runs_on
from core.ui.formatting import SPLIT_WORDS, attribute_words, class_words, count, plain
from core.ui.palette import BLUE, CLASS_COLORS, ORANGE, SPLIT_COLORS, VERMILION
from core.ui.resources import store
from core.ui.run_figures import stamp_of

SPLIT, RUN = "?split", "?run "
"""Not names that an attribute could have in a table of labels and be mistaken for."""
NEUTRAL = "#8A949C"
NOT_SCORED, RIGHT = "not scored", "right"
MOST_RUNS = 20


@dataclass(frozen=True)
class Colouring:
    """A kind for each image of the data set, in words, and each kind's colour; `note` says what they are.

    `layered`: later kinds lie over earlier ones, since what is rare is what one looks for.
    """

    of_images: np.ndarray
    kinds: tuple[str, ...]
    colors: tuple[str, ...]
    note: str = ""
    layered: bool = False

    def shares(self, rows: np.ndarray) -> str:
        """How many of some images are of which kind: "woman 12, man 3"."""
        counts = pd.Series(self.of_images[rows]).value_counts()
        return ", ".join(f"{plain(kind)} {counts[kind]:,}" for kind in self.kinds if kind in counts)


def colour_kinds(dataset: FaceDataset, source: Source, target: str) -> dict[str, str]:
    """What images can be coloured by, an id with its words each; runs of `target` before those of others."""
    kinds = {name: attribute_words(name) for name in dataset.attributes}
    if (dataset.frame["split"] != "").any():
        kinds[SPLIT] = "split"
    scored = [run for run in runs_on(source) if run.has_model and run.config]
    scored.sort(key=lambda run: run.config.target != target)
    return kinds | {f"{RUN}{run.id}": _run_words(run, target) for run in scored[:MOST_RUNS]}


def colouring(dataset: FaceDataset, source: Source, kind: str) -> Colouring:
    """The colours of one of `colour_kinds`."""
    if kind == SPLIT:
        words = {**SPLIT_WORDS, "": "none"}
        kinds = tuple(words[split] for split in SPLIT_WORDS)
        of_images = dataset.frame["split"].map(words).to_numpy(object)
        return Colouring(of_images, kinds, tuple(SPLIT_COLORS[split] for split in SPLIT_WORDS))
    if kind.startswith(RUN):
        return _mistakes(dataset, kind.removeprefix(RUN))
    kinds = class_words(kind, 0), class_words(kind, 1)
    return Colouring(np.array(kinds, object)[dataset.labels(kind)], kinds, CLASS_COLORS)


def _mistakes(dataset: FaceDataset, run_id: str) -> Colouring:
    run = store().summary(run_id)
    try:
        found = _cells(run_id, stamp_of(run))
    except RunError as error:
        return Colouring(np.full(len(dataset), NOT_SCORED, object), (NOT_SCORED,), (NEUTRAL,), str(error))
    no, yes = (class_words(run.config.target, label) for label in (0, 1))
    wrong = {"fp": f"wrongly called {yes}", "fn": f"wrongly called {no}"}
    named = found.map({"tp": RIGHT, "tn": RIGHT, **wrong})
    of_images = dataset.frame["image_id"].map(named).fillna(NOT_SCORED).to_numpy(object)
    kinds = (NOT_SCORED, RIGHT, *wrong.values())
    note = use_words(run, int((of_images != NOT_SCORED).sum()), len(dataset))
    colors = (f"{NEUTRAL}66", BLUE, ORANGE, VERMILION)
    return Colouring(of_images, kinds, colors, note, layered=True)


def use_words(run: RunSummary, scored: int, total: int) -> str:
    """On how many of `total` images a run answered, how many it was trained on, how many it never used."""
    words = f"Answers of {run.title} on {count(scored, 'image')} of validation and test, at threshold 0.5."
    known = run.environment.data.splits.get("train") if run.environment else None
    if known is None:
        return f"{words} The others are not scored."
    unused = total - scored - known.n
    rest = f", and never used {unused:,}" if unused > 0 else ""
    return f"{words} It was trained on {known.n:,}{rest}."


def _run_words(run: RunSummary, target: str) -> str:
    other = "" if run.config.target == target else f" ({attribute_words(run.config.target)})"
    return f"mistakes of {run.title}{other}"


@st.cache_resource(show_spinner=False, max_entries=20)
def _cells(run_id: str, stamp: tuple[int, int]) -> pd.Series:
    """The cell (tp, fp, fn, tn) of each scored image, by its id."""
    frame = read_predictions(store().get(run_id), attributes=())
    cells = pd.Series("", index=frame["image_id"], dtype=object)
    for cell, mask in cell_masks(frame["label"].to_numpy(), frame["probability"].to_numpy()).items():
        cells[mask] = cell
    return cells[~cells.index.duplicated()]
