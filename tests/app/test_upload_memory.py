"""An uploaded photo stays in the server's memory: nothing of it is spooled to a temporary file.

The server's multipart parser would, from 1 MiB on. Here that is made to fail in a real server's process, and
5 MB are sent the way a browser sends them: a session by websocket, then the file by PUT.
"""

import os
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from tests.browser.serving import OUR_APP, PATIENCE_S, Server, serving

pytestmark = pytest.mark.slow

SIZE = 5 * 10**6
WITHOUT_DISK = """
import tempfile

def rollover(self):
    raise OSError("an upload was about to be written to disk")

tempfile.SpooledTemporaryFile.rollover = rollover
"""
PLAIN_APP = """
import streamlit as st

st.file_uploader("A photo")
"""


def upload(folder: Path, app: Sequence[str]) -> tuple[int, str]:
    """The status of a PUT of 5 MB, and what the server printed meanwhile."""
    with serving(folder, (*app, "--server.enableXsrfProtection=false")) as server:
        with session(server) as own:
            status = put(server, own)
        return status, server.log.read_text()


@contextmanager
def session(server: Server) -> Iterator[str]:
    """Open a session as a browser does; its id comes with the first message of its script."""
    address = server.url.replace("http", "ws") + "/_stcore/stream"
    with connect(address, subprotocols=["streamlit"], max_size=None) as socket:
        hello = BackMsg()
        hello.rerun_script.SetInParent()
        socket.send(hello.SerializeToString())
        message = ForwardMsg()
        while message.WhichOneof("type") != "new_session":
            message = ForwardMsg.FromString(socket.recv(timeout=PATIENCE_S))
        yield message.new_session.initialize.session_id


def put(server: Server, own: str) -> int:
    border = "a border between parts"
    body = (
        f'--{border}\r\nContent-Disposition: form-data; name="file"; filename="photo.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    ).encode()
    body += os.urandom(SIZE) + f"\r\n--{border}--\r\n".encode()
    request = urllib.request.Request(
        f"{server.url}/_stcore/upload_file/{own}/one",
        body,
        {"Content-Type": f'multipart/form-data; boundary="{border}"'},
        method="PUT",
    )
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


@pytest.fixture(autouse=True)
def no_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers started from here cannot spool: Python imports `sitecustomize` before anything else."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(WITHOUT_DISK)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))


def test_an_uploaded_photo_is_never_written_to_disk(tmp_path):
    status, said = upload(tmp_path, OUR_APP)
    assert status == 204 and "written to disk" not in said


def test_without_our_limit_the_same_upload_goes_to_disk(tmp_path):
    """So the promise above can be broken, and the way in which it is tested would notice."""
    (tmp_path / "plain.py").write_text(PLAIN_APP)
    status, said = upload(tmp_path, ("run", str(tmp_path / "plain.py")))
    assert status == 500 and "an upload was about to be written to disk" in said
