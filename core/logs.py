"""What the server logs: lines for a person, or one JSON object a line for a machine, with run ids.

Nothing of a visitor goes into the log of a demo, nor into one in JSON, which travels: no network address, no
cookie, no name of a photo. It is taken out where a record is made, so that no handler of anybody's sees it.
Details of an error stay in the log, and the visitor gets its id.
"""

import json
import logging
import re
import secrets
import sys
import threading
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any

from core.settings import Settings

RUN = re.compile(r"\b[0-9]{8}-[0-9]{6}-[a-z0-9]{6}\b")
QUIET = {"uvicorn.error": logging.WARNING, "uvicorn.access": logging.CRITICAL}
"""Loggers that would name each visitor's address."""
TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_PICTURE = r"\.(?:jpe?g|jfif|png|webp|avif|tiff?|gif|bmp|hei[cf])\b"
PRIVATE = (
    (re.compile(r"data:[\w/+.-]{1,99};base64,[\w+/=]+", re.ASCII), "<data>"),
    (
        re.compile(
            r"(?i)(?<![\w-])([\w-]{0,40}(?:cookie|visitor|xsrf|token|secret|password|authorization))"
            r"(['\"]?\s{0,9}[=:]).*"
        ),
        r"\1\2 <secret>",
    ),
    (re.compile(r"\bhf_\w{8,}|(?<![\w-])[\w-]{43}(?![\w-])", re.ASCII), "<secret>"),
    (re.compile(rf"(?i)(['\"])[^'\"\n]{{0,255}}{_PICTURE}\1"), "<file>"),
    (re.compile(rf"(?i)(?<![^\s'\"/\\])[^\s'\"/\\]{{1,255}}{_PICTURE}"), "<file>"),
)
"""What names a visitor or lets somebody in, and what stands there instead, in this order. Each looks at no
place of a text more than 300 times, since visitors may bring in long ones."""
_MAYBE_ADDRESS = re.compile(
    r"(?i)(?<![\w:.])(?:(?:\d{1,3}\.){3}\d{1,3}|[0-9a-f]{0,4}(?::[0-9a-f.]{0,15}){2,8})(?!\w)"
)
MAX_MESSAGE = 10_000
"""Characters of a message, and of a traceback's end, that are logged."""
log = logging.getLogger(__name__)


class JsonLines(logging.Formatter):
    """An object a line: time, level, logger, message; run, error_id and traceback where there are any."""

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
            line["traceback"] = record.exc_text or self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def set_up_logging(settings: Settings) -> None:
    """Log as the host wants it, once all that logs is imported; one's own machine logs text as ever."""
    if settings.mode == "local" and settings.log_format == "text":
        return
    for name, level in QUIET.items():
        logging.getLogger(name).setLevel(level)
    logging.setLogRecordFactory(discreet_record)
    logging.captureWarnings(True)
    threading.excepthook = _log_dead_thread
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if settings.log_format == "json" else logging.Formatter(TEXT))
    # Streamlit gives each of its loggers a handler of its own.
    for name in logging.root.manager.loggerDict:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(logging.INFO)


def discreet(text: str) -> str:
    """`text` without addresses, secrets, and names of pictures, which could be somebody's."""
    for pattern, instead in PRIVATE:
        text = pattern.sub(instead, text)
    return _MAYBE_ADDRESS.sub(_unless_address, text)


def _unless_address(found: re.Match[str]) -> str:
    text = found.group().rstrip(".")
    try:
        ip_address(text)
    except ValueError:
        return found.group()
    return f"<address>{found.group()[len(text) :]}"


def discreet_record(*args: Any, **kwargs: Any) -> logging.LogRecord:
    """A record whose message and traceback are `discreet`."""
    record = logging.LogRecord(*args, **kwargs)
    record.msg, record.args = discreet(record.getMessage()[:MAX_MESSAGE]), ()
    if record.exc_info:
        record.exc_text = discreet(logging.Formatter().formatException(record.exc_info)[-MAX_MESSAGE:])
    return record


def log_error(error: BaseException) -> str:
    """Log an error that nobody expected, with its traceback; the id by which it is found again."""
    error_id = secrets.token_hex(4)
    log.error("error %s: %s", error_id, type(error).__name__, exc_info=error, extra={"error_id": error_id})
    return error_id


def _log_dead_thread(dead: threading.ExceptHookArgs) -> None:
    """Python's own words would go past the log."""
    if dead.exc_value is not None:
        log_error(dead.exc_value)
