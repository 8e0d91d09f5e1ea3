"""Checkpoints: committed by a manifest written last; whatever is not committed does not exist."""

import pytest

from core import atomic
from core.errors import CheckpointError
from core.runs import RunStore, TrainConfig
from core.runs.checkpoints import COUNTERS, MANIFEST, OPTIMIZER, WEIGHTS, Checkpoints, part_name


@pytest.fixture
def checkpoints(tmp_path) -> Checkpoints:
    """The empty checkpoints of a new run."""
    return RunStore(tmp_path).create(TrainConfig()).checkpoints


def writers(content: str):
    """A writer for each part; the content tells epoch and part."""
    return {
        part: lambda path, part=part: path.write_text(f"{content} {part}")
        for part in (WEIGHTS, OPTIMIZER, COUNTERS)
    }


def save(checkpoints: Checkpoints, epoch: int, *, best: bool) -> None:
    """Save an epoch whose files tell its number."""
    checkpoints.save(epoch, best, writers(str(epoch)))


def names(checkpoints: Checkpoints) -> set[str]:
    """Everything in the folder but the manifest."""
    return {path.name for path in checkpoints.folder.iterdir()} - {MANIFEST}


def test_before_the_first_there_is_none(checkpoints):
    assert checkpoints.manifest() is None
    assert checkpoints.newest_whole() == (0, [])
    with pytest.raises(CheckpointError, match="no checkpoint"):
        checkpoints.best_weights()
    with pytest.raises(CheckpointError, match="missing"):
        checkpoints.checked(part_name(1, WEIGHTS))


def test_what_was_saved_is_found_by_its_epoch(checkpoints):
    save(checkpoints, 1, best=True)
    manifest = checkpoints.manifest()
    assert (manifest.best_epoch, manifest.last_epoch) == (1, 1)
    assert set(manifest.files) == names(checkpoints) == {part_name(1, part) for part in writers("")}
    assert checkpoints.best_weights().read_text() == "1 weights.h5"


def test_the_best_outlives_later_epochs(checkpoints):
    for epoch in range(1, 8):
        save(checkpoints, epoch, best=epoch == 2)
    assert checkpoints.best_weights().read_text() == "2 weights.h5"
    assert part_name(2, OPTIMIZER) not in names(checkpoints)
    assert checkpoints.newest_whole() == (7, [])


def test_the_folder_does_not_grow_with_the_epochs(checkpoints):
    sizes = []
    for epoch in range(1, 12):
        save(checkpoints, epoch, best=epoch == 2)
        sizes.append(len(names(checkpoints)))
    assert max(sizes) == sizes[-1] <= 7
    assert names(checkpoints) == set(checkpoints.manifest().files)


def test_files_that_no_manifest_names_are_dropped(checkpoints):
    save(checkpoints, 1, best=True)
    (checkpoints.folder / part_name(9, WEIGHTS)).write_text("left over from a death")
    (checkpoints.folder / ".tmp-epoch-0009.weights.h5").write_text("half")
    save(checkpoints, 2, best=True)
    assert names(checkpoints) == set(checkpoints.manifest().files)


@pytest.mark.parametrize("failing", [WEIGHTS, OPTIMIZER, COUNTERS])
def test_an_epoch_that_could_not_be_written_leaves_the_one_before(checkpoints, failing):
    def fail(path):
        path.write_text("half")
        raise OSError(28, "No space left on device")

    save(checkpoints, 1, best=True)
    with pytest.raises(OSError, match="No space"):
        checkpoints.save(2, True, {**writers("2"), failing: fail})
    assert (checkpoints.manifest().best_epoch, checkpoints.manifest().last_epoch) == (1, 1)
    assert checkpoints.newest_whole() == (1, [])
    assert not [name for name in names(checkpoints) if name.startswith(".tmp")]
    save(checkpoints, 2, best=True)
    assert checkpoints.best_weights().read_text() == "2 weights.h5"


def test_the_manifest_is_written_last(checkpoints, monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device")

    save(checkpoints, 1, best=True)
    monkeypatch.setattr(atomic, "write_bytes", fail)
    with pytest.raises(OSError, match="No space"):
        save(checkpoints, 2, best=True)
    assert {part_name(2, part) for part in writers("")} <= names(checkpoints)
    assert checkpoints.manifest().last_epoch == 1
    assert checkpoints.best_weights().read_text() == "1 weights.h5"
    with pytest.raises(CheckpointError):
        checkpoints.checked(part_name(2, WEIGHTS))


@pytest.mark.parametrize(
    "damage", [b"", b"1 weights.h5 and more", b"2 weights.h5"], ids=["empty", "longer", "other"]
)
def test_changed_content_is_refused(checkpoints, damage):
    save(checkpoints, 1, best=True)
    (checkpoints.folder / part_name(1, WEIGHTS)).write_bytes(damage)
    with pytest.raises(CheckpointError, match=r"epoch-0001\.weights\.h5.*sha256"):
        checkpoints.best_weights()


def test_a_deleted_file_is_refused_by_name(checkpoints):
    save(checkpoints, 1, best=True)
    (checkpoints.folder / part_name(1, WEIGHTS)).unlink()
    with pytest.raises(CheckpointError, match=r"epoch-0001\.weights\.h5.*missing"):
        checkpoints.best_weights()


@pytest.mark.parametrize(
    "garbage",
    [b"", b"{", b"[]", b'{"best_epoch": 1}', b'{"format": 2, "best_epoch": 1, "last_epoch": 1, "files": {}}'],
)
def test_a_manifest_that_cannot_be_read_is_an_error_not_an_empty_folder(checkpoints, garbage):
    """Else a resume would start again from nothing and drop what is there."""
    save(checkpoints, 1, best=True)
    (checkpoints.folder / MANIFEST).write_bytes(garbage)
    with pytest.raises(CheckpointError, match=MANIFEST):
        checkpoints.manifest()
    with pytest.raises(CheckpointError):
        save(checkpoints, 2, best=True)
    assert (checkpoints.folder / part_name(1, WEIGHTS)).exists()


@pytest.mark.parametrize("part", [WEIGHTS, OPTIMIZER, COUNTERS])
def test_a_damaged_last_epoch_costs_one_epoch(checkpoints, part):
    for epoch in (1, 2, 3):
        save(checkpoints, epoch, best=epoch == 1)
    (checkpoints.folder / part_name(3, part)).write_bytes(b"")
    epoch, complaints = checkpoints.newest_whole()
    assert epoch == 2
    assert part_name(3, part) in complaints[0]


def test_rewinding_forgets_later_epochs_and_keeps_an_earlier_best(checkpoints):
    for epoch in (1, 2, 3):
        save(checkpoints, epoch, best=epoch == 1)
    checkpoints.rewind(2)
    manifest = checkpoints.manifest()
    assert (manifest.best_epoch, manifest.last_epoch) == (1, 2)
    assert checkpoints.best_weights().read_text() == "1 weights.h5"
    assert names(checkpoints) == set(manifest.files)
    assert not [name for name in manifest.files if name.startswith("epoch-0003")]


def test_a_settled_run_keeps_the_best_and_what_extends_it(checkpoints):
    for epoch in range(1, 6):
        save(checkpoints, epoch, best=epoch == 2)
    checkpoints.settle()
    last = {part_name(5, part) for part in writers("")}
    assert names(checkpoints) == set(checkpoints.manifest().files) == {part_name(2, WEIGHTS), *last}
    assert checkpoints.best_weights().read_text() == "2 weights.h5"
    assert checkpoints.newest_whole() == (5, [])
