"""The Map tab: images placed by what a network sees in them; a rectangle shows those in it.

Which images lie where comes from `core.ui.dataset_map_places`, what they are coloured by from
`core.ui.dataset_map_colours`.
"""

import pandas as pd
import streamlit as st

from core.data import FaceDataset
from core.data.embedding_map import FEWEST, inside, sampled
from core.data.sources import Source
from core.ui.chart_forms import brushed, show_chart
from core.ui.dataset_charts import PLACES, map_chart
from core.ui.dataset_grid import pages
from core.ui.dataset_map_colours import Colouring, colour_kinds, colouring
from core.ui.dataset_map_places import METHODS, Placed, describers, placed
from core.ui.formatting import count, plain

DRAWN = 20_000
"""Points drawn; a rectangle holds all images in it, drawn or not."""
BRUSH = "map_rectangle"


@st.fragment
def map_tab(dataset: FaceDataset, source: Source, target: str) -> None:
    """Draw the map, its choices, and the images in the rectangle."""
    if len(dataset) < FEWEST:
        st.write(f"A map needs {FEWEST} images or more; there are {len(dataset)}.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        options = describers(dataset, source)
        words = {describer.id: describer.words for describer in options}
        chosen = kept_choice("Placed by", words, next(iter(words)), key=f"placed by {source.id}", width=330)
        describer = next(describer for describer in options if describer.id == chosen)
        method = st.segmented_control(
            "Method", list(METHODS), format_func=METHODS.__getitem__, default="pca", required=True
        )
        kinds = colour_kinds(dataset, source, target)
        key = f"coloured by {source.id} {target}"
        kind = kept_choice("Coloured by", kinds, target, key=key, width=260)
    if not describer.run_id:
        st.info(
            "These are small grey pixels, which tell light from dark, not faces. Train a quick run on this "
            "data set (frozen, without augmentation): its kept features then place the images by what the "
            "network sees.",
            icon=":material/blur_on:",
        )
    found = placed(dataset, source, describer, method)
    if found is None:
        st.warning(
            "These features cannot be used: they were deleted, or the data set has changed since. "
            "Choose others, or train a quick run."
        )
        return
    _show(dataset, found, colouring(dataset, source, kind), target, f"map {source.id} {chosen} {method}")


def kept_choice(label: str, words: dict[str, str], first: str, *, key: str, width: int) -> str:
    """Draw a selectbox of ids in words that keeps its choice while options come and go.

    A run that finishes offers its features: that must not move the map under a rectangle.
    """
    held = st.session_state.get(key)
    index = list(words).index(held if held in words else first)
    box = f"{key}, box"
    chosen = st.selectbox(label, list(words), index, format_func=words.__getitem__, key=box, width=width)
    st.session_state[key] = chosen
    return chosen


def _show(dataset: FaceDataset, found: Placed, colours: Colouring, target: str, key: str) -> None:
    shown = sampled(len(found.rows), DRAWN)
    rows = found.rows[shown]
    frame = pd.DataFrame(found.places[shown], columns=["x", "y"])
    frame["kind"] = colours.of_images[rows]
    frame["image_id"] = dataset.frame["image_id"].to_numpy()[rows]
    if colours.layered:
        frame = frame.sort_values("kind", key=lambda kinds: kinds.map(colours.kinds.index), kind="stable")
    some = f", {len(shown):,} of them drawn" if len(shown) < len(found.rows) else ""
    st.caption(
        f"{found.words}{some}. Drag a rectangle to see the images in it; click beside it to take it away."
    )
    if colours.note:
        st.caption(plain(colours.note))
    show_chart(
        map_chart,
        colours.kinds,
        colours.colors,
        BRUSH,
        data={PLACES: frame},
        key=key,
        text="Images placed by how alike they are",
        brush=BRUSH,
    )
    held = brushed(key, BRUSH)
    if not {"x", "y"} <= held.keys():
        return
    members = found.rows[inside(found.places, tuple(held["x"]), tuple(held["y"]))]
    members.sort()
    st.markdown(f"**{count(len(members), 'image')} in the rectangle**: {colours.shares(members)}")
    pages(dataset, members, target, key="map")
