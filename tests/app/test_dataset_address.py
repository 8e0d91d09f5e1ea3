"""Where one is on the Dataset page outlives a reload: the tab, the kind of problem, the way of looking."""

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.data.sources import register_folder
from core.settings import Settings
from tests.app.pages import page
from tests.faces import make_celeba


@pytest.fixture
def source_id(host: Settings, tmp_path: Path) -> str:
    return register_folder(make_celeba(tmp_path / "faces"), host).id


def at(source_id: str, **address: str) -> AppTest:
    """The page at an address, in a session of its own."""
    app = page("dataset")
    app.query_params["source"] = source_id
    for name, value in address.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def reloaded(app: AppTest) -> AppTest:
    """The page at the same address, in a session that knows nothing else."""
    return at(app.query_params["source"], **address_of(app))


def address_of(app: AppTest) -> dict[str, str]:
    named = {name: app.query_params[name] for name in ("tab", "problem", "look") if name in app.query_params}
    return {name: value[0] if isinstance(value, list) else value for name, value in named.items()}


def open_tab(app: AppTest) -> str:
    return app.session_state["dataset tab"].split(" (")[0]


def test_a_link_without_a_tab_opens_the_faces_and_stays_short(source_id: str) -> None:
    app = at(source_id)
    assert open_tab(app) == "Faces" and address_of(app) == {}


def test_the_tab_is_open_again_after_a_reload(source_id: str) -> None:
    app = at(source_id)
    app.session_state["dataset tab"] = "Map"
    app.run()
    assert address_of(app) == {"tab": "map"}
    assert open_tab(reloaded(app)) == "Map"


def test_the_kind_of_problem_is_shown_again_after_a_reload(source_id: str) -> None:
    app = at(source_id, tab="problems")
    app.segmented_control(key="kind of problem").set_value("split").run()
    again = reloaded(app)
    assert open_tab(again) == "Problems"
    assert again.segmented_control(key="kind of problem").value == "split"


def test_the_way_of_looking_is_chosen_again_after_a_reload(source_id: str) -> None:
    app = at(source_id)
    app.segmented_control(key="which faces").set_value("order").run()
    assert address_of(app) == {"look": "order"}
    again = reloaded(app)
    assert again.segmented_control(key="which faces").value == "order"
    again.segmented_control(key="which faces").set_value("random").run()
    assert address_of(again) == {}


def test_back_leads_to_the_tab_before(source_id: str) -> None:
    app = at(source_id)
    app.session_state["dataset tab"] = "Map"
    app.run()
    app.session_state["dataset tab"] = "Statistics"
    app.run()
    app.query_params["tab"] = "map"
    app.run()
    assert open_tab(app) == "Map" and address_of(app) == {"tab": "map"}
    del app.query_params["tab"]
    app.run()
    assert open_tab(app) == "Faces" and address_of(app) == {}


def test_back_leads_to_the_way_of_looking_before(source_id: str) -> None:
    app = at(source_id, look="order")
    app.segmented_control(key="which faces").set_value("number").run()
    app.query_params["look"] = "order"
    app.run()
    assert app.segmented_control(key="which faces").value == "order"


def test_a_second_click_is_not_taken_back_by_the_address_of_the_first(source_id: str) -> None:
    app = at(source_id)
    app.session_state["dataset tab"] = "Map"
    app.run()
    app.session_state["dataset tab"] = "Statistics"
    del app.query_params["tab"]
    app.run()
    assert open_tab(app) == "Statistics" and address_of(app) == {"tab": "statistics"}


def test_what_an_address_asks_for_in_vain_is_left_out(source_id: str) -> None:
    app = at(source_id, tab="wings", look="upside down")
    assert open_tab(app) == "Faces"
    assert app.segmented_control(key="which faces").value == "random"
    assert address_of(app) == {}


def test_a_choice_that_the_next_data_set_lacks_gives_way(
    host: Settings, source_id: str, tmp_path: Path
) -> None:
    tiny = register_folder(make_celeba(tmp_path / "tiny", n=2), host).id
    app = at(source_id, look="images")
    app.selectbox[0].set_value(tiny).run()
    assert not app.exception
    assert app.segmented_control(key="which faces").value == "random"


def test_a_tab_stays_open_when_its_number_changes(host: Settings, source_id: str, tmp_path: Path) -> None:
    other = make_celeba(tmp_path / "doubled")
    images = other / "img_align_celeba"
    shutil.copyfile(images / "000001.png", images / "000060.png")
    (images / "000030.png").write_bytes(b"not an image")
    other_id = register_folder(other, host).id
    app = at(source_id, tab="problems")
    before = app.session_state["dataset tab"]
    app.selectbox[0].set_value(other_id).run()
    assert not app.exception
    assert open_tab(app) == "Problems" and app.session_state["dataset tab"] != before
    assert app.segmented_control(key="kind of problem")


def test_looking_at_every_image_changes_the_line_and_the_number(host: Settings, tmp_path: Path) -> None:
    folder = make_celeba(tmp_path / "drawn")
    (folder / "synthetic.json").write_text("{}")
    images = folder / "img_align_celeba"
    shutil.copyfile(images / "000001.png", images / "000060.png")
    app = at(register_folder(folder, host).id, tab="problems", problem="images")
    assert app.session_state["dataset tab"] == "Problems"
    next(button for button in app.button if button.label == "Look at every image").click().run()
    assert not app.exception
    assert app.session_state["dataset tab"].startswith("Problems (")
    assert any("duplicate pair" in text.value for text in app.markdown)


def test_problems_open_on_the_first_kind_with_something_to_show(host: Settings, tmp_path: Path) -> None:
    folder = make_celeba(tmp_path / "leaking")
    (folder / "synthetic.json").write_text("{}")
    persons = "".join(f"{i:06d}.png {1 if i in (1, 60) else i + 100}\n" for i in range(1, 61))
    (folder / "identity_CelebA.txt").write_text(persons)
    app = at(register_folder(folder, host).id, tab="problems")
    assert app.segmented_control(key="kind of problem").value == "split"
    assert any("1 person in more than one split" in text.value for text in app.markdown)
    assert any("As the faces were drawn" in text.value for text in app.caption)
    everything = " ".join(text.value for text in (*app.markdown, *app.caption))
    assert "take the partition away" not in everything and "results compare" not in everything
