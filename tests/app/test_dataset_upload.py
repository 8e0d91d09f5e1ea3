"""A zip of one's own on the Dataset page: dropped, looked at, kept or not, trained on, deleted."""

from io import BytesIO
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.data import open_dataset
from core.data.sources import list_sources
from core.data.upload import stage
from core.runs import RunStore, State, TrainConfig
from core.settings import Settings
from tests import hostile_zips as zips
from tests.downloaded import downloaded

SHOW = """
import streamlit as st
from core.data.sources import list_sources
from core.ui.dataset_upload import show_delete, show_upload
from core.ui.resources import settings

st.title("Dataset")
show_upload()
wanted = st.query_params.get("source", "sample")
for source in list_sources(settings()):
    if source.id == wanted:
        show_delete(source)
"""


@pytest.fixture
def app(host: Settings) -> AppTest:
    """The two parts by themselves, with the dialog open."""
    app = AppTest.from_string(SHOW, default_timeout=60).run()
    return app.button(key="upload button").click().run()


def drop(app: AppTest, content: bytes, name: str = "My faces.zip") -> AppTest:
    return app.file_uploader[0].set_value([(name, content, "application/zip")]).run()


def texts(app: AppTest) -> str:
    parts = (*app.markdown, *app.caption, *app.warning, *app.error)
    return "\n".join(element.value for element in parts).replace("\\", "")


def own_folders(host: Settings) -> list[Path]:
    own = host.datasets / "own"
    return list(own.iterdir()) if own.is_dir() else []


def table_zip() -> bytes:
    rows = "".join(f"{i}.png;{'mf'[i % 2]};{'ABC'[i % 3]};{i // 2}\n" for i in range(24))
    images = {f"img/{i}.png": zips.picture(10 * i) for i in range(24)}
    return zips.zip_of({"people.csv": f"photo;sex;group;who\n{rows}".encode(), **images})


def test_where_it_lies_and_what_it_may_cost_is_said_beforehand(app, host):
    said = texts(app)
    assert str(host.datasets / "own") in said and "4.0 GB and 40,000 images" in said
    assert "delete it later" in said
    assert "server.maxUploadSize" in said and "dataset add FILE.zip" in said


def test_class_folders_are_shown_before_they_are_kept(app, host):
    drop(app, zips.class_folders())
    assert not app.exception
    said = texts(app)
    assert "24 images" in said and "12 man, 12 woman" in said
    assert len(app.get("image")) == 12
    assert app.text_input[0].value == "My faces"
    assert not [source for source in list_sources(host) if source.own]


def test_a_kept_zip_opens_trains_and_is_deleted(app, host):
    drop(app, zips.class_folders())
    app.text_input[0].input("Family").run()
    app.button(key="upload keep").click().run()
    assert not app.exception
    (source,) = [source for source in list_sources(host) if source.own]
    assert source.name == "Family" and app.query_params["source"] in (source.id, [source.id])
    assert not app.file_uploader
    dataset = open_dataset(source.location, settings=host)
    assert dataset.name == "Family"
    assert len(dataset) == 24 and dataset.attributes == ("Male",)
    config = TrainConfig(data=str(source.location), target="Male", weights="random", image_size=32)
    run = RunStore(host.runs).create(config)

    app.run()
    assert "Not while a run is at work" in texts(app)
    assert app.button(key="upload delete").disabled
    with run.hold() as held:
        held.set_state(State.FAILED, "only a test")
    app.run()
    assert app.button(key="upload delete").disabled
    app.checkbox[0].check().run()
    app.button(key="upload delete").click().run()
    assert not app.exception
    assert not own_folders(host) and not [source for source in list_sources(host) if source.own]


def test_a_discarded_zip_leaves_nothing(app, host):
    drop(app, zips.class_folders())
    assert own_folders(host)
    app.button(key="upload discard").click().run()
    assert not own_folders(host) and app.file_uploader


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (zips.bomb(), "'men/zeros.bmp'"),
        (zips.with_kind(0o120000), "'men/link.png'"),
        (b"", "empty"),
        (zips.zip_of({"../evil.png": b"x"}), "'../evil.png'"),
    ],
)
def test_a_zip_that_is_refused_is_said_by_its_entry(app, host, content, part):
    drop(app, content)
    assert not app.exception
    assert part in app.error[0].value.replace("\\", "") and not own_folders(host)
    assert app.file_uploader


def test_columns_are_chosen_where_nobody_knows_them(app, host):
    drop(app, table_zip(), "people.zip")
    assert app.button(key="upload keep").disabled
    values = {box.label: box.value for box in app.selectbox}
    assert values["Names of the images"] == "photo"
    app.button(key="map go").click().run()
    assert not app.exception
    assert "12 man, 12 woman" in texts(app)
    app.button(key="upload keep").click().run()
    (source,) = [source for source in list_sources(host) if source.own]
    assert open_dataset(source.location, settings=host).attributes == ("Male",)


def test_one_value_of_several_is_chosen_as_yes(app, host):
    drop(app, table_zip(), "people.zip")
    choose(app, "A column with several values", "group")
    (values,) = [box for box in app.multiselect if box.label == "Values that mean yes"]
    values.set_value(["b"]).run()
    choose(app, "Person", "who")
    app.button(key="map go").click().run()
    assert not app.exception and not app.error
    app.button(key="upload keep").click().run()
    (source,) = [source for source in list_sources(host) if source.own]
    dataset = open_dataset(source.location, settings=host)
    assert dataset.attributes == ("group_b", "Male") and dataset.labels("group_b").sum() == 8
    assert dataset.frame["person_id"].max() == 11


def test_a_choice_of_columns_that_does_not_fit_is_said(app, host):
    drop(app, table_zip(), "people.zip")
    choose(app, "Names of the images", "group")
    app.button(key="map go").click().run()
    assert "Choose the column of the file names" in texts(app)
    assert app.button(key="upload keep").disabled


def test_what_was_left_out_is_said(app):
    good = {"men/a.png": zips.picture(), "women/b.png": zips.picture(9)}
    drop(app, zips.zip_of(good | {"men/c.png": b"x", "deep/faces.zip": b"x"}))
    assert "1 image cannot be decoded" in texts(app) and "'deep/faces.zip'" in texts(app)
    assert "2 images with a label: 1 man, 1 woman." in texts(app)


def test_an_upload_that_was_swept_away_is_said(app, host):
    drop(app, zips.class_folders())
    (own,) = own_folders(host)
    (own / ".staged").unlink()
    app.run()
    assert not app.exception and "Upload the zip again" in texts(app)


def test_what_is_not_ours_cannot_be_deleted(host):
    app = AppTest.from_string(SHOW, default_timeout=60).run()
    assert not app.checkbox


def test_a_download_is_deleted_as_an_upload_is(host):
    source = downloaded(host.datasets / "celeba-12", host)
    app = AppTest.from_string(SHOW, default_timeout=60)
    app.query_params["source"] = source.id
    app.run()
    assert app.button(key="upload delete").disabled
    assert app.checkbox[0].label == "I know that it would have to be downloaded again"
    app.checkbox[0].check().run()
    app.button(key="upload delete").click().run()
    assert not app.exception and not source.path.exists()
    assert source.id not in [found.id for found in list_sources(host)]


def test_a_zip_of_another_window_is_not_shown(host):
    stage(BytesIO(zips.class_folders()), "other.zip", host)
    app = AppTest.from_string(SHOW, default_timeout=60).run()
    assert app.button(key="upload button").click().run().file_uploader


def choose(app: AppTest, label: str, value: str) -> None:
    (box,) = [box for box in app.selectbox if box.label == label]
    box.set_value(value).run()
