"""What is known of an opened data set's files, kept between reruns; found out when somebody asks for it."""

import pandas as pd
import streamlit as st

from core.data import FaceDataset
from core.data.index import file_facts, known_facts
from core.data.sources import Source
from core.ui.formatting import count


def facts_or_ask(dataset: FaceDataset, source: Source, *, key: str) -> pd.DataFrame | None:
    """The facts about each image; None, and a button that finds them out, where files must be read first.

    When they are found out, the whole page is drawn anew.

    Args:
        key: tells this button from others on the page.
    """
    facts = facts_if_known(dataset, source)
    if facts is not None:
        return facts
    st.write("Not every image has been looked at yet. It is done once and remembered.")
    if not st.button("Look at every image", icon=":material/image_search:", key=key):
        return None
    bar = st.empty()
    words = f"Looking at {count(len(dataset), 'image')}"
    file_facts(dataset, on_progress=lambda done, n: bar.progress(done / n, text=f"{words}: {done:,}"))
    bar.empty()
    # The whole page: the line above the fold and the tab's number count what was found.
    st.rerun()
    return None


def facts_if_known(dataset: FaceDataset, source: Source) -> pd.DataFrame | None:
    """The facts about each image, or None where a file would have to be read."""
    return _facts(source.id, facts_version(dataset), len(dataset), dataset)


def facts_version(dataset: FaceDataset) -> int:
    """Changes whenever something was learnt about the files; 0 while nothing is known."""
    try:
        return dataset.facts_file.stat().st_mtime_ns if dataset.facts_file else 0
    except OSError:
        return 0


@st.cache_resource(show_spinner=False, max_entries=4)
def _facts(source_id: str, version: int, images: int, _dataset: FaceDataset) -> pd.DataFrame | None:
    return known_facts(_dataset)
