"""Bench: what a live page costs the server while it looks for news of a run every second."""

import time
from threading import Event, Thread

import psutil
from playwright.sync_api import Browser

from core.jobs import JobQueue
from core.runs import Run, State, TrainConfig
from core.runs.files import append_json
from core.runs.records import Progress
from core.runs.state import now
from tests.bench.conditions import Row
from tests.bench.visitor import open_page, tab
from tests.browser.serving import Server

SETTLE_S = 5
WATCH_S = 30


def polling_rows(browser: Browser, server: Server) -> list[Row]:
    """The share of one core that the server takes with nobody there, and with a Train page on a live run."""
    how = f"CPU time of the server's process over {WATCH_S} s"
    time.sleep(SETTLE_S)
    idle = _share_of_a_core(server)
    queue = JobQueue(server.settings)
    run = queue.store.create(TrainConfig(epochs=100), name="live")
    queue.enlist(run)
    with run.hold() as held, tab(browser) as page:
        held.set_state(State.RUNNING, attempt=1, started_at=now())
        over = Event()
        trainer = Thread(target=_pretend_to_train, args=(run, over), daemon=True)
        trainer.start()
        open_page(page, f"{server.url}/train?run={run.id}", "Train")
        time.sleep(SETTLE_S)
        live = _share_of_a_core(server)
        over.set()
        trainer.join()
        held.set_state(State.STOPPED, "The bench is over.")
    return [
        Row("the server, nobody there", f"{idle:.1%} of a core", "", how),
        Row("the server, a Train page on a live run", f"{live:.1%} of a core", "a few percent", how),
    ]


def _share_of_a_core(server: Server) -> float:
    process = psutil.Process(server.process.pid)
    before, start = process.cpu_times(), time.monotonic()
    time.sleep(WATCH_S)
    after = process.cpu_times()
    spent = after.user + after.system - before.user - before.system
    return spent / (time.monotonic() - start)


def _pretend_to_train(run: Run, over: Event) -> None:
    """A line of progress each second and an epoch every five, as a trainer writes them."""
    with (run.path / "history.csv").open("a") as history:
        history.write("epoch,accuracy,learning_rate,loss,val_accuracy,val_loss\n")
        for second in range(10_000):
            append_json(run.path / "progress.jsonl", _progress(second).model_dump())
            if second % 5 == 4:
                history.write(f"{second // 5},0.8,0.001,{1 / (second + 1)},0.8,{2 / (second + 1)}\n")
                history.flush()
            if over.wait(1):
                return


def _progress(second: int) -> Progress:
    return Progress(
        time=now(),
        phase="training",
        epoch=1 + second // 5,
        epochs=100,
        step=second % 5,
        steps=5,
        images_per_second=120.0,
        eta_epoch=3.0,
        eta_run=300.0,
        memory_mb=900.0,
        loss=0.4,
        accuracy=0.8,
    )
