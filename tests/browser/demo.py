"""What makes a server in the tests a demo: its settings, and the options of Streamlit that it insists on."""

import socket

DEMO = {
    "LINEAMENT_MODE": "demo",
    "STREAMLIT_SERVER_ALLOWED_HOSTS": "127.0.0.1",
    "STREAMLIT_SERVER_MAX_UPLOAD_SIZE": "10",
    "STREAMLIT_SERVER_MAX_MESSAGE_SIZE": "10",
    "STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL": "30",
    "STREAMLIT_SERVER_FILE_WATCHER_TYPE": "none",
    "STREAMLIT_CLIENT_SHOW_ERROR_DETAILS": "none",
}
"""As docs/hosting.md says."""


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
