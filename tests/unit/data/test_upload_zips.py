"""What a zip may be: honest ones open whole, all others are refused by a sentence that names the entry."""

import stat
import struct
import time
import zipfile
from io import BytesIO
from unicodedata import normalize

import pytest

from core.data.upload import UploadLimits, stage
from core.data.upload.unpacking import unpack
from core.errors import DataError, DiskFullError
from core.settings import Settings
from tests import hostile_zips as zips


def staged(settings, content, name="faces.zip"):
    return stage(BytesIO(content), name, settings)[1]


def refused(settings, content, *parts):
    """The zip is refused in these words, and nothing of it stays."""
    with pytest.raises(DataError) as caught:
        staged(settings, content)
    for part in parts:
        assert part in str(caught.value), str(caught.value)
    assert str(caught.value).endswith(".")
    own = settings.datasets / "own"
    assert not own.is_dir() or not list(own.iterdir())
    return str(caught.value)


def with_entry(name: str, content: bytes = b"x") -> bytes:
    """Class folders with one entry more, of any name of as many bytes as a placeholder can have."""
    placeholder = "P" * len(name.encode())
    good = [("men/a.png", zips.picture()), ("women/b.png", zips.picture(9))]
    return zips.renamed(placeholder, name, zips.zip_of([*good, (placeholder, content)]))


def test_class_folders_open(settings):
    found = staged(settings, zips.class_folders())
    assert found.folders == {"men": 12, "women": 12}
    assert found.dataset.attributes == ("Male",) and len(found.dataset) == 24
    assert not found.trouble and not found.refused and not found.left_out


@pytest.mark.parametrize("top", ["faces/", "my faces/inner/"])
def test_the_folders_around_everything_are_stepped_into(settings, top):
    assert staged(settings, zips.class_folders(top=top)).folders == {"men": 12, "women": 12}


def test_names_with_spaces_and_accents_are_kept(settings):
    name = normalize("NFD", "Zoë und Jürgen 上.png")
    found = staged(settings, zips.zip_of({f"my cats/{name}": zips.picture(), "dogs/b.png": zips.picture(9)}))
    assert found.images == ("dogs/b.png", f"my cats/{normalize('NFC', name)}")
    assert found.dataset.attributes == ("my cats",)


def test_utf8_names_that_do_not_say_so_are_read_as_such(settings):
    content = zips.zip_of({"männer/a.png": zips.picture(), "women/b.png": zips.picture(9)})
    central = content.index(b"PK\x01\x02")
    flags = bytearray(content)
    struct.pack_into("<H", flags, 6, 0)
    struct.pack_into("<H", flags, central + 8, 0)
    assert "männer" in staged(settings, bytes(flags)).folders


def test_hidden_files_and_the_macs_own_are_passed_over(settings):
    extra = {"__MACOSX/men/._000.png": b"x", "men/.DS_Store": b"x", ".git/config": b"x"}
    with zipfile.ZipFile(buffer := BytesIO(zips.class_folders()), "a") as archive:
        for name, content in extra.items():
            archive.writestr(name, content)
    found = staged(settings, buffer.getvalue())
    assert found.folders == {"men": 12, "women": 12} and not found.left_out


def test_a_zip64_opens(settings):
    assert len(staged(settings, zips.zip64()).images) == 24


def test_what_is_neither_image_nor_table_is_left_out_and_named(settings):
    extra = [("run.sh", b"rm"), ("more/inner.zip", b"PK"), ("synthetic.json", b"{}"), ("mapping.json", b"{}")]
    good = [("men/a.png", zips.picture()), ("women/b.png", zips.picture(9))]
    found = staged(settings, zips.zip_of([*good, *extra]))
    archives, others = found.left_out
    assert archives.items == ("more/inner.zip",) and "'more/inner.zip'" in archives.message
    assert others.items == ("run.sh", "synthetic.json", "mapping.json")
    assert sorted(path.name for path in found.root.rglob("*") if path.is_file()) == [
        ".staged",
        "a.png",
        "b.png",
    ]


def test_images_that_do_not_decode_are_counted_and_the_others_go_on(settings):
    good = {"men/a.png": zips.picture(), "women/b.png": zips.picture(9)}
    found = staged(settings, zips.zip_of(good | {"men/c.png": b"no picture", "men/d.jpg": zips.zip_of(good)}))
    assert found.folders == {"men": 1, "women": 1}
    assert [path for path, _ in found.refused] == ["men/c.png", "men/d.jpg"]
    assert "zip archive" in found.refused[1][1]


def test_when_no_image_decodes_the_first_is_named(settings):
    refused(
        settings, zips.zip_of({"men/a.png": b"x", "women/b.png": b"y"}), "2 images", "'men/a.png'", "a.png"
    )


@pytest.mark.parametrize(
    "name",
    [
        "../evil.png",
        "men/../../evil.png",
        "/etc/evil.png",
        "C:/evil.png",
        "c:evil.png",
        "..\\evil.png",
        "men\\evil.png",
        "\\\\host\\evil.png",
        "men//evil.png",
        "men/./evil.png",
        "men/evil\n.png",
        "men/e\x1b[2Jvil.png",
        "a/b/c/d/e/f/g/h/i/evil.png",
        "__MACOSX/../../evil.png",
        f"men/{'n' * 252}.png",
        f"men/{'ü' * 127}.png",
    ],
)
def test_a_name_that_is_no_path_below_the_folder_is_refused(settings, tmp_path, name):
    before = set(tmp_path.rglob("*evil*"))
    refused(settings, with_entry(name), "The entry")
    assert set(tmp_path.rglob("*evil*")) == before


def test_a_name_with_a_nul_is_refused_and_shown(settings):
    refused(settings, with_entry("men/a.png\0.txt"), r"'men/a.png\x00.txt'")


def test_a_name_that_turns_the_writing_around_is_spelt_out(settings):
    assert "\u202e" not in refused(settings, with_entry("/men/\u202egnp.exe"), r"\u202e")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("men/a.png", "men/a.png"),
        ("men/a.png", "men/A.PNG"),
        ("men/a.png", "Men/b.png"),
        ("men/straße.png", "men/STRASSE.png"),
        (normalize("NFC", "men/é.png"), normalize("NFD", "men/é.png")),
        ("men/a.png", "men/a.png/b.png"),
    ],
)
def test_names_that_are_one_on_some_computers_are_refused(settings, first, second):
    content = zips.zip_of([(first, zips.picture()), (second, zips.picture(9)), ("women/b.png", b"x")])
    if first != second:
        refused(settings, content, "one name on some computers")
    else:
        refused(settings, content, "'men/a.png'")


@pytest.mark.parametrize(
    ("mode", "what"),
    [
        (stat.S_IFLNK, "symbolic link"),
        (stat.S_IFIFO, "pipe"),
        (stat.S_IFSOCK, "socket"),
        (stat.S_IFCHR, "device"),
        (stat.S_IFBLK, "device"),
    ],
)
def test_what_is_no_file_is_refused(settings, mode, what):
    refused(settings, zips.with_kind(mode), "'men/link.png'", what)


def test_rights_of_the_zip_are_not_taken_over(settings):
    info = zipfile.ZipInfo("men/a.png")
    info.create_system, info.external_attr = 3, (stat.S_IFREG | stat.S_ISUID | 0o777) << 16
    found = staged(settings, zips.zip_of([(info, zips.picture()), ("women/b.png", zips.picture(9))]))
    assert not (found.root / "men/a.png").stat().st_mode & (stat.S_ISUID | 0o111)


@pytest.mark.parametrize("count", [100_000, 70_000])
def test_a_zip_of_too_many_entries_is_refused_at_once(tmp_path, count):
    host = Settings(artifacts=tmp_path / "artifacts", max_dataset_images=30_000)
    content = zips.many_entries(count)
    started = time.perf_counter()
    refused(host, content, f"{count:,} entries", "61,000")
    assert time.perf_counter() - started < 0.1


def test_a_zip_that_lies_about_its_count_is_refused(settings):
    refused(settings, zips.lying_count(zips.class_folders()), "announces 3 entries and lists 24")


def test_more_images_than_the_host_allows_are_refused(tmp_path):
    host = Settings(artifacts=tmp_path / "artifacts", max_dataset_images=20)
    refused(host, zips.class_folders(), "24 images", "20", "'women/008.png'", "LINEAMENT_MAX_DATASET_IMAGES")


def test_more_bytes_than_the_host_allows_are_refused(tmp_path):
    packed = Settings(artifacts=tmp_path / "artifacts", max_dataset_bytes=1_000)
    refused(packed, zips.class_folders(), "the limit is 1,000", "LINEAMENT_MAX_DATASET_BYTES")
    unpacked = Settings(artifacts=tmp_path / "artifacts", max_dataset_bytes=100_000)
    refused(unpacked, zips.bomb(100_000), "unpacks to", "'men/zeros.bmp'", "LINEAMENT_MAX_DATASET_BYTES")


def test_a_full_disk_is_said_before_anything_is_unpacked(tmp_path):
    host = Settings(artifacts=tmp_path / "artifacts", min_free_bytes=10**18)
    with pytest.raises(DiskFullError, match="LINEAMENT_MIN_FREE_BYTES"):
        staged(host, zips.class_folders())
    assert not list((host.datasets / "own").iterdir())


def test_a_bomb_is_refused_by_its_ratio(settings):
    refused(settings, zips.bomb(), "'men/zeros.bmp'", "200 times", "bomb")


def test_many_small_bombs_are_refused_together(settings):
    small = {f"men/{i}.bmp": bytes(2**20) for i in range(20)}
    refused(settings, zips.zip_of(small), "more than 100 times")


def test_one_huge_entry_is_refused(settings):
    refused(settings, zips.lying_size(2**31), "'men/000.png'", "2,147,483,648")


@pytest.mark.parametrize("size", [1, 60])
def test_an_entry_larger_than_announced_is_refused(settings, size):
    refused(settings, zips.lying_size(size), "'men/000.png'")


def test_entries_that_share_bytes_are_refused(settings):
    refused(settings, zips.quilted_bomb(), "'men/000.png' and 'men/001.png' share bytes")
    refused(settings, zips.crossing(), "'men/a.png' and 'women/b.png' share bytes")


def test_an_encrypted_entry_is_refused(settings):
    refused(settings, zips.encrypted(), "'men/000.png' is encrypted")


@pytest.mark.parametrize("method", [1, 9, 12, 14, 93, 99])
def test_an_unusual_compression_is_refused(settings, method):
    refused(settings, zips.of_method(method), "'men/000.png'", f"method {method}")


def test_a_wrong_checksum_is_refused(settings):
    refused(settings, zips.wrong_checksum(), "'men/a.png' is damaged")


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
def test_a_zip_cut_short_is_refused(settings, share):
    content = zips.class_folders()
    refused(settings, content[: int(len(content) * share)], "cut short")


def test_a_picture_that_is_a_zip_too_is_refused(settings):
    refused(settings, zips.picture() + zips.class_folders(), "something before it")
    refused(settings, zips.class_folders() + zips.picture(), "behind its end")


def test_one_part_of_several_is_refused(settings):
    refused(settings, zips.spanned(), "one part of a zip in several")


def test_what_is_no_zip_is_refused(settings):
    refused(settings, b"", "empty (0 bytes)")
    refused(settings, zips.picture(), "is no zip")
    refused(settings, b"Rar!\x1a\x07\x00" + bytes(100), "is no zip")


def test_a_zip_without_images_is_refused_by_its_first_entry(settings):
    refused(settings, zips.zip_of({}), "no files in it (0)")
    refused(settings, zips.zip_of({"empty/": b""}), "no files in it (0)")
    refused(settings, zips.zip_of({"thesis.pdf": b"x"}), "1 files", "'thesis.pdf'")
    inner = zips.zip_of({"inner/faces.zip": zips.class_folders(), "readme.md": b"x"})
    refused(settings, inner, "the archive 'inner/faces.zip'", "Unpack that")
    refused(settings, zips.zip_of({"__MACOSX/a.png": b"x"}), "hidden", "'__MACOSX/a.png'")


def test_any_change_of_a_byte_is_refused_or_harmless(settings, tmp_path):
    """Every byte of the first header and of the directory, set to extremes: never another error."""
    content = zips.zip_of({"men/a.png": zips.picture(), "women/b.png": zips.picture(9)})
    central = content.index(b"PK\x01\x02")
    limits = UploadLimits.from_settings(settings)
    seen = 0
    for place in (*range(45), *range(central, len(content))):
        for value in (0, 1, 0x7F, 0xFF):
            folder = tmp_path / "zips" / f"{place}-{value}"
            folder.mkdir(parents=True)
            try:
                unpack(
                    BytesIO(content[:place] + bytes([value]) + content[place + 1 :]), "a.zip", folder, limits
                )
            except DataError:
                seen += 1
    assert seen > 300
    assert {path.name for path in tmp_path.iterdir()} == {"zips"}
