"""Beside what training does with labels marked wrong stands how many there are."""

from core.access import HOST
from core.data import open_dataset
from core.data.marks import marks_file, set_mark
from core.settings import Settings
from core.ui.train_fields import KEYS
from tests.app.train_page import opened, texts


def test_where_nothing_is_marked_the_choice_says_that_it_changes_nothing(host: Settings) -> None:
    app = opened()
    assert "No label of Male is marked wrong." in texts(app)
    app.selectbox(KEYS["marks"]).set_value("flip").run()
    assert "No label of Male is marked wrong: this changes nothing." in texts(app)


def test_the_labels_marked_wrong_are_counted_for_the_target(host: Settings) -> None:
    faces = open_dataset("sample", settings=host)
    path = marks_file(faces.root, host)
    labels = faces.labels("Male")
    for row, verdict in ((0, "wrong"), (1, "wrong"), (2, "right")):
        name = faces.frame["image_id"].iat[row]
        set_mark(path, "Male", name, verdict, int(labels[row]), seen=None, access=HOST)
    assert "2 labels of Male are marked wrong." in texts(opened())


def test_marks_that_cannot_be_read_do_not_take_the_form_away(host: Settings) -> None:
    path = marks_file(open_dataset("sample", settings=host).root, host)
    path.parent.mkdir(parents=True)
    path.write_text("{")
    app = opened()
    assert app.selectbox(KEYS["marks"]).value == "ignore"
    assert "marked wrong" not in texts(app)
