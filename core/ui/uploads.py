"""What the server itself holds of uploads: how much for a session, and letting go of what a page has read.

Streamlit keeps an upload until its session ends, though the page has read it and its drop zone is gone.
"""

from streamlit.runtime import Runtime, exists
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile


def uploaded(session_id: str) -> tuple[int, int]:
    """How many files, and how many bytes, a session holds uploaded."""
    stored = getattr(Runtime.instance().uploaded_file_mgr, "file_storage", {}).get(session_id, {})
    return len(stored), sum(len(file.data) for file in list(stored.values()))


def release(*files: UploadedFile) -> None:
    """Let the server forget uploads of this session; who still needs their bytes has read them."""
    context = get_script_run_ctx()
    if context is None or not exists():
        return
    for file in files:
        Runtime.instance().uploaded_file_mgr.remove_file(context.session_id, file.file_id)
