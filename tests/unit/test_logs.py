"""The log tells the host what happened, and nothing of a visitor."""

import json
import logging
import threading
import time

import pytest

from core.errors import PhotoError
from core.logs import MAX_MESSAGE, discreet, log_error, set_up_logging
from core.settings import Settings


@pytest.fixture(autouse=True)
def as_before():
    """Logging is one for the whole process: give it back as it was."""
    factory, hook, root = logging.getLogRecordFactory(), threading.excepthook, logging.root
    handlers, level = root.handlers[:], root.level
    loggers = [logging.getLogger(name) for name in logging.root.manager.loggerDict]
    kept = [(logger, logger.handlers[:], logger.propagate, logger.level) for logger in loggers]
    yield
    logging.captureWarnings(False)
    logging.setLogRecordFactory(factory)
    threading.excepthook = hook
    root.handlers[:], root.level = handlers, level
    for logger, its_handlers, propagate, its_level in kept:
        logger.handlers[:], logger.propagate, logger.level = its_handlers, propagate, its_level


@pytest.fixture
def said(capsys):
    """Sets logging up, lets something log, and gives what came out."""

    def listen(what, **settings) -> str:
        set_up_logging(Settings(**settings))
        what()
        return capsys.readouterr().err

    return listen


def refuse_a_photo() -> None:
    try:
        raise PhotoError("'me and my cat.jpg' of 203.0.113.7 is no photo.")
    except PhotoError as error:
        log_error(error)


def test_json_is_an_object_a_line_with_the_run_it_is_about(said):
    out = said(
        lambda: logging.getLogger("core.jobs").warning("%s waits", "20260131-142501-k3x9ab"),
        log_format="json",
    )
    line = json.loads(out)
    assert line["run"] == "20260131-142501-k3x9ab"
    assert (line["level"], line["logger"], line["message"]) == (
        "warning",
        "core.jobs",
        f"{line['run']} waits",
    )
    assert line["time"].endswith("+00:00")


def test_an_error_has_the_id_that_the_visitor_gets_and_its_traceback(said):
    ids = []

    def fail() -> None:
        try:
            raise KeyError("rows\nof it")
        except KeyError as error:
            ids.append(log_error(error))

    line = json.loads(said(fail, log_format="json"))
    assert line["error_id"] == ids[0]
    assert "KeyError" in line["traceback"]
    assert "test_logs.py" in line["traceback"]


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_demos_log_names_no_photo_and_no_address_not_even_in_a_traceback(said, form):
    out = said(refuse_a_photo, mode="demo", log_format=form)
    assert "PhotoError: <file> of <address> is no photo" in out
    assert "cat" not in out
    assert "203.0" not in out


def test_a_logger_with_a_handler_of_its_own_says_no_more(said):
    """As Streamlit's have, and as one has that is made after the start."""
    late, lines = logging.getLogger("made.late"), []
    late.propagate = False

    class Remember(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    def speak() -> None:
        late.addHandler(Remember())
        late.warning("%s connected with %s", "203.0.113.7:55000", "lineament_visitor=abc")

    said(speak, mode="demo")
    assert lines == ["<address>:55000 connected with lineament_visitor= <secret>"]


def test_the_servers_line_a_request_is_left_out(said):
    for mode in ({"mode": "demo"}, {"log_format": "json"}):
        assert said(lambda: logging.getLogger("uvicorn.access").info("GET / 200"), **mode) == ""


def test_a_thread_that_dies_dies_in_the_log(said):
    def fail() -> None:
        raise ValueError("in a thread, of me.png")

    def run() -> None:
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()

    line = json.loads(said(run, log_format="json"))
    assert line["error_id"]
    assert "of <file>" in line["traceback"]


def test_on_a_machine_of_ones_own_logging_stays_as_it_is():
    before = logging.getLogRecordFactory(), logging.root.handlers[:]
    set_up_logging(Settings())
    assert (logging.getLogRecordFactory(), logging.root.handlers[:]) == before


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("from 203.0.113.7:4000, and 2001:db8::17", "from <address>:4000, and <address>"),
        ("from ::1 or [fe80::1]:80. At 10.0.0.1.", "from <address> or [<address>]:80. At <address>."),
        ("Cookie: a=1; b=2", "Cookie: <secret>"),
        ("{'_streamlit_xsrf': 'abc'}", "{'_streamlit_xsrf': <secret>"),
        (f"seen {'aB3_-' * 8}abc once", "seen <secret> once"),
        ("hf_abcdefghijkl", "<secret>"),
        ("data:image/png;base64,iVBOR/+= end", "<data> end"),
        ("opened /home/ann/IMG_1.HEIC twice", "opened /home/ann/<file> twice"),
    ],
)
def test_what_tells_of_somebody_is_taken_out(text, left):
    assert discreet(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-25 08:10:18.123 started",
        "Keras 3.15.1 in epoch-0003.weights.h5, history.csv",
        'File "/srv/core/jobs/queue.py", line 12, in submit',
        "20260131-142501-k3x9ab failed: no space left",
        "ratio 1:2:3 of 4:5",
    ],
)
def test_what_the_host_needs_stays(text):
    assert discreet(text) == text


@pytest.mark.parametrize(
    "piece", ["a:", "1.", "'", "-", "token ", "x.jp", "'a", "data:", "1::", "cookie", "hf_a-"]
)
def test_a_long_text_that_a_visitor_brought_in_takes_no_long_time(piece):
    before = time.perf_counter()
    discreet((piece * MAX_MESSAGE)[:MAX_MESSAGE])
    assert time.perf_counter() - before < 2


def test_of_a_huge_message_the_beginning_is_logged(said):
    out = said(lambda: logging.getLogger("core").warning("%s", "x y" * 10**6), mode="demo")
    assert MAX_MESSAGE < len(out) < 2 * MAX_MESSAGE
