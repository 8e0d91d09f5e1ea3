"""What is found among a data set's images, each kind worked out once while the files stay as they are."""

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from core.data import FaceDataset
from core.data.problems import COUNTED, Finding, Tally, off_centre, tally
from core.data.sources import Source
from core.ui.dataset_facts import facts_if_known, facts_or_ask, facts_version

Kind = Callable[[pd.DataFrame], Finding]
KINDS: tuple[Kind, ...] = (*COUNTED, off_centre)
COUNTED_UNASKED = 10_000
"""Images; of a larger set nothing is worked out for the line above the fold that nobody asked for."""


def find_image_problems(dataset: FaceDataset, source: Source, *, key: str) -> dict[str, Finding] | None:
    """What is found among the images, by kind; None, and a button, where not all were looked at yet."""
    facts = facts_or_ask(dataset, source, key=key)
    if facts is None:
        return None
    with st.spinner("Comparing the images …"):
        found = _found(dataset, source, facts, KINDS)
    _looked_at()[source.id] = facts_version(dataset)
    return found


def found_already(dataset: FaceDataset, source: Source, target: str) -> Tally:
    """What is known to be found, in figures; asks for nothing and keeps nobody waiting."""
    large = len(dataset) > COUNTED_UNASKED
    if large and _looked_at().get(source.id) != facts_version(dataset):
        return tally(dataset, None, target)
    facts = facts_if_known(dataset, source)
    return tally(dataset, None if facts is None else _found(dataset, source, facts, COUNTED), target)


def _found(
    dataset: FaceDataset, source: Source, facts: pd.DataFrame, kinds: Sequence[Kind]
) -> dict[str, Finding]:
    version = facts_version(dataset)
    return {
        kind.__name__: _of_kind(source.id, version, len(dataset), kind.__name__, kind, facts)
        for kind in kinds
    }


@st.cache_resource(show_spinner=False, max_entries=64)
def _of_kind(
    source_id: str, version: int, images: int, name: str, _kind: Kind, _facts: pd.DataFrame
) -> Finding:
    return _kind(_facts)


@st.cache_resource(show_spinner=False)
def _looked_at() -> dict[str, int]:
    """The version of the facts by which somebody had a data set's images compared, by source id."""
    return {}
