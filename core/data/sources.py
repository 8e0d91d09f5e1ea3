"""The data sets that pages may open, by id and never by path.

"sample" and "sample-faulty" are always there. A folder is added once, when it lies under one of the host's
data roots, and remembered as `artifacts/datasets/sources/<id>.json`. The roots are looked at again on every
use: the host may have narrowed them, and a link may have moved. What came as a zip lies in
`artifacts/datasets/own/<id>/`, and is remembered in the same place by its name. Visitors of a demo have the
drawn faces alone: `core.access`.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from core.access import Access, Act
from core.atomic import read_json_or_none, write_json
from core.data.open import FAULTY_NAME, SAMPLE, SAMPLE_FAULTY, SYNTHETIC_MARK, SYNTHETIC_NAME, drawn_name
from core.errors import DataError
from core.settings import Settings

ID_PATTERN = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_SLUG_LENGTH = 40


@dataclass(frozen=True)
class Source:
    """One data set to choose.

    Attributes:
        id: what addresses it; matches ID_PATTERN.
        name: what a person calls it.
        path: its folder; None for the synthetic faces, which are drawn when they are first opened.
        synthetic: whether its faces are drawn.
        own: whether it came as a zip and lies under `artifacts/`, so that it can be deleted.
    """

    id: str
    name: str
    path: Path | None
    synthetic: bool
    own: bool = False

    @property
    def location(self) -> str | Path:
        """What `core.data.open_dataset` takes."""
        return self.id if self.path is None else self.path


SAMPLE_SOURCE = Source(SAMPLE, SYNTHETIC_NAME, None, True)
SAMPLE_FAULTY_SOURCE = Source(SAMPLE_FAULTY, FAULTY_NAME, None, True)
BUILT_IN = {source.id: source for source in (SAMPLE_SOURCE, SAMPLE_FAULTY_SOURCE)}


def list_sources(settings: Settings) -> list[Source]:
    """Every source: the sample first, then folders by name, but for those no longer under a data root."""
    if not Access.of(settings).allows(Act.OPEN_FOLDER):
        return list(BUILT_IN.values())
    ids = sorted(path.stem for path in _folder(settings).glob("*.json"))
    sources = [source for source in (_stored(source_id, settings) for source_id in ids) if source]
    return [*BUILT_IN.values(), *sorted(sources, key=lambda source: (source.name.casefold(), source.id))]


def register_folder(path: str | Path, settings: Settings) -> Source:
    """Remember a folder as a source; adding it again gives the same source.

    Raises:
        DataError: it is not under a data root, or is no folder.
        NotAllowedError: in a demo.
    """
    Access.of(settings).check(Act.ADD_DATA)
    root = _allowed(path, settings)
    if not root.is_dir():
        raise DataError(f"{root} is not a folder. Give the folder of a data set.")
    source_id = _id_of(root)
    _folder(settings).mkdir(parents=True, exist_ok=True)
    write_json(_folder(settings) / f"{source_id}.json", {"path": str(root)})
    return _source(source_id, root)


def register_own(own_id: str, name: str, settings: Settings) -> Source:
    """Remember a data set that lies in `own_folder` as a source, under a name that a person gave it.

    Raises:
        DataError: it is no id, or there is no such folder.
        NotAllowedError: in a demo.
    """
    Access.of(settings).check(Act.ADD_DATA)
    root = own_folder(_checked(own_id), settings)
    if root.is_symlink() or not root.is_dir():
        raise DataError(f"{root} is not a folder. Upload the zip again.")
    _folder(settings).mkdir(parents=True, exist_ok=True)
    write_json(_folder(settings) / f"{own_id}.json", {"own": True, "name": name})
    return Source(own_id, name, root, False, own=True)


def own_folder(own_id: str, settings: Settings) -> Path:
    """Where a data set that came as a zip lies; the id was checked."""
    return settings.datasets / "own" / own_id


def get_source(source_id: str, settings: Settings) -> Source:
    """The source with this id.

    Raises:
        DataError: it is no id, or no source has it.
        NotAllowedError: in a demo, for any but the drawn faces.
    """
    if source_id in BUILT_IN:
        return BUILT_IN[source_id]
    Access.of(settings).check(Act.OPEN_FOLDER)
    source = _stored(_checked(source_id), settings)
    if source is None:
        raise DataError(
            f"There is no data set with the id {source_id!r}. Choose one from the list, or add its folder."
        )
    return source


def forget(source_id: str, settings: Settings) -> None:
    """Take a source off the list. Its folder is left as it is.

    Raises:
        DataError: it is no id, no source has it, or it is the sample.
        NotAllowedError: in a demo.
    """
    Access.of(settings).check(Act.DELETE_DATA)
    if source_id in BUILT_IN:
        raise DataError(
            f"The {BUILT_IN[source_id].name} ({source_id!r}) are always there. "
            "Choose another data set to forget."
        )
    get_source(source_id, settings)
    (_folder(settings) / f"{source_id}.json").unlink(missing_ok=True)


def _folder(settings: Settings) -> Path:
    return settings.datasets / "sources"


def _checked(source_id: str) -> str:
    if not ID_PATTERN.fullmatch(source_id):
        raise DataError(f"{source_id[:80]!r} is no id of a data set. Choose one from the list.")
    return source_id


def _id_of(root: Path) -> str:
    """A readable part from the folder's name, and a hash of its whole path."""
    slug = re.sub(r"[^a-z0-9]+", "-", root.name.lower()).strip("-")[:_SLUG_LENGTH].rstrip("-") or "folder"
    return f"{slug}-{hashlib.sha256(str(root).encode('utf-8', 'surrogateescape')).hexdigest()[:8]}"


def _source(source_id: str, root: Path) -> Source:
    synthetic = (root / SYNTHETIC_MARK).is_file()
    return Source(source_id, drawn_name(root) if synthetic else root.name, root, synthetic)


def _stored(source_id: str, settings: Settings) -> Source | None:
    """The remembered source; None when there is none, or its folder is no longer allowed."""
    stored = read_json_or_none(_folder(settings) / f"{source_id}.json")
    if not isinstance(stored, dict):
        return None
    if stored.get("own") is True:
        return _stored_own(source_id, stored, settings)
    if not isinstance(stored.get("path"), str):
        return None
    try:
        return _source(source_id, _allowed(stored["path"], settings))
    except DataError:
        return None


def _stored_own(source_id: str, stored: dict, settings: Settings) -> Source | None:
    root = own_folder(source_id, settings)
    if root.is_symlink() or not root.is_dir():
        return None
    name = stored.get("name")
    return Source(source_id, name if isinstance(name, str) and name else source_id, root, False, own=True)


def _allowed(path: str | Path, settings: Settings) -> Path:
    """The real path of a folder under a data root. Outside, nothing is said of what is there."""
    if not str(path).strip():
        raise DataError(f"The path is blank ({str(path)!r}). Give the folder of a data set.")
    try:
        root = Path(path).expanduser().resolve()
        roots = [allowed.expanduser().resolve() for allowed in settings.data_roots]
    except (OSError, RuntimeError, ValueError) as error:
        raise DataError(f"{str(path)!r} is no path ({error}). Give the folder of a data set.") from error
    # What was downloaded lies where the product keeps its own things, wherever that is.
    if any(root.is_relative_to(allowed) for allowed in [*roots, settings.datasets.resolve()]):
        return root
    listed = ", ".join(str(allowed) for allowed in roots)
    raise DataError(
        f"{root} is not under a folder that this host opens data from ({listed}). "
        "Move it there, or set LINEAMENT_DATA_ROOTS."
    )
