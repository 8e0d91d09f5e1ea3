"""Every parameter of every page's address takes ids, or words of a list, and never a path."""

import pytest
from streamlit.testing.v1 import AppTest

from core.ui.compare_address import LISTS
from core.ui.dataset_filters import ID, PERSON, SPLIT, WITH, WITHOUT
from tests.app.pages import page
from tests.attacks.conftest import SECRET
from tests.attacks.hostile_ids import NOT_IDS
from tests.scored_runs import scored_run

DOORS = [
    ("run", "run"),
    ("train", "run"),
    ("train", "study"),
    ("train", "like"),
    ("train", "source"),
    ("predict", "run"),
    ("dataset", "source"),
    ("compare", "runs"),
]
"""Pages with the parameters that name a run, a study or a data set."""
WORDS = {
    "compare": [*LISTS.values(), "star", "sort", "columns", "group", "view", "page", "split", "baseline"],
    "dataset": [WITH, WITHOUT, SPLIT, PERSON, "tab"],
}
"""Parameters that take a word of a list, or a number."""
TRIED = ("passwd", "double-encoded", "NUL", "full-width digits", "very long", "markup")
"""What pages are asked for; that the gates behind them refuse all of NOT_IDS, `test_gates.py` shows."""
FREE = {"compare": ["q"], "dataset": [ID]}
"""Parameters that are searched for."""


def said(app: AppTest) -> str:
    """What the page says against something."""
    return "\n".join(element.value for element in (*app.error, *app.warning)).replace("\\", "")


def asked(name: str, **parameters: str) -> AppTest:
    """The page at an address."""
    app = page(name)
    for parameter, value in parameters.items():
        app.query_params[parameter] = value
    return app.run()


@pytest.mark.parametrize(("name", "parameter"), DOORS, ids=lambda item: item)
def test_a_page_asked_for_a_path_says_so_and_touches_nothing(host, outside, name, parameter):
    scored_run(host, "one that is there")
    for kind, value in ((kind, NOT_IDS[kind]) for kind in TRIED):
        app = asked(name, **{parameter: value})
        assert not app.exception, (kind, app.exception)
        assert app.title, kind
        assert said(app), (kind, "nothing was said")
        assert SECRET not in said(app), kind
        assert len(said(app)) < 1_000, kind


@pytest.mark.parametrize("name", WORDS)
def test_what_is_in_no_list_is_left_out_and_named(host, outside, name):
    runs = [scored_run(host, title, seed=seed) for seed, title in enumerate("abc")]
    for kind, value in ((kind, NOT_IDS[kind]) for kind in TRIED):
        parameters = dict.fromkeys((*WORDS[name], *FREE[name]), value)
        if name == "compare":
            parameters["runs"] = ",".join(run.id for run in runs)
        app = asked(name, **parameters)
        assert not app.exception, (kind, app.exception)
        assert "left out" in said(app), kind


@pytest.mark.parametrize(("name", "parameter"), DOORS, ids=lambda item: item)
def test_an_empty_parameter_asks_for_nothing(host, name, parameter):
    scored_run(host, "one that is there")
    app = asked(name, **{parameter: ""})
    assert not app.exception
    assert app.title
