"""Points the hub's client, in this process and those it starts, at a server of this machine alone."""

import socket
from pathlib import Path

import pytest

LOCAL = ("127.0.0.1", "localhost", "::1")


def point_the_client(url: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have `huggingface_hub` ask `url`, signed in nowhere, waiting hardly at all, and nobody else."""
    import huggingface_hub
    from huggingface_hub import constants, file_download

    environment = {
        "HF_ENDPOINT": url,
        "HF_HOME": str(folder / "hf"),
        "HF_HUB_OFFLINE": "0",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_DISABLE_XET": "1",
        "NO_PROXY": "*",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("HF_TOKEN", raising=False)
    # What the client read when it was imported, perhaps by another test.
    template = url + "/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr(constants, "ENDPOINT", url)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(folder / "hf" / "token"))
    for module in (constants, file_download):
        if hasattr(module, "HUGGINGFACE_CO_URL_TEMPLATE"):
            monkeypatch.setattr(module, "HUGGINGFACE_CO_URL_TEMPLATE", template)
    monkeypatch.setattr("core.data.download.hub.WAITS_S", (0.01,) * 4)
    monkeypatch.setattr("core.data.download.hub.TIMEOUT_S", 5.0)
    monkeypatch.setattr(socket, "getaddrinfo", _only_local(socket.getaddrinfo))
    huggingface_hub.utils.close_session()  # The next one reads the proxies anew.


def _only_local(look_up):
    """Names that are not of this machine are unknown, as on one without internet."""

    def look_up_local(host, *arguments, **options):
        if (host.decode() if isinstance(host, bytes) else host) not in LOCAL:
            raise socket.gaierror(socket.EAI_NONAME, f"{host} is not on this machine")
        return look_up(host, *arguments, **options)

    return look_up_local
