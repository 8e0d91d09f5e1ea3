"""When Compare draws itself anew: only when a run that changed reads otherwise than it is drawn."""

from pathlib import Path

from core.runs import RunStore, RunSummary
from core.runs.notes import edit_notes
from core.settings import Settings
from core.ui.compare_live import differs
from tests.unit.ui.fabricated import hold_running, write_run


def drawn(store: RunStore) -> dict[str, RunSummary]:
    return {summary.id: summary for summary in store.list_runs()}


def test_a_new_a_changed_and_a_deleted_run_are_worth_drawing(tmp_path: Path) -> None:
    settings = Settings(artifacts=tmp_path)
    store, run = RunStore(settings.runs), write_run(settings, "one")
    before = drawn(store)
    new = write_run(settings, "two")
    assert differs(store, before, {new.id})
    edit_notes(store, run.id, star=True)
    assert differs(store, before, {run.id})
    assert differs(store, before, None)
    run.path.rename(tmp_path / "away")
    assert differs(store, before, {run.id})


def test_signs_of_life_alone_are_not(tmp_path: Path) -> None:
    settings = Settings(artifacts=tmp_path)
    store = RunStore(settings.runs)
    with hold_running(settings) as held:
        before = drawn(store)
        with (held.run.path / "progress.jsonl").open("a") as progress:
            progress.write("{}\n")
        assert not differs(store, before, {held.run.id})
        assert not differs(store, before, None)
