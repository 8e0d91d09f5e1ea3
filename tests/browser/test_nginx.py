"""The documented nginx before a demo: pages, websockets and uploads pass, at the root and under a path."""

import os
import re
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.access import VISITOR_COOKIE
from core.settings import PROJECT
from tests.browser.demo import DEMO, free_port
from tests.browser.predicting import Trained, faces_photo, give, open_predict
from tests.browser.serving import BASE, PATIENCE_S, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

DOCUMENTED = re.search(r"```nginx\n(.+?)```", (PROJECT / "docs" / "hosting.md").read_text("utf-8"), re.DOTALL)


@contextmanager
def nginx(folder: Path, upstream: str, path: str) -> Iterator[str]:
    """The documented server in front of `upstream`, all that it writes under `folder`; its address."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no nginx: install Debian's `nginx-light`")
    port = free_port()
    server = (
        DOCUMENTED[1]
        .replace("listen 80;", f"listen 127.0.0.1:{port};")
        .replace("faces.example.org", "127.0.0.1")
        .replace("http://127.0.0.1:8501", upstream)
        .replace("location / {", f"location {path} {{")
    )
    assert f"127.0.0.1:{port}" in server and upstream in server and f"location {path} {{" in server
    places = "".join(
        f"{kind}_temp_path {folder}/temp/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "temp").mkdir(parents=True)
    (folder / "nginx.conf").write_text(
        f"daemon off;\nworker_processes 1;\npid {folder}/nginx.pid;\nerror_log {folder}/error.log info;\n"
        f"events {{}}\nhttp {{\n{places}{server}}}\n"
    )
    command = [program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
    process = subprocess.Popen(command)
    try:
        address = f"http://127.0.0.1:{port}{path}".rstrip("/")
        _wait_for(f"{address}/healthz", process)
        yield address
    finally:
        process.terminate()
        process.wait()


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)


@pytest.mark.parametrize("path", ["/", "/faces/"])
def test_the_demo_works_behind_the_documented_nginx(trained: Trained, page: Page, tmp_path: Path, path: str):
    options = {**DEMO, BASE: path.strip("/")}
    with (
        serving(tmp_path / "app", settings=trained.settings, variables=options) as server,
        nginx(tmp_path / "nginx", server.url, path) as address,
    ):
        for name, title in (("", "Dataset"), ("train", "Train"), ("compare", "Compare")):
            page.goto(f"{address}/{name}")
            expect(page.get_by_role("heading", name=title, exact=True, level=1)).to_be_visible()
        open_predict(page, trained.url(address))
        give(page, {"mine.png": faces_photo(1)}, "1 face in 1 photo")
        large = faces_photo(1) + os.urandom(3 * 2**20)
        give(page, {"large.png": large}, "2 faces in 2 photos")
        names = {cookie["name"]: cookie for cookie in page.context.cookies()}
        assert names[VISITOR_COOKIE]["httpOnly"]
        assert names[VISITOR_COOKIE]["path"] == (path.rstrip("/") or "/")
        # Photos passed through: nginx wrote none of them down.
        assert not [found for found in (tmp_path / "nginx" / "temp").rglob("*") if found.is_file()]
        assert "buffered to a temporary file" not in (tmp_path / "nginx" / "error.log").read_text()
