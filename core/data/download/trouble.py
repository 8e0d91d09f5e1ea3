"""What went wrong between here and the hub, in one sentence that says what to do.

Two kinds: what may pass by itself and is tried again (`may_pass`), and what will not.
"""

import re
import socket
import ssl
from collections.abc import Iterator

from core.errors import DownloadError

_KEPT = "What was fetched is kept: start again to go on."
_RATE_LIMIT = re.compile(r"\br=0\b.*\bt=(\d+)")


def may_pass(error: Exception) -> bool:
    """Whether the same question, asked a little later, may be answered."""
    import httpx2

    status = status_of(error)
    if status is not None:
        return status in (408, 429) or status >= 500
    return isinstance(error, httpx2.TransportError) and not _within(error, ssl.SSLError)


def status_of(error: Exception) -> int | None:
    """The HTTP status that an error came with; None when there was no answer."""
    return getattr(getattr(error, "response", None), "status_code", None)


def wait_asked_for(error: Exception) -> float | None:
    """Seconds that the hub asks to be left alone; None when it asks for none."""
    headers = getattr(getattr(error, "response", None), "headers", {})
    if (value := headers.get("Retry-After", "")).isdecimal():
        return float(value)
    # The hub's own way of saying it: `RateLimit: "resolvers";r=0;t=55`.
    limit = _RATE_LIMIT.search(headers.get("RateLimit", ""))
    return float(limit[1]) if limit else None


def as_download_error(error: Exception, repository: str, what: str) -> DownloadError:
    """The sentence for an error of the hub's client.

    Args:
        what: the file or folder that was asked for.
    """
    status = status_of(error)
    words = _no_answer(error) if status is None else _answer(error, status, repository, what)
    return DownloadError(f"{words} {_KEPT}")


def _answer(error: Exception, status: int, repository: str, what: str) -> str:
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError, RevisionNotFoundError

    where = f"{_host(error)} answered {status}"
    if isinstance(error, RevisionNotFoundError):
        return f"{where}: {repository} has no such revision. Look at LINEAMENT_CELEBA_REVISION."
    if status == 401 and isinstance(error, RepositoryNotFoundError):
        # The hub says 401 to strangers of a repository that does not exist, too.
        return (
            f"{where}: there is no data set {repository}, or one has to sign in for it. "
            "Look at LINEAMENT_CELEBA_REPOSITORY, or sign in with `hf auth login`."
        )
    if status in (401, 403) or isinstance(error, GatedRepoError):
        return (
            f"{where}: {repository} may not be read. Accept its terms on its page, and sign in with "
            "`hf auth login`."
        )
    if status == 404 and isinstance(error, RepositoryNotFoundError):
        return f"{where}: there is no data set {repository}. Look at LINEAMENT_CELEBA_REPOSITORY."
    if status == 404:
        return f"{where}: {repository} has no {what}. Look at LINEAMENT_CELEBA_FOLDER."
    if status == 429:
        wait = wait_asked_for(error)
        when = f"in {wait:.0f} s" if wait else "in a few minutes"
        return f"{where}: too many requests from this address. Try again {when}."
    if status >= 500:
        return f"{where}: the hub has trouble of its own. Try again in a few minutes."
    return f"{where} to the request for {what}. Look at what the settings name."


def _no_answer(error: Exception) -> str:
    import httpx2
    from huggingface_hub.errors import OfflineModeIsEnabled

    host = _host(error)
    if isinstance(error, OfflineModeIsEnabled):
        return "HF_HUB_OFFLINE is set, so the hub is not asked for anything. Unset it, or give a folder."
    if _within(error, socket.gaierror):
        return f"The name {host} cannot be looked up. Connect this machine to the internet, or mend its DNS."
    if isinstance(error, httpx2.ProxyError):
        return f"The proxy does not let {host} through ({error}). Look at HTTPS_PROXY."
    if isinstance(error, httpx2.TimeoutException):
        return f"{host} does not answer in time. See whether this machine reaches the internet."
    if _within(error, ssl.SSLError):
        return f"The certificate of {host} is not accepted ({error}). See to the clock and the certificates."
    if isinstance(error, httpx2.ConnectError):
        return (
            f"{host} cannot be reached ({error}). Connect this machine to the internet, or set HTTPS_PROXY."
        )
    if isinstance(error, (httpx2.NetworkError, httpx2.RemoteProtocolError)):
        # Which side hung up at which byte helps nobody, and every such error says it otherwise.
        return f"The connection to {host} broke off again and again."
    return f"{host} cannot be spoken to ({error or type(error).__name__})."


def _host(error: Exception) -> str:
    from huggingface_hub import constants

    try:
        return getattr(error, "response", error).request.url.host
    except (AttributeError, RuntimeError):  # httpx2 raises RuntimeError where no request was made
        return constants.ENDPOINT.split("//")[-1]


def _within(error: BaseException, kind: type[BaseException]) -> bool:
    return any(isinstance(link, kind) for link in _chain(error))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
