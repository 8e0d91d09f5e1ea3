"""What leans on what: leanings in words, the rates of two groups with intervals, a heat map of phi."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from core.data import ATTRIBUTES, FaceDataset
from core.data.associations import leanings_on, phi_matrix, rates_by, strongest_leanings
from core.data.leaning_words import leaning_words, warning_words
from core.evaluation.intervals import wilson_interval
from core.ui.chart_forms import show_chart
from core.ui.dataset_charts import GROUPS, PHI, groups_chart, phi_chart
from core.ui.formatting import attribute_words, class_words, plain

LEANINGS = 5


@st.fragment
def associations_tab(dataset: FaceDataset, target: str) -> None:
    """Draw what the other attributes have to do with `target` and with each other."""
    _show_leanings(dataset, target)
    shown = tuple(name for name in dataset.attributes if name in ATTRIBUTES) or dataset.attributes
    if len(dataset.attributes) > len(shown):
        label = f"All {len(dataset.attributes)} attributes in both charts"
        shown = dataset.attributes if st.toggle(label, key="all associations") else shown
    if len(shown) < 2:
        return
    _show_groups(replace(dataset, attributes=shown), target)
    _show_phi(dataset, shown)


def groups_frame(dataset: FaceDataset, by: str) -> pd.DataFrame:
    """`rates_by`, a row for each attribute and group, the widest gap first: words, group, n, positives, rate,
    and its 95 % Wilson interval low and high (0..1). Groups without an image are left out.
    """
    table = rates_by(dataset, by)
    table = table.iloc[table["phi"].abs().fillna(-1).argsort()[::-1]]
    rows = [
        (attribute_words(row.attribute), class_words(by, label), n, positives, positives / n)
        + wilson_interval(positives, n)
        for row in table.itertuples()
        for label, n, positives in ((0, row.n_0, row.positives_0), (1, row.n_1, row.positives_1))
        if n
    ]
    return pd.DataFrame(rows, columns=["words", "group", "n", "positives", "rate", "low", "high"])


def phi_frame(dataset: FaceDataset, attributes: tuple[str, ...]) -> pd.DataFrame:
    """A row for every two different attributes, both ways round: first_words, second_words, phi.

    Pairs of which one is the same on all images have no phi, and no row.
    """
    words = [attribute_words(name) for name in attributes]
    phi = phi_matrix(dataset, attributes)
    rows = [(words[i], words[j], phi[i, j]) for i in range(len(words)) for j in range(len(words)) if i != j]
    return pd.DataFrame(rows, columns=["first_words", "second_words", "phi"]).dropna()


def _show_leanings(dataset: FaceDataset, target: str) -> None:
    st.markdown(f"**What leans on the target, {plain(attribute_words(target))}**: the strongest first")
    on_target = leanings_on(dataset, target, LEANINGS)
    if not on_target:
        st.write("Nothing can be said: one class is nearly absent, or there is no other attribute.")
        return
    st.markdown("\n".join(f"- {plain(warning_words(leaning))}" for leaning in on_target))
    pairs = strongest_leanings(dataset, dataset.attributes, LEANINGS + len(on_target))
    others = [leaning for leaning in pairs if target not in (leaning.by, leaning.attribute)][:LEANINGS]
    if others:
        st.markdown("**Strongest among the others**")
        st.markdown("\n".join(f"- {plain(leaning_words(leaning))}." for leaning in others))


def _show_groups(dataset: FaceDataset, target: str) -> None:
    by = "Male" if "Male" in dataset.attributes else target
    frame = groups_frame(dataset, by)
    words = class_words(by, 0), class_words(by, 1)
    sizes = frame.drop_duplicates("group").set_index("group")["n"]
    st.markdown(
        "**How often each attribute is present** in images of either kind: "
        + ", ".join(f"{plain(word)} n = {sizes[word]:,}" for word in words if word in sizes)
        + ". Bars are 95 % Wilson intervals, which take images for independent."
    )
    text = f"Share of images with each attribute, by {attribute_words(by)}"
    show_chart(groups_chart, words, tuple(frame["words"].unique()), data={GROUPS: frame}, text=text)


def _show_phi(dataset: FaceDataset, attributes: tuple[str, ...]) -> None:
    st.markdown(
        "**How attributes go together**: phi is 1 where two always come together, -1 where one comes exactly "
        "when the other does not, 0 where they have nothing to do with each other."
    )
    frame = phi_frame(dataset, attributes)
    show_chart(phi_chart, attributes, data={PHI: frame}, text="Heat map of phi between attributes")
