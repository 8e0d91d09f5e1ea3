"""Images that do not decode are found once, taken out and named."""

from dataclasses import replace

import pytest

from core.data import check_images, open_dataset
from core.data.images import read_image
from core.errors import DataError


@pytest.fixture
def decoded(monkeypatch):
    """Names of the files that were decoded."""
    names = []

    def spy(source, *, name):
        names.append(name)
        return read_image(source, name=name)

    monkeypatch.setattr("core.data.index.read_image", spy)
    return names


def spoil(root, name):
    path = root / "img_align_celeba" / name
    path.write_bytes(path.read_bytes()[:200])
    return path


def test_images_that_do_not_decode_are_removed_counted_and_named(faces, settings):
    root = faces.celeba()
    spoil(root, "000002.jpg")
    (root / "img_align_celeba" / "000005.jpg").write_bytes(b"")
    dataset = check_images(open_dataset(root, settings=settings))
    assert len(dataset) == 18 and dataset.checked
    assert not dataset.frame["image_id"].isin(["000002.jpg", "000005.jpg"]).any()
    assert dataset.frame.index.tolist() == list(range(18))
    (problem,) = dataset.problems
    assert problem.kind == "unreadable" and problem.items == ("000002.jpg", "000005.jpg")
    assert ": 2." in problem.message and "000002.jpg" in problem.message


def test_a_sound_data_set_stays_as_it_is(faces, settings):
    dataset = open_dataset(faces.celeba(), settings=settings)
    assert not dataset.checked
    checked = check_images(dataset)
    assert checked.checked and checked.problems == () and checked.frame.equals(dataset.frame)


def test_each_image_is_decoded_once_until_its_file_changes(faces, settings, decoded):
    root = faces.celeba()
    check_images(open_dataset(root, settings=settings))
    assert len(decoded) == 20
    spoil(root, "000003.jpg")
    decoded.clear()
    assert len(check_images(open_dataset(root, settings=settings))) == 19
    assert decoded == ["000003.jpg"]
    decoded.clear()
    assert len(check_images(open_dataset(root, settings=settings))) == 19
    assert decoded == []


def test_a_subset_uses_and_keeps_what_is_known_of_the_whole(faces, settings, decoded):
    dataset = open_dataset(faces.celeba(), settings=settings)
    check_images(dataset.with_frame(dataset.frame.iloc[:5]))
    check_images(dataset.with_frame(dataset.frame.iloc[3:8]))
    assert len(decoded) == 8
    check_images(dataset)
    assert len(decoded) == 20


def test_what_is_remembered_lies_under_artifacts_and_not_in_the_data_set(faces, settings):
    root = faces.celeba()
    before = sorted(root.rglob("*"))
    dataset = check_images(open_dataset(root, settings=settings))
    assert sorted(root.rglob("*")) == before
    assert dataset.facts_file.parent == settings.datasets / "index" and dataset.facts_file.is_file()


def test_a_damaged_index_is_made_again(faces, settings):
    dataset = check_images(open_dataset(faces.celeba(), settings=settings))
    dataset.facts_file.write_text('{"reader": ')
    assert len(check_images(dataset)) == 20


def test_findings_of_another_decoder_are_not_taken_over(faces, settings, decoded, monkeypatch):
    dataset = check_images(open_dataset(faces.celeba(), settings=settings))
    monkeypatch.setattr("core.data.index.READER", "another pillow")
    decoded.clear()
    check_images(dataset)
    assert len(decoded) == 20


def test_a_file_that_cannot_be_read_now_is_tried_again_later(faces, settings):
    root = faces.celeba()
    dataset = open_dataset(root, settings=settings)
    path = root / "img_align_celeba" / "000004.jpg"
    path.rename(root / "away")
    assert check_images(dataset).problems[0].items == ("000004.jpg",)
    (root / "away").rename(path)
    assert check_images(dataset).problems == ()


def test_a_check_that_is_cut_short_keeps_what_it_learnt(faces, settings, decoded, monkeypatch):
    monkeypatch.setattr("core.data.index.BATCH", 5)
    dataset = open_dataset(faces.celeba(), settings=settings)

    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check_images(dataset, on_progress=stop)
    assert len(decoded) == 5
    check_images(dataset)
    assert len(decoded) == 20


def test_progress_ends_at_the_number_of_images(faces, settings, monkeypatch):
    monkeypatch.setattr("core.data.index.BATCH", 8)
    reports = []
    check_images(
        open_dataset(faces.celeba(), settings=settings), on_progress=lambda *seen: reports.append(seen)
    )
    assert reports == [(8, 20), (16, 20), (20, 20)]


def test_a_data_set_of_which_nothing_decodes_is_refused(faces, settings):
    root = faces.celeba()
    for path in (root / "img_align_celeba").iterdir():
        path.write_bytes(b"no image")
    with pytest.raises(DataError, match=r"Not one of the 20 images .*000001\.jpg"):
        check_images(open_dataset(root, settings=settings))


def test_a_data_set_that_remembers_nothing_is_checked_all_the_same(faces, settings):
    dataset = replace(open_dataset(faces.celeba(), settings=settings), facts_file=None)
    assert check_images(dataset).checked
    assert not (settings.datasets / "index").exists()
