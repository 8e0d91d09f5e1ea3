"""What the server logs: lines for a person, or one JSON object a line for a machine, with run ids.

Nothing of a visitor goes into a log: no photo, no network address, no cookie. Details of an error stay here,
and the visitor gets its id.
"""

import json
import logging
import re
import secrets
import sys
from datetime import UTC, datetime

from core.settings import Settings

RUN = re.compile(r"\b[0-9]{8}-[0-9]{6}-[a-z0-9]{6}\b")
QUIET = {"uvicorn.error": logging.WARNING, "uvicorn.access": logging.CRITICAL}
"""Loggers that would name each visitor's address."""
TALKATIVE = ("streamlit", "uvicorn", "uvicorn.error", "uvicorn.access")
"""Loggers with handlers of their own."""
log = logging.getLogger(__name__)


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, message; run, error_id, traceback where there are any."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        message = record.getMessage()
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": message,
        }
        if run := RUN.search(message):
            line["run"] = run.group()
        if error_id := getattr(record, "error_id", ""):
            line["error_id"] = error_id
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def set_up_logging(settings: Settings) -> None:
    """Log as the host wants it; in a demo nothing that names a visitor."""
    if settings.mode == "demo":
        for name, level in QUIET.items():
            logging.getLogger(name).setLevel(level)
    if settings.log_format == "json":
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(JsonLines())
        root = logging.getLogger()
        root.handlers[:] = [handler]
        root.setLevel(logging.INFO)
        for name in TALKATIVE:
            logging.getLogger(name).handlers.clear()
            logging.getLogger(name).propagate = True


def log_error(error: BaseException) -> str:
    """Log an error that nobody expected, with its traceback; the id by which it is found again."""
    error_id = secrets.token_hex(4)
    log.error("error %s: %s", error_id, type(error).__name__, exc_info=error, extra={"error_id": error_id})
    return error_id
