"""What a person called a data set that came as a zip: its folder is named after an id that says little."""

from pathlib import Path

from core.atomic import read_json_or_none
from core.settings import Settings


def given_name(root: Path, settings: Settings) -> str:
    """The name that the upload in a folder was kept under; "" where it is no upload, or not kept."""
    if root.parent != (settings.datasets / "own").resolve():
        return ""
    stored = read_json_or_none(settings.datasets / "sources" / f"{root.name}.json")
    name = stored.get("name") if isinstance(stored, dict) else None
    return name if isinstance(name, str) else ""
