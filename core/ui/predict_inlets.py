"""How photos come in on the Predict page: dropped, a folder, the camera, drawn samples, test images.

A file that came in is moved from the browser's drop zone into the tray, so that each can be removed by itself
and more can be added; the drop zone is then empty again.
"""

import numpy as np
import streamlit as st

from core.data import SAMPLE, with_split
from core.errors import LineamentError
from core.runs import RunSummary
from core.runs.marks import is_synthetic
from core.settings import Settings
from core.ui import formatting
from core.ui.predict_photos import Photo, add, clear, photo
from core.ui.resources import dataset, settings
from core.ui.run_figures import predictions
from core.ui.run_images import NOT_KNOWN, known_source, rows_of
from core.ui.uploads import release

SAMPLES = 3
"""Drawn faces to try, of the synthetic set's test split."""
TEST_IMAGES = 6
"""Images of the run's test split that come at a click."""
PHOTOS, FOLDER, CAMERA = "Photos", "A folder", "Camera"
MIRROR = "<style>[data-testid=stCameraInput] :is(video, img) {transform: scaleX(-1)}</style>"
"""People know themselves from the mirror; the photo that is taken is not mirrored."""


def show_inlets(run: RunSummary) -> None:
    """Draw the ways in; what comes in lies in the tray when this returns."""
    with st.container(horizontal=True, vertical_alignment="center"):
        way = st.segmented_control(
            "Where photos come from",
            (PHOTOS, FOLDER, CAMERA),
            default=PHOTOS,
            required=True,
            label_visibility="collapsed",
            key="way in",
        )
        if st.button("Try a sample", type="primary", icon=":material/face:"):
            _samples(run)
        _offer_test_images(run)
    if way == CAMERA:
        _camera(settings())
    else:
        _drop_zone(settings(), directory=way == FOLDER)
    if notice := st.session_state.pop("photo notice", ""):
        st.warning(notice)


def _drop_zone(host: Settings, *, directory: bool) -> None:
    limit, size = host.max_upload_files, host.max_photo_bytes / 2**20
    server = st.get_option("server.maxUploadSize")
    generation = st.session_state.setdefault("drop zone", 0)
    files = st.file_uploader(
        f"{'A folder of photos' if directory else 'Photos'}; up to {limit} at once, {size:.3g} MiB each "
        f"(files over {server} MB are left out)",
        accept_multiple_files="directory" if directory else True,
        key=f"drop zone {way_key(directory)} {generation}",
    )
    if not files:
        return
    _take([photo(file.name, file.getvalue(), "upload") for file in files[: limit + 1]], host, len(files))
    release(*files)
    st.session_state["drop zone"] = generation + 1
    st.rerun()


def way_key(directory: bool) -> str:
    """Tells the two drop zones apart."""
    return "folder" if directory else "photos"


def _camera(host: Settings) -> None:
    st.html(MIRROR)
    with st.container(width=420):
        taken = st.camera_input("A photo from the camera; only what you take is sent", key="camera")
    if taken is None or taken.file_id in (seen := st.session_state.setdefault("camera photos", set())):
        return
    seen.add(taken.file_id)
    _take([photo(f"Camera {len(seen)}.jpg", taken.getvalue(), "camera")], host, 1)
    release(taken)


def _samples(run: RunSummary) -> None:
    """Drawn faces that no run has trained on: the first of the synthetic set's test split."""
    clear("sample")
    with st.spinner("Opening the synthetic faces; the first time they are drawn …", show_time=True):
        faces = with_split(dataset(SAMPLE), run.metrics.target, seed=run.config.seed)
    rows = [int(row) for row in faces.split_rows("test")[:SAMPLES]]
    labels = faces.labels(run.metrics.target) if run.metrics.target in faces.attributes else None
    _take(
        [
            photo(
                f"synthetic face {faces.path(row).name}",
                faces.path(row).read_bytes(),
                "sample",
                drawn=True,
                label=None if labels is None else int(labels[row]),
            )
            for row in rows
        ],
        settings(),
        len(rows),
    )


def _offer_test_images(run: RunSummary) -> None:
    """A button for other images of the test split each time, where the run's data set is here."""
    is_known = known_source(run) is not None
    clicked = st.button(
        "Test images",
        icon=":material/shuffle:",
        disabled=not is_known,
        help=f"{TEST_IMAGES} images of this run's test split, others at each click"
        if is_known
        else NOT_KNOWN,
    )
    if not clicked:
        return
    clear("test")
    try:
        with st.spinner("Opening the data set …", show_time=True):
            found = _test_images(run)
    except (LineamentError, OSError) as error:
        st.error(formatting.plain(str(error)))
        return
    _take(found, settings(), len(found))


def _test_images(run: RunSummary) -> list[Photo]:
    """Some images of the test split with their labels.

    Raises:
        LineamentError: the data set or the run's predictions cannot be read.
        OSError: an image is gone.
    """
    frame, source = predictions(run, "test"), known_source(run)
    turn = st.session_state["test images"] = st.session_state.get("test images", 0) + 1
    chosen = np.random.default_rng(turn).permutation(len(frame))[:TEST_IMAGES]
    images = frame.iloc[np.sort(chosen)]
    faces, rows = dataset(source), rows_of(source, tuple(images["image_id"]))
    return [
        photo(
            f"test image {image['image_id']}",
            faces.path(row).read_bytes(),
            "test",
            drawn=is_synthetic(run),
            label=int(image["label"]),
        )
        for row, (_, image) in zip(rows, images.iterrows(), strict=True)
        if row >= 0
    ]


def _take(photos: list[Photo], host: Settings, given: int) -> None:
    left_out = given - len(photos) + add(photos, host.max_upload_files)
    if left_out > 0:
        st.session_state["photo notice"] = (
            f"{formatting.count(left_out, 'photo')} of {given} found no room: the limit is "
            f"{host.max_upload_files} at once. Remove some and add the rest."
        )
