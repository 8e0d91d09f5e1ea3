"""What a sweep can vary: every field there is, and values as they are typed."""

import pytest

from core.errors import ConfigError
from core.runs import TrainConfig
from core.ui.train_fields import FIELDS
from core.ui.train_help import HELP
from core.ui.train_sweep_fields import as_text, label, rest_line, values, varied_fields, words

BASE = TrainConfig(weights="random", limit=200)


def test_every_field_of_a_run_can_be_varied_and_explains_itself():
    assert sorted(varied_fields()) == sorted(FIELDS)
    assert set(FIELDS) <= set(HELP)
    assert len({label(name) for name in FIELDS}) == len(FIELDS)


@pytest.mark.parametrize("name", FIELDS)
def test_a_fields_present_value_can_be_typed_back(name):
    value = getattr(BASE, name)
    assert values(BASE, name, [as_text(name, value)]) == [value]


@pytest.mark.parametrize(
    ("name", "texts", "expected"),
    [
        ("learning_rate", ["1e-3", "0.1"], [1e-3, 0.1]),
        ("dense_units", ["64", "128, 64"], [(64,), (128, 64)]),
        ("augment", ["none", "shift,flip"], [(), ("flip", "shift")]),
        ("batch_norm", ["on", "off"], [True, False]),
        ("limit", ["all", "500"], [None, 500]),
        ("epochs", [" 7 "], [7]),
        ("optimizer", ["sgd"], ["sgd"]),
    ],
)
def test_values_are_read_as_one_types_them(name, texts, expected):
    assert values(BASE, name, texts) == expected


def test_one_value_typed_two_ways_is_one_run():
    assert values(BASE, "learning_rate", ["0.001", "1e-3", "0.0010"]) == [0.001]


@pytest.mark.parametrize(
    ("name", "texts", "message"),
    [
        ("learning_rate", ["0.1", "fast"], "learning_rate = 'fast': Input should be a valid number"),
        ("dropout", ["0.95"], "dropout = '0.95': Input should be less than or equal to 0.9"),
        ("seed", ["1.5"], "seed = '1.5'"),
        ("limit", ["5"], "limit = '5': Input should be greater than or equal to 10"),
        ("augment", ["blur"], "augment.0 = 'blur'"),
    ],
)
def test_a_bad_value_is_refused_in_the_configurations_own_words(name, texts, message):
    with pytest.raises(ConfigError) as refused:
        values(BASE, name, texts)
    assert message in str(refused.value)


def test_every_bad_value_is_named():
    with pytest.raises(ConfigError) as refused:
        values(BASE, "epochs", ["0", "3", "many"])
    assert "epochs = '0'" in str(refused.value) and "epochs = 'many'" in str(refused.value)


def test_values_are_shown_in_the_forms_words():
    assert (words("fine_tune", "block5"), words("precision", "auto")) == ("Block 5", "Automatic")
    assert words("weights", "/far/away/vgg.h5") == "vgg.h5"
    assert words("dropout", "0.5") == "0.5"


def test_what_is_varied_is_not_told_as_the_rest(settings, monkeypatch):
    monkeypatch.setattr("core.ui.train_sweep_fields.settings", lambda: settings)
    line = rest_line(BASE, ["learning_rate", "epochs"])
    assert "Learning rate" not in line and "Epochs" not in line
    assert "Fine-tuning Frozen" in line and "Limit on images 200" in line and "Data source" in line
