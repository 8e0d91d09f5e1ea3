"""A hub on this machine: as much of the hub's protocol as a download speaks, with shards drawn here.

Speaks `GET /api/datasets/{repo}/revision/{rev}`, `GET /api/datasets/{repo}/tree/{rev}/{folder}` in pages,
`HEAD` and `GET /datasets/{repo}/resolve/{rev}/{path}` with the redirect, hash and size of an LFS file, and
the store behind it with ranges. What it is told to do wrong it does: cut connections, answer with errors,
list hashes that do not fit.
"""

import hashlib
import io
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from core.data.dataset import ATTRIBUTES
from tests.faces import tiny_image

REPOSITORY, FOLDER, COMMIT = "somebody/faces", "img_align+identity+attr", "c0ffee" + "0" * 34
OTHERS = ("5_o_Clock_Shadow", "Bald")
"""Attributes besides the report's ten."""
PAGE = 2
"""Files in one page of a listing."""


@dataclass
class Faults:
    """What goes wrong, and how often; each countdown is used up.

    Attributes:
        cut_after: bytes of the store's next answers after which the connection is cut, one an answer.
        statuses: statuses of the next answers to anything but the store.
        headers: sent with those statuses.
        store_statuses: statuses of the store's next answers.
        wrong_hash: whether listings and headers tell a hash that no shard has.
        wrong_header: whether headers tell another size than the listing.
        ignore_ranges: whether the store always sends the whole file.
        flip: places in shards, by path, of which one byte is sent inverted; None of a path: never.
        slow_s: seconds between the store's blocks of 4 kB, but for its next `quick` answers.
        stall_s: seconds before the store says anything.
    """

    cut_after: list[int] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    store_statuses: list[int] = field(default_factory=list)
    wrong_hash: bool = False
    wrong_header: bool = False
    ignore_ranges: bool = False
    flip: dict[str, list[int]] = field(default_factory=dict)
    slow_s: float = 0.0
    quick: int = 0
    stall_s: float = 0.0


@dataclass
class FakeHub:
    """What a test sees of the server: its address, its files, what was asked, what it is to do wrong."""

    url: str
    files: dict[str, bytes]
    faults: Faults = field(default_factory=Faults)
    asked: list[str] = field(default_factory=list)
    sent_bytes: int = 0
    commit: str = COMMIT

    @property
    def store(self) -> str:
        """Where files lie: another host than the hub's, as in life, where the client asks for no headers."""
        return self.url.replace("127.0.0.1", "localhost")

    @property
    def store_requests(self) -> list[str]:
        """Ranges asked of the store, in order: "train-00000… bytes=0-99"."""
        return [line for line in self.asked if line.startswith("STORE ")]


def make_shard(
    rows: int,
    first: int,
    *,
    group: int = 10,
    broken: tuple[int, ...] = (),
    kind: str = "PNG",
    **changes: object,
) -> bytes:
    """A parquet shard of drawn squares, as the real ones are laid out.

    Args:
        first: counts on through the shards: it seeds the images and decides who is Male.
        group: rows in a row group.
        broken: rows, from 0, whose image is no image.
        changes: columns to put in place of the usual ones; None takes one out.
    """
    images, numbers = [], range(first, first + rows)
    for i, number in enumerate(numbers):
        rng = np.random.default_rng(number)
        file = io.BytesIO()
        tiny_image(number % 2 == 0, rng, side=16).save(file, kind)
        images.append({"bytes": b"no image" if i in broken else file.getvalue(), "path": None})
    rng = np.random.default_rng(first)
    columns: dict[str, object] = {"image": images, "celeb_id": [number // 2 + 1 for number in numbers]}
    for name in (*OTHERS, *sorted(ATTRIBUTES)):
        columns[name] = [number % 2 == 0 for number in numbers] if name == "Male" else rng.random(rows) < 0.5
    columns.update(changes)
    table = pa.table({name: column for name, column in columns.items() if column is not None})
    sink = io.BytesIO()
    pq.write_table(table, sink, row_group_size=group, write_page_checksum=True)
    return sink.getvalue()


def make_files(*, group: int = 10) -> dict[str, bytes]:
    """Shards with 40 + 40 training, 20 validation and 20 test images, and what else lies in a repository."""
    return {
        f"{FOLDER}/test-00000-of-00001.parquet": make_shard(20, 100, group=group),
        f"{FOLDER}/train-00000-of-00002.parquet": make_shard(40, 0, group=group),
        f"{FOLDER}/train-00001-of-00002.parquet": make_shard(40, 40, group=group),
        f"{FOLDER}/valid-00000-of-00001.parquet": make_shard(20, 80, group=group),
        "README.md": b"# Faces",
    }


@contextmanager
def hub_on_this_machine(files: dict[str, bytes]) -> Iterator[FakeHub]:
    """A server on localhost, ended with the block."""
    hub = FakeHub("", files)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(hub))
    server.daemon_threads = True
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler_of(hub: FakeHub) -> type[BaseHTTPRequestHandler]:
    class Handler(_Handler):
        pass

    Handler.hub = hub
    return Handler


class _Handler(BaseHTTPRequestHandler):
    hub: FakeHub
    protocol_version = "HTTP/1.1"

    def log_message(self, *words: object) -> None:
        """Nothing on stderr."""

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        path, hub = unquote(urlsplit(self.path).path), self.hub
        store = path.removeprefix("/store/") if path.startswith("/store/") else None
        hub.asked.append(f"STORE {store} {self.headers.get('Range')}" if store else f"{self.command} {path}")
        faults = hub.faults.store_statuses if store else hub.faults.statuses
        if faults:
            self._say(faults.pop(0), b"", **hub.faults.headers)
        elif store:
            self._send_store(store)
        elif path == f"/api/datasets/{REPOSITORY}/revision/main":
            self._say_json({"id": REPOSITORY, "sha": hub.commit, "siblings": []})
        elif path.startswith(f"/api/datasets/{REPOSITORY}/revision/"):
            self._say(404, b"", **{"X-Error-Code": "RevisionNotFound"})
        elif found := re.fullmatch(rf"/api/datasets/{REPOSITORY}/tree/{hub.commit}/(.+)", path):
            self._send_tree(found[1])
        elif found := re.fullmatch(rf"/datasets/{REPOSITORY}/resolve/{hub.commit}/(.+)", path):
            self._redirect(found[1])
        else:
            self._say(401, b"", **{"X-Error-Code": "RepoNotFound"})

    def _send_tree(self, folder: str) -> None:
        names = sorted(name for name in self.hub.files if name.rpartition("/")[0] == folder)
        if not names:
            self._say(404, b"", **{"X-Error-Code": "EntryNotFound"})
            return
        query = dict(part.split("=") for part in urlsplit(self.path).query.split("&") if part)
        start = int(query.get("cursor", 0))
        more = start + PAGE < len(names)
        link = f'<{self.hub.url}{urlsplit(self.path).path}?cursor={start + PAGE}>; rel="next"'
        listed = [self._entry(name) for name in names[start : start + PAGE]]
        self._say_json(listed, **({"Link": link} if more else {}))

    def _entry(self, name: str) -> dict[str, object]:
        size = len(self.hub.files[name])
        lfs = {"oid": self._hash(name), "size": size, "pointerSize": 134}
        return {"type": "file", "path": name, "size": size, "oid": "0" * 40, "lfs": lfs}

    def _redirect(self, name: str) -> None:
        if name not in self.hub.files:
            self._say(404, b"", **{"X-Error-Code": "EntryNotFound"})
            return
        size = len(self.hub.files[name]) + self.hub.faults.wrong_header
        headers = {"X-Linked-Size": str(size), "X-Linked-Etag": f'"{self._hash(name)}"'}
        headers |= {"X-Repo-Commit": self.hub.commit, "Location": f"{self.hub.store}/store/{name}"}
        self._say(302, b"", **headers)

    def _send_store(self, name: str) -> None:
        content, faults = bytearray(self.hub.files[name]), self.hub.faults
        for place in faults.flip.get(name, ()):
            content[place] ^= 0xFF
        threading.Event().wait(faults.stall_s)
        size, found = len(content), re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        part = bool(found) and not faults.ignore_ranges
        start, end = (int(found[1]), min(int(found[2]) + 1, size)) if part else (0, size)
        self.send_response(206 if part else 200)
        if part:
            self.send_header("Content-Range", f"bytes {start}-{end - 1}/{size}")
        self.send_header("Content-Length", str(end - start))
        self.end_headers()
        cut = faults.cut_after.pop(0) if faults.cut_after else None
        self._send_slowly(bytes(content[start:end] if cut is None else content[start:end][:cut]))
        if cut is not None:
            self.close_connection = True

    def _send_slowly(self, content: bytes) -> None:
        faults = self.hub.faults
        slow = faults.slow_s > 0 and faults.quick <= 0
        faults.quick -= 1
        block = 4096 if slow else max(1, len(content))
        for start in range(0, len(content), block):
            try:
                self.wfile.write(content[start : start + block])
                self.wfile.flush()
            except OSError:
                self.close_connection = True
                return
            self.hub.sent_bytes += len(content[start : start + block])
            if slow:
                threading.Event().wait(faults.slow_s)

    def _hash(self, name: str) -> str:
        return "0" * 64 if self.hub.faults.wrong_hash else hashlib.sha256(self.hub.files[name]).hexdigest()

    def _say_json(self, value: object, **headers: str) -> None:
        self._say(200, json.dumps(value).encode(), **{"Content-Type": "application/json", **headers})

    def _say(self, status: int, content: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
