"""What a run was asked to do: one immutable, checked, versioned value.

Round-trips as JSON and YAML. Knows nothing of how a network is built or trained.
"""

import json
import reprlib
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from core.errors import ConfigError

SCHEMA_VERSION = 1

FineTune = Literal["none", "block5", "block4", "all"]
Optimizer = Literal["adam", "adamw", "sgd", "rmsprop"]
Precision = Literal["auto", "float32", "mixed_bfloat16"]
Split = Literal["auto", "official", "person", "random"]
MarksUse = Literal["ignore", "leave_out", "flip"]
Augmentation = Literal["flip", "shift", "brightness"]
NO_AUGMENTATION = "none"


class TrainConfig(BaseModel):
    """One training run.

    `data` is "sample" or "sample-faulty" (the synthetic faces) or a folder; `weights` is "imagenet",
    "random" or a file of VGG-16 convolution weights. Patience 0 switches early stopping or learning-rate
    reduction off.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: Literal[1] = SCHEMA_VERSION
    data: str = Field("sample", min_length=1, description='"sample" or a folder of labelled faces')
    target: str = Field("Male", min_length=1, description="attribute to predict")
    limit: int | None = Field(None, ge=10, description="use at most so many images, each split's share kept")
    split: Split = Field("auto", description="who is in which split; auto: official if there, else person")
    marks: MarksUse = Field("ignore", description="what training does with labels that a person marked wrong")
    image_size: int = Field(224, ge=32, le=512, description="side of the square input, pixels")
    weights: str = Field("imagenet", min_length=1, description='"imagenet", "random" or a weights file')
    fine_tune: FineTune = Field("none", description="first block of VGG-16 that is trained")
    dense_units: Annotated[tuple[int, ...], Field(min_length=1, max_length=4)] = Field(
        (256,), description="units of each dense ReLU layer of the head"
    )
    batch_norm: bool = Field(False, description="batch normalisation after each dense layer")
    dropout: float = Field(0.5, ge=0, le=0.9, description="share of dense units dropped in training")
    augment: tuple[Augmentation, ...] = Field((), description="how training images are varied at random")
    optimizer: Optimizer = Field("adam", description="Keras optimizer, its own defaults but for the rate")
    learning_rate: float = Field(1e-3, gt=0, le=10, allow_inf_nan=False, description="step size")
    batch_size: int = Field(32, ge=1, le=1024, description="images a step")
    epochs: int = Field(3, ge=1, le=1000, description="passes over the training split, at most")
    early_stopping_patience: int = Field(
        0, ge=0, le=1000, description="epochs without a lower val_loss before stopping; 0 never stops"
    )
    reduce_lr_factor: float = Field(0.5, gt=0, lt=1, description="learning rate is multiplied by this")
    reduce_lr_patience: int = Field(
        0, ge=0, le=1000, description="epochs without a lower val_loss before reducing; 0 never reduces"
    )
    precision: Precision = Field("auto", description="arithmetic of the convolutions")
    seed: int = Field(0, ge=0, le=2**31 - 1, description="fixes split, initial weights, order, all noise")

    @field_validator("dense_units", mode="before")
    @classmethod
    def _one_layer_as_number(cls, value: object) -> object:
        """`64` is one layer of 64."""
        return (value,) if isinstance(value, int) and not isinstance(value, bool) else value

    @field_validator("dense_units", mode="after")
    @classmethod
    def _units_in_bounds(cls, units: tuple[int, ...]) -> tuple[int, ...]:
        if bad := [unit for unit in units if not 1 <= unit <= 8192]:
            raise ValueError(f"each layer has 1 to 8192 units, not {bad[0]}")
        return units

    @field_validator("augment", mode="before")
    @classmethod
    def _augment_from_text(cls, value: object) -> object:
        """`flip,shift` as one types it, or `none`."""
        if not isinstance(value, str):
            return value
        names = [part.strip() for part in value.split(",") if part.strip()]
        return () if names == [NO_AUGMENTATION] else tuple(names)

    @field_validator("augment", mode="after")
    @classmethod
    def _augment_in_one_order(cls, names: tuple[Augmentation, ...]) -> tuple[Augmentation, ...]:
        return tuple(name for name in get_args(Augmentation) if name in names)

    @property
    def keeps_features(self) -> bool:
        """Whether something is frozen whose output never changes: with augmentation it always does."""
        return self.fine_tune != "all" and not self.augment

    @classmethod
    def parse(cls, values: dict[str, Any]) -> "TrainConfig":
        """Check `values`.

        Raises:
            ConfigError: one sentence a field that is unknown or out of bounds.
        """
        version = values.get("schema_version", SCHEMA_VERSION)
        if isinstance(version, int) and version > SCHEMA_VERSION:
            raise ConfigError(
                f"The configuration has schema version {version}; this Lineament reads up to "
                f"{SCHEMA_VERSION}. Update Lineament."
            )
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise ConfigError(_sentences(error)) from error

    @classmethod
    def from_text(cls, text: str, name: str = "configuration") -> "TrainConfig":
        """Read JSON or YAML (JSON is YAML); `name` is what messages call it.

        Raises:
            ConfigError: it is neither, holds no mapping, or a value is out of bounds.
        """
        try:
            values = yaml.safe_load(text)
        except yaml.YAMLError as error:
            raise ConfigError(f"{name} is neither JSON nor YAML: {error}. See docs/run-folder.md.") from error
        if not isinstance(values, dict):
            raise ConfigError(f"{name} holds no fields such as `learning_rate: 0.001`.")
        return cls.parse(_numbers_yaml_missed(values))

    @classmethod
    def from_file(cls, path: Path) -> "TrainConfig":
        """Read a JSON or YAML file; see `from_text`."""
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"Cannot read {path}: {error}. Give a JSON or YAML file.") from error
        return cls.from_text(text, path.name)

    def changed(self, **values: Any) -> "TrainConfig":
        """A checked copy with some fields changed."""
        return self.parse({**self.model_dump(), **values})

    def to_json(self) -> str:
        """JSON with every field, indented."""
        return json.dumps(self.model_dump(mode="json"), indent=2)

    def to_yaml(self) -> str:
        """YAML with every field, in the order of this class."""
        return yaml.safe_dump(self.model_dump(mode="json"), sort_keys=False)


def _sentences(error: ValidationError) -> str:
    """Pydantic's findings as "field = value: what is wrong", one a line."""
    lines = []
    for finding in error.errors(include_url=False):
        where = ".".join(str(part) for part in finding["loc"])
        if finding["type"] == "extra_forbidden":
            known = ", ".join(TrainConfig.model_fields)
            lines.append(f"{where} is not a setting of a run. Known: {known}.")
        else:
            lines.append(
                f"{where} = {reprlib.repr(finding['input'])}: {finding['msg'].removeprefix('Value error, ')}."
            )
    return "\n".join(lines)


def _numbers_yaml_missed(values: dict[str, Any]) -> dict[str, Any]:
    """YAML 1.1 reads `1e-3` as text; a field that wants a number gets one."""
    wanted = {name for name, info in TrainConfig.model_fields.items() if info.annotation is float}
    fixed = dict(values)
    for name in wanted & values.keys():
        if isinstance(values[name], str):
            try:
                fixed[name] = float(values[name])
            except ValueError:
                continue
    return fixed
