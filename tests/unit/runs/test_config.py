"""TrainConfig: its bounds, its messages, and that it comes back from JSON and YAML as it went."""

import random

import pytest

from core.errors import ConfigError
from core.runs import TrainConfig
from core.runs.config import SCHEMA_VERSION
from core.runs.presets import PRESETS

BAD = [
    ("target", ""),
    ("data", ""),
    ("weights", ""),
    ("limit", 9),
    ("image_size", 31),
    ("image_size", 513),
    ("fine_tune", "block3"),
    ("dense_units", []),
    ("dense_units", [1] * 5),
    ("dense_units", [0]),
    ("dense_units", [8193]),
    ("dropout", -0.1),
    ("dropout", 0.91),
    ("augment", ["turn"]),
    ("augment", "flip, turn"),
    ("optimizer", "lion"),
    ("learning_rate", 0),
    ("learning_rate", 11),
    ("learning_rate", float("nan")),
    ("learning_rate", float("inf")),
    ("batch_size", 0),
    ("batch_size", 1025),
    ("epochs", 0),
    ("epochs", 1001),
    ("early_stopping_patience", -1),
    ("reduce_lr_factor", 0),
    ("reduce_lr_factor", 1),
    ("reduce_lr_patience", -1),
    ("precision", "float16"),
    ("seed", -1),
    ("seed", 2**31),
]


def random_config(rng: random.Random) -> TrainConfig:
    """Any configuration within bounds, with awkward texts and numbers."""
    return TrainConfig(
        data=rng.choice(
            ["sample", "/data/faces", "C: x", "yes", "0x1f", "ä ö 顔", "- a\nb", "'\"{}[]#", "1e-3"]
        ),
        target=rng.choice(["Male", "5_o_Clock_Shadow", "no", "null", "~"]),
        limit=rng.choice([None, 10, 123_456]),
        image_size=rng.randint(32, 512),
        weights=rng.choice(["imagenet", "random", "/w/base.weights.h5"]),
        fine_tune=rng.choice(["none", "block5", "block4", "all"]),
        dense_units=tuple(rng.randint(1, 8192) for _ in range(rng.randint(1, 4))),
        batch_norm=rng.random() < 0.5,
        dropout=rng.uniform(0, 0.9),
        augment=tuple(rng.sample(["flip", "shift", "brightness"], rng.randint(0, 3))),
        optimizer=rng.choice(["adam", "adamw", "sgd", "rmsprop"]),
        learning_rate=10 ** rng.uniform(-12, 1),
        batch_size=rng.randint(1, 1024),
        epochs=rng.randint(1, 1000),
        early_stopping_patience=rng.randint(0, 1000),
        reduce_lr_factor=rng.uniform(1e-9, 0.999),
        reduce_lr_patience=rng.randint(0, 1000),
        precision=rng.choice(["auto", "float32", "mixed_bfloat16"]),
        seed=rng.randint(0, 2**31 - 1),
    )


@pytest.mark.parametrize("seed", range(60))
def test_any_config_comes_back_from_json_and_yaml(seed: int):
    config = random_config(random.Random(seed))
    assert TrainConfig.from_text(config.to_json()) == config
    assert TrainConfig.from_text(config.to_yaml()) == config


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (["shift", "flip", "shift"], ("flip", "shift")),
        ("brightness, flip", ("flip", "brightness")),
        ("none", ()),
        ([], ()),
    ],
)
def test_augmentation_is_one_value_however_it_is_written(given: object, meant: tuple[str, ...]):
    assert TrainConfig.parse({"augment": given}).augment == meant


def test_features_are_kept_where_something_is_frozen_and_images_stay_as_they_are():
    kept = [
        (depth, names)
        for depth in ("none", "block5", "block4", "all")
        for names in ((), ("flip",))
        if TrainConfig(fine_tune=depth, augment=names).keeps_features
    ]
    assert kept == [("none", ()), ("block5", ()), ("block4", ())]


def test_a_configuration_from_before_augmentation_is_read_as_without():
    old = TrainConfig().model_dump(mode="json")
    del old["augment"]
    assert TrainConfig.parse(old) == TrainConfig()


def test_what_is_written_carries_the_schema_version():
    assert TrainConfig.from_text(TrainConfig().to_yaml()).schema_version == SCHEMA_VERSION
    assert f'"schema_version": {SCHEMA_VERSION}' in TrainConfig().to_json()


@pytest.mark.parametrize(("field", "value"), BAD, ids=lambda item: str(item)[:20])
def test_values_out_of_bounds_are_refused_by_name(field: str, value: object):
    with pytest.raises(ConfigError) as raised:
        TrainConfig.parse({field: value})
    message = str(raised.value)
    assert message.startswith(field)
    assert "\n" not in message


def test_each_bad_field_has_its_own_sentence():
    with pytest.raises(ConfigError) as raised:
        TrainConfig.parse({"epochs": 0, "dropout": 2})
    lines = str(raised.value).splitlines()
    assert len(lines) == 2
    assert {line.split(" ")[0] for line in lines} == {"epochs", "dropout"}
    assert "2" in next(line for line in lines if line.startswith("dropout"))


def test_a_misspelt_field_is_refused_with_the_known_ones():
    with pytest.raises(ConfigError, match=r"learning_rat is not a setting.*learning_rate"):
        TrainConfig.parse({"learning_rat": 0.1})


def test_a_newer_schema_asks_for_an_update():
    with pytest.raises(ConfigError, match=r"schema version 2.*Update"):
        TrainConfig.parse({"schema_version": 2})


@pytest.mark.parametrize("version", [0, -1, "1", 1.5, None, [1]])
def test_a_version_that_is_none_is_refused(version: object):
    with pytest.raises(ConfigError):
        TrainConfig.parse({"schema_version": version})


def test_yaml_may_write_small_numbers_as_people_do():
    """YAML 1.1 takes `1e-3` for text."""
    config = TrainConfig.from_text("learning_rate: 1e-3\nreduce_lr_factor: 2e-1\ntarget: Young")
    assert (config.learning_rate, config.reduce_lr_factor, config.target) == (1e-3, 0.2, "Young")


@pytest.mark.parametrize("text", ["", "[1, 2]", "just words", "a: [", "!!python/object:os.system x", "null"])
def test_text_that_holds_no_fields_is_refused(text: str):
    with pytest.raises(ConfigError):
        TrainConfig.from_text(text)


def test_keys_that_are_no_names_are_refused():
    with pytest.raises(ConfigError):
        TrainConfig.from_text("1: 2\n")


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"nowhere\.yaml"):
        TrainConfig.from_file(tmp_path / "nowhere.yaml")
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match=r"bytes\.json"):
        TrainConfig.from_file(tmp_path / "bytes.json")


def test_changing_a_field_checks_it_and_leaves_the_original():
    config = TrainConfig()
    assert config.changed(epochs=7).epochs == 7
    assert config.epochs == TrainConfig().epochs
    with pytest.raises(ConfigError, match="epochs"):
        config.changed(epochs=0)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_presets_keep_the_data_target_weights_and_seed(preset):
    before = TrainConfig(data="/faces", target="Young", weights="random", seed=7)
    after = preset.apply(before)
    kept = ("data", "target", "weights", "seed")
    assert {name: getattr(after, name) for name in kept} == {name: getattr(before, name) for name in kept}
    assert after != before
