"""Every knob a host can turn, read once from the environment, `.streamlit/secrets.toml`, defaults.

An environment variable `LINEAMENT_<NAME>` wins over the table `[lineament]` of the secrets file,
which wins over the default below. Nothing else in the project reads the environment.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from core.errors import ConfigError

PROJECT = Path(__file__).resolve().parent.parent
SECRETS = PROJECT / ".streamlit" / "secrets.toml"


def read_settings(**given: object) -> "Settings":
    """The host's settings, with `given` over the rest.

    Raises:
        ConfigError: one sentence a setting that cannot be used, by the name of its variable.
    """
    try:
        return Settings(**given)
    except ValidationError as error:
        raise ConfigError(
            "\n".join(
                f"LINEAMENT_{'_'.join(map(str, found['loc'])).upper()} = {found['input']!r}: {found['msg']}."
                for found in error.errors(include_url=False)
            )
        ) from error


class _SecretsTable(TomlConfigSettingsSource):
    """The `[lineament]` table of the secrets file; its other tables are none of our business."""

    def _read_file(self, file_path: Path) -> dict:
        return super()._read_file(file_path).get("lineament", {})


class Settings(BaseSettings):
    """The host's choices. Immutable; handed to whoever needs it rather than reached for."""

    model_config = SettingsConfigDict(env_prefix="LINEAMENT_", frozen=True, extra="forbid", toml_file=SECRETS)

    artifacts: Path = Field(
        PROJECT / "artifacts", description="Folder of everything the product makes: runs, data sets, weights."
    )
    data_roots: Annotated[tuple[Path, ...], NoDecode] = Field(
        (Path.home(), PROJECT.parent),
        description="Folders under which the pages may open a data set; separated by ':' in the environment.",
    )
    devices: Literal["one", "all"] = Field(
        "one", description='Processors that a run trains on: "one" (a GPU if there is one) or "all" GPUs.'
    )
    max_running: int = Field(1, ge=1, le=64, description="Runs that train at the same time.")
    max_queued: int = Field(50, ge=1, le=10_000, description="Runs that may wait in the queue.")
    max_epochs: int = Field(1000, ge=1, description="Epochs that one run may ask for.")
    max_run_seconds: int | None = Field(
        None, ge=1, description="Seconds a run may train in all; it then stops, scored at its best epoch."
    )
    min_free_bytes: int = Field(
        500 * 2**20, ge=0, description="Free disk, bytes, that training leaves untouched."
    )
    max_feature_bytes: int = Field(
        20 * 10**9, ge=0, description="Disk for cached features; the longest unused go first."
    )
    max_decoded_bytes: int = Field(
        500 * 10**6, ge=0, description="Memory for the decoded images of a run without kept features."
    )
    kill_grace_seconds: float = Field(
        20, gt=0, description="Seconds between the steps of ending a trainer that does not answer."
    )
    max_upload_files: int = Field(50, ge=1, description="Photos that Predict takes at once.")
    max_photo_bytes: int = Field(20 * 2**20, ge=1, description="Bytes of one photo.")
    max_photo_pixels: int = Field(50_000_000, ge=1, description="Pixels of one photo, width times height.")
    celeba_repository: str = Field(
        "flwrlabs/celeba", description="Data set repository of the Hugging Face hub that CelebA comes from."
    )
    celeba_folder: str = Field(
        "img_align+identity+attr", description="Folder in that repository with the parquet shards."
    )
    celeba_revision: str = Field("main", description="Branch, tag or commit of that repository.")
    max_dataset_bytes: int = Field(
        4 * 10**9, ge=1, description="Bytes of a zip of one's own faces, and of all that it unpacks to."
    )
    max_dataset_images: int = Field(40_000, ge=1, description="Images in a zip of one's own faces.")
    trash_days: int = Field(
        30, ge=0, le=36_500, description="Days that a deleted run can be restored; 0 keeps it for ever."
    )
    max_models: int = Field(2, ge=1, description="Models kept in the server's memory for Predict.")

    @field_validator("data_roots", mode="before")
    @classmethod
    def _split_roots(cls, value: object) -> object:
        return tuple(Path(part) for part in value.split(":") if part) if isinstance(value, str) else value

    @field_validator("artifacts", mode="after")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().resolve()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, _SecretsTable(settings_cls)

    @property
    def runs(self) -> Path:
        """`artifacts/runs`, one folder a run."""
        return self.artifacts / "runs"

    @property
    def trash(self) -> Path:
        """`artifacts/trash`, the folders of deleted runs."""
        return self.artifacts / "trash"

    @property
    def datasets(self) -> Path:
        """`artifacts/datasets`: the synthetic faces and whatever people add."""
        return self.artifacts / "datasets"

    @property
    def studies(self) -> Path:
        """`artifacts/studies`, a file a study."""
        return self.artifacts / "studies"

    @property
    def features(self) -> Path:
        """`artifacts/features`: the frozen part's output, kept for all runs that share it."""
        return self.artifacts / "features"

    @property
    def weights(self) -> Path:
        """`artifacts/weights`: random base weights, written once so that they have a fingerprint."""
        return self.artifacts / "weights"
