"""What the pages share across reruns and visitors: settings, runs, the trash, the queue, opened data sets.

Held by Streamlit's caches, not by module globals: Streamlit drops every watched module when one is edited.
"""

import streamlit as st

from core.data import FaceDataset, open_dataset
from core.data.sources import get_source
from core.jobs import JobQueue
from core.runs import RunStore
from core.runs.studies import Study, StudyStore
from core.runs.trash import Trash
from core.settings import Settings, read_settings


@st.cache_resource(show_spinner=False)
def settings() -> Settings:
    """The host's settings, read once a server."""
    return read_settings()


@st.cache_resource(show_spinner=False)
def store() -> RunStore:
    """All runs; remembers ended ones."""
    return RunStore(settings().runs)


@st.cache_resource(show_spinner=False)
def trash() -> Trash:
    """Where deleted runs wait to be restored or to go for good."""
    return Trash(store(), settings().trash)


@st.cache_resource(show_spinner=False)
def queue() -> JobQueue:
    """Where runs wait and what is running."""
    return JobQueue(settings())


@st.cache_resource(show_spinner=False, max_entries=8)
def dataset(source_id: str) -> FaceDataset:
    """An opened data set; raises DataError as `open_dataset` does."""
    source = get_source(source_id, settings())
    return open_dataset(source.path or source.id, settings=settings())


def studies_of_runs() -> dict[str, Study]:
    """The study of each run that belongs to one."""
    return {
        run_id: study
        for study in reversed(StudyStore(settings().studies).list_studies())
        for run_id in study.run_ids
    }
