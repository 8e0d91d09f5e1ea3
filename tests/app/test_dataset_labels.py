"""Likely wrong labels on the Dataset page: ranked, marked by one click, taken away."""

from io import StringIO

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.access import HOST
from core.data import FaceDataset, open_dataset
from core.data.label_rules import Contradictions, Rule
from core.data.marks import marks_file, read_marks, set_mark
from core.jobs.label_search import LabelSearches, Search
from core.runs import TrainConfig
from core.runs.label_findings import OUTLINES, About, Found, keep_found
from core.runs.label_marks import marks_csv
from core.settings import Settings
from core.ui import dataset_label_problems
from tests.app.pages import page
from tests.scored_runs import scored_run

WRONG = "000002.png"


@pytest.fixture
def faces(host: Settings) -> FaceDataset:
    """The tiny faces that stand for the sample: every second one is Male, and bright."""
    return open_dataset("sample", settings=host)


@pytest.fixture
def judged(host: Settings, faces: FaceDataset) -> Found:
    """A finding in which one label is very doubtful."""
    labels = faces.labels("Male")
    ones = np.where(labels == 1, 0.9, 0.1).astype(np.float32)
    ones[faces.frame["image_id"] == WRONG] = 0.02
    about = About("Male", OUTLINES, OUTLINES, "images", len(faces), 9, "2026-01-31T14:25:01+00:00")
    frame = pd.DataFrame({"image_id": faces.frame["image_id"], "label": labels, "probability": ones})
    keep_found(faces, Found(about, frame), host)
    return Found(about, frame)


def problems(kind: str = "labels") -> AppTest:
    """The Problems tab, open, at that kind."""
    app = page("dataset")
    app.session_state["dataset tab"] = "Problems"
    app.session_state["kind of problem"] = kind
    app.run()
    assert not app.exception
    return app


def texts(app: AppTest) -> str:
    elements = (*app.markdown, *app.caption, *app.info)
    return "\n".join(element.value for element in elements).replace("\\", "")


def signs(app: AppTest, image_id: str) -> object:
    return next(item for item in app.get("button_group") if f"mark {image_id}" in str(item.key))


def test_before_anything_was_judged_it_says_what_to_do(host: Settings) -> None:
    app = problems()
    assert "No label has been judged yet" in texts(app)
    assert any(button.label == "Look through all labels" for button in app.button)


def test_the_most_doubtful_label_comes_first_with_n(judged: Found) -> None:
    said = texts(problems())
    assert "1 of 60 labels is doubtful" in said
    assert "Judged by outlines, which agree with the label in 0.9833 of 60 held-out images" in said
    assert "always giving the commoner label agrees in 0.5000" in said
    assert "too few to know how good this judge is" in "".join(box.value for box in problems().warning)
    assert "by outlines (n = 60" in "".join(problems().selectbox(key="judged by sample Male").options)


def test_the_list_ends_with_the_doubtful_labels_unless_all_are_asked_for(judged: Found) -> None:
    app = problems()
    assert WRONG in texts(app) and "000001.png" not in texts(app)
    app.toggle(key="labels not doubted").set_value(True).run()
    said = texts(app)
    assert said.index(WRONG) < said.index("000001.png")


def test_while_a_search_runs_nothing_says_that_none_was_made(
    host: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LabelSearches, "running", lambda self: ("sample", "Male", ""))
    monkeypatch.setattr(
        LabelSearches, "search", lambda self, *wanted: Search(True, False, "drawing outlines: 3 of 60")
    )
    said = texts(problems())
    assert "drawing outlines: 3 of 60" in said
    assert "No label has been judged yet" not in said


def test_the_marks_are_words_and_a_legend_says_of_what(judged: Found) -> None:
    app = problems()
    assert list(signs(app, WRONG).options) == ["right", "wrong", "unsure"]
    assert signs(app, WRONG).label == f"Label of {WRONG}"
    assert "is its label of **Male** right, wrong, or can it not be told" in texts(app)


def test_a_doubtful_image_can_be_opened(judged: Found) -> None:
    app = problems()
    next(button for button in app.button if str(button.key).endswith("open 1")).click().run()
    assert not app.exception
    assert "Labelled with" in texts(app)


def test_one_click_marks_a_label_and_another_takes_the_mark_away(
    host: Settings, faces: FaceDataset, judged: Found
) -> None:
    path = marks_file(faces.root, host)
    app = problems()
    signs(app, WRONG).set_value("wrong").run()
    assert not app.exception
    assert read_marks(path, "Male")[WRONG].verdict == "wrong"
    assert "1 marked: 0 right, 1 wrong, 0 unsure" in texts(app)
    signs(app, WRONG).set_value(None).run()
    assert read_marks(path, "Male") == {}


def test_marked_labels_can_be_left_out_and_listed(host: Settings, faces: FaceDataset, judged: Found) -> None:
    set_mark(marks_file(faces.root, host), "Male", WRONG, "wrong", 1, seen=None, access=HOST)
    app = problems()
    app.toggle(key="unmarked labels").set_value(True).run()
    assert WRONG not in texts(app)
    app.segmented_control(key="which labels").set_value("Marked").run()
    assert WRONG in texts(app)


def test_somebody_elses_mark_is_not_replaced_in_silence(
    host: Settings, faces: FaceDataset, judged: Found
) -> None:
    app = problems()
    set_mark(marks_file(faces.root, host), "Male", WRONG, "right", 1, seen=None, access=HOST)
    signs(app, WRONG).set_value("wrong").run()
    assert "marked right by somebody else" in app.error[0].value
    assert read_marks(marks_file(faces.root, host), "Male")[WRONG].verdict == "right"


def test_marks_that_cannot_be_read_are_said_and_nothing_is_lost(
    host: Settings, faces: FaceDataset, judged: Found
) -> None:
    path = marks_file(faces.root, host)
    path.parent.mkdir(parents=True)
    path.write_text("{")
    assert "Put the former file back" in problems().error[0].value
    assert path.read_text() == "{"


def test_marks_can_be_taken_away_as_csv(host: Settings, faces: FaceDataset) -> None:
    set_mark(marks_file(faces.root, host), "Male", WRONG, "wrong", 1, seen=None, access=HOST)
    (row,) = pd.read_csv(StringIO(marks_csv(faces, host))).to_dict("records")
    assert (row["target"], row["image_id"], row["label"], row["mark"]) == ("Male", WRONG, 1, "wrong")


def test_a_runs_scores_judge_labels_too(host: Settings) -> None:
    scored_run(host, "a run", config=TrainConfig(weights="random", image_size=64, data="sample"))
    options = problems().selectbox(key="judged by sample Male").options
    assert options == ["validation and test of a run (n = 400)"]


def test_contradicting_labels_have_a_view_of_their_own(host: Settings) -> None:
    app = problems()
    app.segmented_control(key="which labels").set_value("Contradicting").run()
    assert not app.exception
    assert "No rule between male and another attribute is broken" in texts(app)


def test_a_contradiction_is_told_in_words_and_leads_to_the_other_label(
    host: Settings, faces: FaceDataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = Rule("Male", 1, "Heavy_Makeup", 0, 866, 3, 0.99, 0.63)
    monkeypatch.setattr(dataset_label_problems, "label_rules", lambda dataset: [rule])
    broken = Contradictions(np.array([1]), np.array([4.0]), ((rule,),))
    monkeypatch.setattr(dataset_label_problems, "contradictions", lambda *_: broken)
    app = problems()
    app.segmented_control(key="which labels").set_value("Contradicting").run()
    assert "man with heavy make-up: 3 of 866 men" in texts(app)
    assert "a mark here is of Male alone" in texts(app)
    app.button(key="to target Heavy_Makeup").click().run()
    assert not app.exception
    assert app.selectbox(key="target").value == "Heavy_Makeup"
    assert "a mark here is of Heavy_Makeup alone" in texts(app)


def test_the_button_starts_one_search_of_these_faces(host: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str, str]] = []
    monkeypatch.setattr(LabelSearches, "start", lambda self, *wanted: asked.append(wanted))
    app = problems()
    next(button for button in app.button if button.label == "Look through all labels").click().run()
    assert asked == [("sample", "Male", "")]
