"""Around every page: title, menu, wordmark, and one line on the run that trains.

Streamlit runs this file for every page (`app.py` names it). It does not sit beside `pages/`, and names the
pages by absolute paths: else a cold server answers `/train` with that page alone.
"""

from pathlib import Path

import streamlit as st

from core.ui.links import PAGES
from core.ui.rights import show_demo_note
from core.ui.shell_status import show_status, tab_title

ASSETS = Path(__file__).resolve().parent / "assets"


def go_to_faces() -> None:
    """`/` shows the faces, under their own address."""
    st.switch_page(dataset, query_params=st.query_params.to_dict())


st.set_page_config(page_title=tab_title(), page_icon=str(ASSETS / "mark.svg"), layout="wide")
st.logo(str(ASSETS / "wordmark.svg"), icon_image=str(ASSETS / "mark.svg"), size="large")

# A default page has no address but `/`, so that the default is a door and the faces have `/dataset`.
door = st.Page(go_to_faces, title="Lineament", default=True, visibility="hidden")
dataset = st.Page(PAGES / "dataset.py", title="Dataset", icon=":material/ar_on_you:", url_path="dataset")
train = st.Page(PAGES / "train.py", title="Train", icon=":material/model_training:", url_path="train")
compare = st.Page(PAGES / "compare.py", title="Compare", icon=":material/compare_arrows:", url_path="compare")
predict = st.Page(PAGES / "predict.py", title="Predict", icon=":material/add_a_photo:", url_path="predict")
run = st.Page(PAGES / "run.py", title="Run", url_path="run", visibility="hidden")

page = st.navigation([door, dataset, train, compare, predict, run])
with st.sidebar:
    show_status()
    show_demo_note()
page.run()
