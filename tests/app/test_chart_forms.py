"""A chart's form is worked out once; its numbers are sent each time, and its form never goes stale."""

import json
from typing import Any

import altair as alt
import pandas as pd
import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from core.settings import Settings
from core.ui.chart_forms import show_chart

MADE: list[int] = []


def bars(height: int) -> alt.Chart:
    """A chart that knows its data by name; counts how often it is made."""
    MADE.append(height)
    return alt.Chart(alt.NamedData(name="rows")).mark_bar().encode(x="n:Q").properties(height=height)


def draw(height: int, numbers: list[int]) -> None:
    """What the page of these tests does."""
    show_chart(bars, height, data={"rows": pd.DataFrame({"n": numbers})}, key="bars", text="some bars")


def drawn(height: int, numbers: list[int]) -> Any:
    """The chart as the browser gets it."""

    def page(height: int, numbers: list[int]) -> None:
        from tests.app.test_chart_forms import draw

        draw(height, numbers)

    app = AppTest.from_function(page, args=(height, numbers)).run()
    assert not app.exception
    return app.get("vega_lite_chart")[0].proto


@pytest.fixture(autouse=True)
def fresh(host: Settings) -> None:
    MADE.clear()


def numbers_of(proto: Any) -> list[int]:
    (dataset,) = proto.datasets
    assert dataset.name == "rows"
    return pa.ipc.open_stream(dataset.data.data).read_pandas()["n"].tolist()


def test_new_numbers_do_not_make_the_form_anew() -> None:
    first, second = drawn(90, [1]), drawn(90, [1, 2])
    assert (numbers_of(first), numbers_of(second)) == ([1], [1, 2])
    assert first.spec == second.spec
    assert MADE == [90]


def test_another_form_is_made() -> None:
    heights = [json.loads(drawn(height, [1]).spec)["height"] for height in (90, 120)]
    assert heights == [90, 120]
    assert MADE == [90, 120]


def test_the_page_decides_how_wide_a_chart_is() -> None:
    assert "continuousWidth" not in drawn(90, [1]).spec
