"""What a download asks the hub, through `huggingface_hub`: which commit, which files, which bytes.

The hub's client is told where the hub is by HF_ENDPOINT and signs in as `hf auth login` left it; both are
its own affair. Bytes are asked for by range over plain HTTP: Xet's protocol knows no parts of a file.
Nothing is written here; what goes wrong is `core.data.download.trouble`'s to word.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from core.data.download.trouble import as_download_error, may_pass, wait_asked_for
from core.errors import DownloadError

if TYPE_CHECKING:
    import httpx2

WAITS_S = (1.0, 2.0, 4.0, 8.0, 16.0)
"""How long is waited before each new try; bytes that arrive start the tries anew."""
LONGEST_WAIT_S = 120.0
"""The longest that the hub may ask for with `Retry-After` and get."""
TIMEOUT_S = 20.0
"""Without a connection, or without one byte."""

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class RemoteFile:
    """A file as the repository lists it: `path` in it, `size` in bytes, `sha256` where it is kept by LFS."""

    path: str
    size: int
    sha256: str | None


class Hub:
    """One repository of data.

    Args:
        sleep: how waiting is done; called with seconds, and may raise to give up.
        on_bytes: called with how many bytes of files have come.
    """

    def __init__(
        self,
        repository: str,
        *,
        sleep: Callable[[float], None] = time.sleep,
        on_bytes: Callable[[int], None] = lambda count: None,
    ):
        os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")  # Read when the client is imported.
        self.repository = repository
        self._sleep = sleep
        self._on_bytes = on_bytes

    def commit(self, revision: str) -> str:
        """The commit that a branch, tag or commit stands for now. Asked once: it is the first question.

        Raises:
            DownloadError: the hub cannot be reached, or has no such thing.
        """
        from huggingface_hub import HfApi

        with self._worded(f"revision {revision}"):
            return HfApi().dataset_info(self.repository, revision=revision, timeout=TIMEOUT_S).sha

    def parquet_files(self, folder: str, commit: str) -> list[RemoteFile]:
        """The parquet files that lie in a folder, by name.

        Raises:
            DownloadError: as `commit`, or the folder is not there or holds none.
        """
        from huggingface_hub import HfApi

        def listed() -> list[RemoteFile]:
            tree = HfApi().list_repo_tree(
                self.repository, folder or None, revision=commit, repo_type="dataset"
            )
            return [
                RemoteFile(found.path, found.size, found.lfs.sha256 if found.lfs else None)
                for found in tree
                if found.path.endswith(".parquet")
            ]

        files = self._patiently(listed, f"folder {folder}")
        if not files:
            raise DownloadError(
                f"The folder {folder!r} of {self.repository} holds no parquet files. "
                "Look at LINEAMENT_CELEBA_FOLDER."
            )
        return sorted(files, key=lambda file: file.path)

    def check(self, file: RemoteFile, commit: str) -> None:
        """Ask for a file's header: its size and LFS hash must be the listing's.

        Raises:
            DownloadError: as `commit`, or they are not.
        """
        from huggingface_hub import get_hf_file_metadata

        found = self._patiently(lambda: get_hf_file_metadata(self._url(file, commit)), file.path)
        if found.size != file.size or (file.sha256 and found.etag != file.sha256):
            raise DownloadError(
                f"{file.path} is listed with {file.size:,} bytes and the hash {file.sha256}, but offered "
                f"with {found.size or 0:,} and {found.etag}. Try again later, or look at {self.repository}."
            )

    def read(
        self, file: RemoteFile, commit: str, start: int, end: int, take: Callable[[bytes], None]
    ) -> None:
        """Fetch bytes `start` … `end` (exclusive) of a file; after a cut connection only what is missing.

        Args:
            take: called with each few bytes, in order; may raise to give up.

        Raises:
            DownloadError: as `commit`, or what comes is not what was asked for.
        """
        place, tries = start, 0
        while place < end:
            before = place
            try:
                for chunk in self._range(file, commit, place, end):
                    self._on_bytes(len(chunk))
                    take(chunk)
                    place += len(chunk)
                if place < end:
                    raise _cut(file, place, end)
            except Exception as error:
                tries = 0 if place > before else tries
                self._wait_or_raise(error, tries, file.path)
                tries += 1

    def _range(self, file: RemoteFile, commit: str, start: int, end: int) -> Iterator[bytes]:
        from huggingface_hub import get_session
        from huggingface_hub.utils import build_hf_headers, hf_raise_for_status

        headers = {**build_hf_headers(), "Range": f"bytes={start}-{end - 1}", "Accept-Encoding": "identity"}
        with get_session().stream(
            "GET", self._url(file, commit), headers=headers, timeout=TIMEOUT_S
        ) as response:
            if response.is_error:
                response.read()
            hf_raise_for_status(response)
            _refuse_other_range(response, file, start, end)
            yield from response.iter_raw()

    def _url(self, file: RemoteFile, commit: str) -> str:
        from huggingface_hub import hf_hub_url

        return hf_hub_url(self.repository, file.path, repo_type="dataset", revision=commit)

    def _patiently(self, ask: Callable[[], Answer], what: str) -> Answer:
        tries = 0
        while True:
            try:
                return ask()
            except Exception as error:
                self._wait_or_raise(error, tries, what)
                tries += 1

    def _wait_or_raise(self, error: Exception, tries: int, what: str) -> None:
        if not may_pass(error) or tries >= len(WAITS_S):
            with self._worded(what):
                raise error
        asked = wait_asked_for(error)
        if asked is not None and asked > LONGEST_WAIT_S:
            with self._worded(what):
                raise error
        self._sleep(WAITS_S[tries] if asked is None else asked)

    @contextmanager
    def _worded(self, what: str) -> Iterator[None]:
        """Errors of the client, in words; all others as they are."""
        import httpx2
        from huggingface_hub.errors import HFValidationError, OfflineModeIsEnabled

        try:
            yield
        except HFValidationError as error:
            raise DownloadError(
                f"{self.repository!r} is no repository's name. Set LINEAMENT_CELEBA_REPOSITORY to owner/name."
            ) from error
        except (httpx2.HTTPError, OfflineModeIsEnabled) as error:
            raise as_download_error(error, self.repository, what) from error


def _refuse_other_range(response: "httpx2.Response", file: RemoteFile, start: int, end: int) -> None:
    """A server that ignores ranges would send the whole file; one with another file has another size."""
    wanted = f"bytes {start}-{end - 1}/{file.size}"
    offered = response.headers.get("Content-Range", "the whole file")
    if response.status_code == 206 and offered == wanted:
        return
    if start == 0 and end == file.size and response.headers.get("Content-Length") == str(file.size):
        return
    raise DownloadError(
        f"Of {file.path} {wanted!r} was asked for and {offered!r} offered: it is not the file listed, or "
        "something on the way does not understand ranges. Try again later, or without a proxy."
    )


def _cut(file: RemoteFile, place: int, end: int) -> Exception:
    import httpx2

    return httpx2.RemoteProtocolError(f"{end - place:,} bytes of {file.path} did not come")
