"""The Dataset page's charts: valid Vega-Lite, and made without Altair."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import altair as alt
import pytest
from jsonschema import ValidationError

from core.settings import PROJECT
from core.ui.dataset_charts import (
    BAR_HEIGHT,
    DIVERGING,
    balance_chart,
    groups_chart,
    map_chart,
    phi_chart,
    rates_chart,
)
from tests.faces import make_celeba

FORMS = {
    "balance": (alt.LayerChart, balance_chart("Male", 3)),
    "rates": (alt.Chart, rates_chart(("train", "val", "test"))),
    "rates of one split": (alt.Chart, rates_chart(("train",))),
    "phi": (alt.Chart, phi_chart(("Male", "Smiling"))),
    "groups": (alt.LayerChart, groups_chart(("woman", "man"), ("smiling", "young"))),
    "map": (alt.Chart, map_chart(("woman", "man"), ("#E69F00", "#0072B2"), "brush")),
}


@pytest.mark.parametrize(("kind", "form"), FORMS.values(), ids=FORMS)
def test_a_form_is_vega_lite(kind: type, form: dict[str, Any]) -> None:
    # Altair knows the schema and raises on what is not in it.
    kept = kind.from_dict(form).to_dict()
    assert kept["data"] == form["data"]
    with pytest.raises(ValidationError):
        kind.from_dict({**form, "height": "tall"})


def test_the_balance_has_a_line_for_each_split_and_none_vanishes() -> None:
    assert [balance_chart("Male", n)["height"] for n in (0, 1, 3)] == [BAR_HEIGHT, BAR_HEIGHT, 3 * BAR_HEIGHT]


def test_words_and_colours_stand_for_the_same_class() -> None:
    bars = balance_chart("Male", 3)["layer"][0]["encoding"]["color"]["scale"]
    assert bars["domain"] == ["man", "woman"]
    assert bars["range"][0] != bars["range"][1]


def test_phi_is_dark_at_both_ends_and_pale_in_the_middle() -> None:
    scale = phi_chart(("Male", "Smiling"))["encoding"]["color"]["scale"]
    assert scale["domain"] == [-1, -0.5, 0, 0.5, 1] and len(DIVERGING) == 5
    light = [sum(int(color[i : i + 2], 16) for i in (1, 3, 5)) for color in DIVERGING]
    assert light[2] == max(light) and light[1] > light[0] and light[3] > light[4]


def test_every_attribute_of_a_small_heat_map_is_named() -> None:
    few, many = tuple("abcdefghij"), tuple("abcdefghijklmnop")
    assert phi_chart(few)["encoding"]["x"]["axis"]["labelOverlap"] is False
    assert phi_chart(many)["encoding"]["x"]["axis"]["labelOverlap"] is True


def test_long_words_on_the_map_are_whole_and_have_a_line_each() -> None:
    kinds = ("not scored", "right", "wrongly called smiling", "wrongly called not smiling")
    legend = map_chart(kinds, ("#111111",) * 4, "brush")["encoding"]["color"]["legend"]
    assert (legend["columns"], legend["labelLimit"]) == (1, 0)
    assert (
        map_chart(("man", "woman"), ("#111111",) * 2, "brush")["encoding"]["color"]["legend"]["columns"] == 0
    )


OPEN_THE_PAGE = """
import sys
from streamlit.testing.v1 import AppTest
page = AppTest.from_file("pages/dataset.py", default_timeout=60)
page.query_params["source"] = sys.argv[1]
drawn = 0
for tab in ("Faces", "Statistics", "Map"):
    page.session_state["dataset tab"] = tab
    page.run()
    assert not page.exception, page.exception
    drawn = max(drawn, len(page.get("vega_lite_chart")))
assert drawn >= 2
print("altair" in sys.modules)
"""


def test_the_first_page_costs_no_altair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from core.data.sources import register_folder
    from core.settings import Settings

    host = Settings(artifacts=tmp_path / "artifacts", data_roots=(tmp_path,))
    source = register_folder(make_celeba(tmp_path / "tiny"), host)
    monkeypatch.setenv("LINEAMENT_ARTIFACTS", str(host.artifacts))
    monkeypatch.setenv("LINEAMENT_DATA_ROOTS", str(tmp_path))
    done = subprocess.run(
        [sys.executable, "-c", OPEN_THE_PAGE, source.id], cwd=PROJECT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().splitlines()[-1] == "False"
