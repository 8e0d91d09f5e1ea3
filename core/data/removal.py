"""Takes away a folder that is the product's own: an upload or a download, with what the index knows of it."""

import contextlib
import secrets
import shutil
from pathlib import Path

from core.data.index import facts_file, opened_file
from core.data.marks import marks_file
from core.settings import Settings

GONE = ".gone-"
"""How a folder on its way out is called; what a death left of one goes with the next upload's sweep."""


def remove_folder(root: Path, settings: Settings) -> None:
    """Delete a folder and what is known of its images, marks included; one that has gone is no trouble.

    Its name is gone at once, its files a moment later.

    Raises:
        OSError: it cannot be moved out of the way; its files are all there.
    """
    gone = root
    if not root.name.startswith(GONE):
        # Another name each time: what is left of an earlier one must not stand in the way.
        gone = settings.datasets / "own" / f"{GONE}{root.name}-{secrets.token_hex(4)}"
        gone.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            root.rename(gone)
    shutil.rmtree(gone, ignore_errors=True)
    for file in (facts_file, opened_file, marks_file):
        file(root, settings).unlink(missing_ok=True)
