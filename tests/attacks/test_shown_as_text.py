"""Whatever a person or a file says stands on every page as text: no link, no picture, no sign of Markdown."""

import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.atomic import write_json
from core.data.sources import register_folder, register_own
from core.runs import Run, RunStore, State
from core.runs.records import Notes
from core.runs.studies import StudyStore
from core.settings import Settings
from core.ui import model_card
from core.ui.formatting import plain
from core.ui.model_card_html import card_of, html
from tests.app.pages import page
from tests.app.predicting import photo_png, upload, use_fakes
from tests.attacks.planted import IN_HTML, MARK, PLANTED, live
from tests.attacks.shown import AS_TEXT, texts
from tests.faces import make_celeba, make_class_folders
from tests.scored_runs import CONFIG, scored_run


@pytest.fixture
def planted(host: Settings, tmp_path: Path) -> Settings:
    """A host with planted runs, a study of them, and data sets of planted names."""
    runs = [_run(host, text, seed) for seed, text in enumerate(PLANTED)]
    for run, text in zip(runs[:4], reversed(PLANTED), strict=False):
        _change(run, "environment.json", machine=text, precision=text, versions={text: text})
        with run.hold() as held:
            held.set_state(State.FINISHED, text)
        (run.path / "log.txt").write_text(text)
        alarm = {"kind": text, "epoch": 1, "message": text, "advice": text}
        (run.path / "alarms.jsonl").write_text(json.dumps(alarm) + "\n")
    StudyStore(host.studies).create(
        PLANTED[0], "grid", {"target": [PLANTED[1], PLANTED[4]]}, [run.id for run in runs[:4]]
    )
    return host


def _run(host: Settings, text: str, seed: int) -> Run:
    config = CONFIG.changed(target="Male", data=f"/data/{text.replace('/', '|')}")
    run = scored_run(host, text, config=config, seed=seed, n=60, weights="file", synthetic=False)
    _plant_target(run, text)
    run.write_notes(Notes(name=text, tags=(text,), note=f"{text}\n{text}"))
    environment = json.loads((run.path / "environment.json").read_text())
    _change(run, "environment.json", data={**environment["data"], "name": text, "problems": [text]})
    _change(run, "environment.json", weights={"kind": "file", "name": text, "fingerprint": text})
    return run


def _plant_target(run: Run, text: str) -> None:
    """The attribute itself has that name, in the configuration, the scores and the predictions."""
    frame = pd.read_parquet(run.predictions_path).rename(columns={"Male": text})
    frame["image_id"] = frame["image_id"] + text
    frame.to_parquet(run.predictions_path, index=False)
    _change(run, "config.json", target=text)
    _change(run, "metrics.json", target=text)


def _change(run: Run, file: str, **values: object) -> None:
    write_json(run.path / file, {**json.loads((run.path / file).read_text()), **values})


def shown(app: AppTest) -> Iterator[tuple[str, str, list[str]]]:
    """Where a planted text stands on the page as more than text."""
    assert not app.exception, app.exception
    found = [(field, text) for field, text in texts(app) if MARK in text]
    assert found, "nothing planted is on the page"
    for field, text in found:
        signs = [sign for sign in IN_HTML if sign in text] if field == "Html.body" else live(text)
        if signs and field not in AS_TEXT:
            yield field, text, signs


def at(name: str, **parameters: str) -> AppTest:
    """A page at an address, drawn."""
    app = page(name)
    for parameter, value in parameters.items():
        app.query_params[parameter] = value
    return app.run()


def test_every_planted_text_would_act_if_it_were_not_escaped():
    assert all(live(text) or "HYPERLINK" in text for text in PLANTED)
    assert not any(live(plain(text)) for text in PLANTED)


def test_compare(planted):
    ids = RunStore(planted.runs).ids()
    for parameters in ({}, {"runs": ",".join(ids[:2])}, {"runs": ",".join(ids[:6])}, {"group": "study"}):
        assert list(shown(at("compare", **parameters))) == []


@pytest.mark.parametrize("tab", ["Overview", "Mistakes", "Slices", "Calibration", "Config", "Log", "Files"])
def test_a_runs_page(planted, tab):
    ids = RunStore(planted.runs).ids()[-4:]
    for run_id in ids if tab in ("Overview", "Config") else ids[-1:]:
        app = page("run")
        app.query_params["run"] = run_id
        app.session_state["run_tab"] = tab
        assert list(shown(app.run())) == []


def test_a_matrix_with_a_cell_open(planted):
    app = at("run", run=RunStore(planted.runs).ids()[-1])
    app.session_state["run_cell"] = "fp"
    assert list(shown(app.run())) == []


def test_train(planted):
    [study] = StudyStore(planted.studies).list_studies()
    for parameters in (
        {"run": study.run_ids[0]},
        {"study": study.id},
        {"like": study.run_ids[0]},
    ):
        assert list(shown(at("train", **parameters))) == []


def test_predict(planted, monkeypatch):
    use_fakes(monkeypatch)
    for run_id in RunStore(planted.runs).ids()[-3:]:
        assert list(shown(at("predict", run=run_id))) == []


def test_a_photos_name(planted, monkeypatch):
    use_fakes(monkeypatch)
    app = at("predict", run=RunStore(planted.runs).ids()[-1])
    # A name is what stands after the last slash.
    names = [text.replace("/", "∕") for text in PLANTED]
    app = upload(app, *((f"{name}.png", photo_png(1, level=100 + place)) for place, name in enumerate(names)))
    assert list(shown(app)) == []
    faceless = upload(at("predict"), *((f"{name}.png", photo_png(0)) for name in names[:4]))
    assert list(shown(faceless)) == []
    broken = upload(at("predict"), *((f"{name}.png", b"no picture") for name in names[:4]))
    assert list(shown(broken)) == []


def test_the_trash(planted):
    from core.runs.trash import Trash

    store = RunStore(planted.runs)
    for run_id in store.ids()[:3]:
        Trash(store, planted.trash).delete(run_id)
    app = at("compare")
    app.session_state["compare trash open"] = True
    assert list(shown(app.run())) == []


def test_a_data_set_of_planted_attributes(host, tmp_path):
    folder = make_celeba(tmp_path / "faces")
    for text in PLANTED[:5]:
        labels = pd.read_csv(folder / "list_attr_celeba.csv")
        labels[text] = labels["Male"]
        labels.to_csv(folder / "list_attr_celeba.csv", index=False)
    source = register_folder(folder, host)
    for target in PLANTED[:5]:
        for tab in ("faces", "statistics", "map", "problems"):
            app = page("dataset")
            app.query_params["source"], app.query_params["tab"] = source.id, tab
            app.session_state["target"] = target
            assert list(shown(app.run())) == [], tab
    assert not at("train", source=source.id).exception


def test_a_data_set_of_planted_folders(host, tmp_path):
    folder = make_class_folders(tmp_path / f"set {MARK} :red[{MARK}]")
    (folder / "men").rename(folder / f"<img src=x onerror=alert('{MARK}')>")
    (folder / "women").rename(folder / f":red[{MARK}] **{MARK}**")
    source = register_folder(folder, host)
    assert list(shown(at("dataset", source=source.id))) == []


def test_a_data_set_that_somebody_named(host, tmp_path):
    for place, text in enumerate(PLANTED):
        own = host.datasets / "own" / f"mine-{place}"
        make_celeba(own, n=12)
        register_own(f"mine-{place}", text, host)
    assert list(shown(at("dataset", source="mine-0"))) == []
    assert not at("train").exception


def test_a_model_card(planted):
    store = RunStore(planted.runs)
    for run_id in store.ids()[-4:]:
        card = card_of(store.summary(run_id))
        assert live(model_card.markdown(card)) == []
        made = html(card.run)
        assert "<script" not in made
        assert "<img" not in made
        assert f'{MARK}.test/a.png"' not in made
        assert "<a " not in made


def test_what_a_trainer_says_of_itself(host):
    run = scored_run(host, "mine")
    with run.hold() as held:
        held.set_state(State.RUNNING, started_at="2026-01-31T00:00:00+00:00")
        line = {"time": "2026-01-31T00:00:01+00:00", "phase": f":red[{MARK}] **{MARK}**"}
        (run.path / "progress.jsonl").write_text(json.dumps(line) + "\n")
        assert list(shown(at("train", run=run.id))) == []
