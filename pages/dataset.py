"""Dataset: look at the faces and their labels, and at what will go wrong, before training on them."""

import streamlit as st

from core.errors import DataError
from core.ui import formatting
from core.ui.dataset_address import tabs
from core.ui.dataset_associations import associations_tab
from core.ui.dataset_download import show_download_progress
from core.ui.dataset_faces import faces_tab
from core.ui.dataset_map import map_tab
from core.ui.dataset_open import choose_source, choose_target, opened, split_on
from core.ui.dataset_problems import problems_line, problems_tab, problems_title
from core.ui.dataset_statistics import show_balance, show_summary, statistics_tab
from core.ui.dataset_upload import show_delete
from core.ui.dataset_ways_in import show_ways_in
from core.ui.links import link

with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
    st.title("Dataset", anchor=False, width="content")
    show_ways_in()
show_download_progress()

left, right = st.columns(2, gap="medium")
choices = left.container(horizontal=True, vertical_alignment="bottom")
with choices:
    source = choose_source()
try:
    dataset = opened(source)
except DataError as error:
    st.error(formatting.plain(str(error)))
    show_delete(source)
    st.stop()
with choices:
    target = choose_target(dataset)
    show_delete(source)
with left:
    show_summary(dataset)
with right:
    dataset = split_on(dataset, target)
    show_balance(dataset, target)
problems_line(dataset, source, target)

# Only the open tab is drawn: the map has work to do, and the faces need not wait for the statistics.
problems = problems_title(dataset, source, target)
names = {"faces": "Faces", "statistics": "Statistics", "map": "Map", "problems": problems}
tab = tabs(names, key="dataset tab")
if tab["faces"].open:
    with tab["faces"]:
        faces_tab(dataset, target)
if tab["statistics"].open:
    with tab["statistics"]:
        associations_tab(dataset, target)
        statistics_tab(dataset)
if tab["map"].open:
    with tab["map"]:
        map_tab(dataset, source, target)
if tab["problems"].open:
    with tab["problems"]:
        problems_tab(dataset, source, target)

link("train", "Train a model on these faces", icon=":material/model_training:", source=source.id)
