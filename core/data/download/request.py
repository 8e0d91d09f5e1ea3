"""What is to be downloaded and where it goes; the names of the files while it is on its way."""

from dataclasses import asdict, dataclass
from pathlib import Path

from core.errors import DataError
from core.settings import Settings

CELEBA_IMAGES = 202_599
"""Images in CelebA as published."""
DEFAULT_IMAGES = 30_000
"""About 1.7 GB where the repository holds them as PNG, as the default one does."""


@dataclass(frozen=True)
class DownloadRequest:
    """One download.

    Attributes:
        repository: `owner/name` of a data set repository.
        folder: the folder in it that holds the parquet shards.
        revision: branch, tag or commit; what it is at the start is kept to until the end.
        images: how many are wanted; all there are when there are fewer.
        destination: the folder that will appear, whole.
    """

    repository: str
    folder: str
    revision: str
    images: int
    destination: Path

    @classmethod
    def of(
        cls, settings: Settings, images: int = DEFAULT_IMAGES, out: Path | None = None
    ) -> "DownloadRequest":
        """The host's request for so many images.

        Raises:
            DataError: no such number of images.
        """
        if not 1 <= images <= CELEBA_IMAGES:
            raise DataError(
                f"{images:,} images were asked for; CelebA has {CELEBA_IMAGES:,}. Ask for 1 to that many."
            )
        place = out.expanduser() if out else settings.datasets / f"celeba-{images}"
        return cls(
            settings.celeba_repository,
            settings.celeba_folder.strip("/"),
            settings.celeba_revision,
            images,
            place.resolve(),
        )

    @property
    def work(self) -> Path:
        """The folder, beside the destination, of all that a later start can go on from."""
        return work_folder(self.destination)

    def as_json(self) -> dict[str, object]:
        """The request as the plan remembers it: a plan for another request is not gone on with."""
        return {**asdict(self), "destination": str(self.destination)}


def work_folder(destination: Path) -> Path:
    """Where a download to `destination` gathers what it fetches."""
    return destination.with_name(f".{destination.name}.unfinished")
