"""Dataset: look at the faces and their labels before training on them."""

import streamlit as st

from core.errors import DataError
from core.ui import formatting
from core.ui.dataset_faces import faces_tab
from core.ui.dataset_open import add_folder, choose_source, choose_target, opened, split_on
from core.ui.dataset_problems import problems_line, problems_tab
from core.ui.dataset_statistics import show_balance, show_summary, statistics_tab
from core.ui.links import link

with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
    st.title("Dataset", anchor=False, width="content")
    add_folder()

left, right = st.columns(2, gap="medium")
choices = left.container(horizontal=True)
with choices:
    source = choose_source()
try:
    dataset = opened(source)
except DataError as error:
    st.error(formatting.plain(str(error)))
    st.stop()
with choices:
    target = choose_target(dataset)
with left:
    show_summary(dataset)
with right:
    dataset = split_on(dataset, target)
    show_balance(dataset, target)
problems_line(dataset)

problems = f"Problems ({len(dataset.problems)})" if dataset.problems else "Problems"
faces, statistics, found = st.tabs(["Faces", "Statistics", problems])
with faces:
    faces_tab(dataset, target)
with statistics:
    statistics_tab(dataset)
with found:
    problems_tab(dataset, source)

link("train", "Train a model on these faces", icon=":material/model_training:", source=source.id)
