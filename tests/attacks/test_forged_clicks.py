"""A browser that sends what no page offered: a choice out of no list, a name longer than its field."""

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest

from core.runs import RunStore
from core.runs.notes import MAX_NAME
from core.ui.train_fields import KEYS
from tests.app.pages import page
from tests.attacks.hostile_ids import NOT_IDS
from tests.scored_runs import scored_run

FORGED = NOT_IDS["passwd"]


def send(widget: object, value: str) -> None:
    """Let the browser say that `value` was chosen, whatever the widget offered."""
    said = WidgetState(id=widget.id, string_value=value)
    kind = type(widget)
    widget.__class__ = type(kind.__name__, (kind,), {"_widget_state": property(lambda self: said)})


def at(name: str, **parameters: str) -> AppTest:
    app = page(name)
    for parameter, value in parameters.items():
        app.query_params[parameter] = value
    return app.run()


@pytest.mark.parametrize("name", ["run", "train", "predict", "dataset", "compare"])
def test_a_choice_that_was_not_offered_opens_nothing(host, outside, name):
    runs = [scored_run(host, title, seed=seed) for seed, title in enumerate("abc")]
    ids = ",".join(run.id for run in runs)
    parameters = {"run": {"run": runs[0].id}, "predict": {"run": runs[0].id}, "compare": {"runs": ids}}
    places = range(len(at(name, **parameters.get(name, {})).selectbox))
    assert places
    for place in places:
        app = at(name, **parameters.get(name, {}))
        send(app.selectbox[place], FORGED)
        label = app.selectbox[place].label
        app.run()
        assert not app.exception, (label, app.exception)


def test_a_weights_path_is_not_taken_from_the_kind_of_weights(host, outside):
    app = at("train")
    [kind] = [box for box in app.selectbox if box.key == KEYS["weights"]]
    send(kind, str(outside / "secret.txt"))
    app.run()
    start = next(button for button in app.button if button.label == "Start")
    if not start.disabled:
        start.click().run()
    # Whatever stands in for the forged choice is one of the list.
    runs = RunStore(host.runs).list_runs()
    assert {run.config.weights for run in runs} <= {"imagenet", "random"}


@pytest.mark.parametrize("name", ["x" * 5_000, "\u202etxt.exe", "two\nlines", "NUL\0"])
def test_a_run_gets_no_name_that_the_field_would_not_take(host, name):
    app = at("train")
    app.session_state[KEYS["name"]] = name
    app.run()
    next(button for button in app.button if button.label == "Start").click().run()
    assert all(_is_clean(run.notes.name) for run in RunStore(host.runs).list_runs())


def _is_clean(name: str) -> bool:
    return len(name) <= MAX_NAME and name.isprintable()
