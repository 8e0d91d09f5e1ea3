"""What the pages share across reruns and visitors: settings, runs, the trash, the queue, opened data sets.

Held by Streamlit's caches, not by module globals: Streamlit drops every watched module when one is edited.
What changes or shows runs is handed out for whoever looks at the page: in a demo, a visitor.
"""

import streamlit as st

from core.access import HOST, VISITOR_COOKIE, Access
from core.data import FaceDataset, open_dataset
from core.data.sources import get_source
from core.jobs import JobQueue
from core.runs import RunStore
from core.runs.changes import RunChanges
from core.runs.studies import Study, StudyStore
from core.runs.trash import Trash
from core.settings import Settings, read_settings


@st.cache_resource(show_spinner=False)
def settings() -> Settings:
    """The host's settings, read once a server."""
    return read_settings()


def access() -> Access:
    """Who looks at the page: on a machine of one's own the host, in a demo the visitor of this cookie."""
    return Access.of(settings(), st.context.cookies.get(VISITOR_COOKIE))


@st.cache_resource(show_spinner=False)
def all_runs() -> RunStore:
    """Everybody's runs: only for times and counts, in which no run can be told from another."""
    return RunStore(settings().runs, changes())


def store() -> RunStore:
    """The runs that whoever looks may see; remembers ended ones, and reads again what changed."""
    return all_runs().seen_by(access())


@st.cache_resource(show_spinner=False, on_release=RunChanges.stop)
def changes() -> RunChanges:
    """What hears of changes of runs; a fragment asks it whether there is anything to draw again."""
    return RunChanges(settings().runs).start()


def trash() -> Trash:
    """Where deleted runs wait to be restored or to go for good."""
    return Trash(store(), settings().trash)


def queue() -> JobQueue:
    """Where runs wait and what is running."""
    return JobQueue(settings(), access())


@st.cache_resource(show_spinner=False, max_entries=8)
def dataset(source_id: str) -> FaceDataset:
    """An opened data set; raises DataError as `open_dataset` does."""
    source = get_source(source_id, settings())
    return open_dataset(source.path or source.id, settings=settings())


@st.cache_resource(show_spinner=False)
def _all_studies() -> StudyStore:
    return StudyStore(settings().studies)


def studies() -> StudyStore:
    """The studies that whoever looks may see; the host's remember which runs belong to which."""
    who = access()
    return _all_studies() if who == HOST else StudyStore(settings().studies, who)


def studies_of_runs() -> dict[str, Study]:
    """The study of each run that belongs to one."""
    return studies().study_of()
