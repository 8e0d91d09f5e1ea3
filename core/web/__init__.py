"""Around the pages: what every request and connection passes, the health routes, and the checks at the start.

Plain ASGI and Starlette; knows nothing of Streamlit but its addresses. Puts the layers in their order.
"""

from pathlib import Path

from starlette.middleware import Middleware

from core.settings import Settings
from core.web.closed import ClosedAddresses
from core.web.connections import ConnectionLimits
from core.web.headers import SecurityHeaders, content_policy
from core.web.uploads import Held, UploadLimits
from core.web.visitor_cookie import VisitorCookie

__all__ = ["middleware"]


def middleware(settings: Settings, index: Path, base: str, held: Held) -> list[Middleware]:
    """The layers around the app, the outermost first.

    Args:
        index: the front end's index.html, whose inline scripts are let run.
        base: the path that the app lies under, "" for the root.
        held: what a session holds uploaded.
    """
    layers = [Middleware(SecurityHeaders, policy=content_policy(index, settings.frame_ancestors))]
    if settings.mode == "demo":
        layers += [
            Middleware(ClosedAddresses),
            Middleware(ConnectionLimits, settings=settings),
            Middleware(VisitorCookie, settings=settings, base=base),
            Middleware(UploadLimits, settings=settings, held=held),
        ]
    return layers
