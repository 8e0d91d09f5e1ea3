"""Every knob a host can turn, read once from the environment, `.streamlit/secrets.toml`, defaults.

An environment variable `LINEAMENT_<NAME>` wins over the table `[lineament]` of the secrets file,
which wins over the default below. A host that says `mode = "demo"` has the stricter defaults of `DEMO`.
Nothing else in the project reads the environment.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, field_validator, model_validator
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

DEMO: dict[str, object] = {
    "max_queued": 10,
    "max_queued_per_visitor": 3,
    "max_runs": 100,
    "max_runs_per_visitor": 5,
    "max_epochs": 10,
    "max_images": 1000,
    "max_image_size": 96,
    "max_dense_units": 512,
    "max_batch_size": 128,
    "max_run_seconds": 600,
    "max_feature_bytes": 2 * 10**9,
    "max_decoded_bytes": 100 * 10**6,
    "max_trainer_bytes": 3 * 2**30,
    "max_server_bytes": 3 * 2**30,
    "max_upload_files": 10,
    "max_photo_bytes": 10 * 2**20,
    "max_photo_pixels": 25_000_000,
    "max_session_upload_bytes": 60 * 2**20,
    "max_session_upload_files": 40,
    "max_connections": 200,
    "max_connections_per_client": 20,
    "trainer_nice": 10,
    "pause_on_shutdown": True,
    "trash_days": 1,
}
"""The defaults of a demo, where they differ from those below."""


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

    mode: Literal["local", "demo"] = Field(
        "local", description='Who comes: "local", the owner of the machine; "demo", strangers.'
    )
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
    max_queued_per_visitor: int | None = Field(
        None, ge=1, description="Runs of one visitor of a demo that may wait."
    )
    max_runs: int | None = Field(
        None, ge=1, description="Runs of all visitors of a demo that are kept; the oldest go first."
    )
    max_runs_per_visitor: int | None = Field(
        None, ge=1, description="Runs of one visitor of a demo that are kept; the oldest go first."
    )
    max_epochs: int = Field(1000, ge=1, description="Epochs that one run may ask for.")
    max_images: int | None = Field(None, ge=10, description="Images that one run may use.")
    max_image_size: int = Field(512, ge=32, description="Side of the images of a run, pixels, at most.")
    max_dense_units: int = Field(32_768, ge=1, description="Units of a run's dense layers, taken together.")
    max_batch_size: int = Field(1024, ge=1, description="Images a step of a run, at most.")
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
    max_trainer_bytes: int | None = Field(
        None, ge=2**29, description="Memory of one trainer, bytes; one that needs more fails."
    )
    max_server_bytes: int | None = Field(
        None, ge=2**28, description="Memory of the server, bytes, from which it takes no new work."
    )
    trainer_nice: int = Field(
        0, ge=0, le=19, description="How far trainers stand back behind other programs, as `nice` counts."
    )
    pause_on_shutdown: bool = Field(
        False, description="Whether runs pause when the server ends, and go on when it starts again."
    )
    kill_grace_seconds: float = Field(
        20, gt=0, description="Seconds between the steps of ending a trainer that does not answer."
    )
    max_upload_files: int = Field(50, ge=1, description="Photos that Predict takes at once.")
    max_photo_bytes: int = Field(20 * 2**20, ge=1, description="Bytes of one photo.")
    max_photo_pixels: int = Field(50_000_000, ge=1, description="Pixels of one photo, width times height.")
    max_session_upload_bytes: int | None = Field(
        None, ge=1, description="Bytes that one browser tab may have uploaded at a time."
    )
    max_session_upload_files: int | None = Field(
        None, ge=1, description="Files that one browser tab may have uploaded at a time."
    )
    max_connections: int | None = Field(None, ge=1, description="Browser tabs connected at the same time.")
    max_connections_per_client: int | None = Field(
        None, ge=1, description="Of those, from one network address."
    )
    frame_ancestors: str = Field(
        "'self'", description="Sites that may show the app in a frame, as Content-Security-Policy takes them."
    )
    hosted_runs: Path | None = Field(
        None, description="Folder of runs with SHA256SUMS that the host supplies; taken in at the start."
    )
    log_format: Literal["text", "json"] = Field(
        "text", description='How the server logs: "text", or "json", an object a line.'
    )
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

    @model_validator(mode="before")
    @classmethod
    def _defaults_of_a_demo(cls, values: dict) -> dict:
        return {**DEMO, **values} if values.get("mode") == "demo" else values

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
