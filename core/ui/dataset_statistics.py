"""The Statistics tab's rates by split, drift marked, and the target's balance: `core.data.summary` drawn.

What leans on what, and the rates of women and men, are `core.ui.dataset_associations`'s.
"""

from dataclasses import replace

import pandas as pd
import streamlit as st

from core.data import ATTRIBUTES, SPLITS, FaceDataset
from core.data.associations import split_drift
from core.data.summary import rates_by_split
from core.evaluation.paired import ALPHA, holm
from core.ui import formatting
from core.ui.chart_forms import show_chart
from core.ui.dataset_charts import BALANCE, RATES, balance_chart, rates_chart
from core.ui.formatting import SPLIT_WORDS

DRIFTS_NAMED = 5
"""Drifting attributes that the sentence names; the table has all."""


def show_summary(dataset: FaceDataset) -> None:
    """Draw one line: whether the faces are drawn, how many there are, whose split it is."""
    badge = ":orange-badge[:material/draw: Synthetic faces] " if dataset.synthetic else ""
    split = "official split" if dataset.official_split else "own 80/10/10 split"
    st.markdown(f"{badge}{formatting.count(len(dataset), 'image')} · {split}")


def show_balance(dataset: FaceDataset, target: str) -> None:
    """Draw how the target's two classes are shared out in each split; nothing where there is no split."""
    frame = balance_frame(dataset, target)
    if len(frame):
        st.caption(majority_words(dataset, target))
        show_chart(
            balance_chart,
            target,
            frame["split"].nunique(),
            data={BALANCE: frame},
            text=f"Balance of {target} in each split",
        )


@st.fragment
def statistics_tab(dataset: FaceDataset) -> None:
    """Draw how often each attribute is present in each split, and how many images each split has."""
    shown = tuple(name for name in dataset.attributes if name in ATTRIBUTES)
    more = len(dataset.attributes) > len(shown)
    if not shown or (more and st.toggle(f"All {len(dataset.attributes)} attributes")):
        shown = dataset.attributes
    table = rates_by_split(replace(dataset, attributes=shown))
    if table.empty:
        st.write("There is no split to count in.")
        return
    st.markdown("**How often an attribute is present**, as a share of the split's images.")
    _show_rates(table)
    drift = drift_table(dataset)
    st.markdown(drift_words(drift))
    with st.expander("All shares with their counts"):
        st.dataframe(rates_table(table, drift), hide_index=True, column_config=_columns(table))


def _show_rates(table: pd.DataFrame) -> None:
    words = {"words": table["attribute"].map(formatting.attribute_words)}
    words["split_words"] = table["split"].map(SPLIT_WORDS)
    present = tuple(split for split in SPLITS if split in set(table["split"]))
    text = "Share of images with each attribute, by split"
    show_chart(rates_chart, present, data={RATES: table.assign(**words)}, text=text)


def balance_frame(dataset: FaceDataset, target: str) -> pd.DataFrame:
    """One row for each split and class: split, split_words (with n), label (0/1), words, n, share (0..1)."""
    counts = rates_by_split(replace(dataset, attributes=(target,)))
    rows = [
        (
            row.split,
            f"{SPLIT_WORDS[row.split]} · {row.n:,}",
            label,
            formatting.class_words(target, label),
            n,
            n / row.n,
        )
        for row in counts.itertuples()
        for label, n in ((1, row.positives), (0, row.n - row.positives))
    ]
    return pd.DataFrame(rows, columns=["split", "split_words", "label", "words", "n", "share"])


def majority_words(dataset: FaceDataset, target: str) -> str:
    """What always answering the commoner class would get right: the share that a model has to beat."""
    labels = dataset.labels(target)
    positives = int(labels.sum())
    label, n = (1, positives) if positives * 2 >= len(labels) else (0, len(labels) - positives)
    words = formatting.plain(formatting.class_words(target, label))
    return f"Always answering **{words}**: {n / len(labels):.4f} right (n = {len(labels):,})"


def drift_table(dataset: FaceDataset) -> pd.DataFrame:
    """`split_drift` with a column `holm`: the p-values, adjusted for looking at all of them."""
    table = split_drift(dataset).dropna()
    return table.assign(holm=holm(table["p_value"].to_numpy()))


def drift_words(drift: pd.DataFrame) -> str:
    """Which attributes differ between the splits by more than chance, the largest difference first."""
    if drift.empty:
        return ""
    how = (
        "Tested: each share against train's, by a score test that counts a person's images together where "
        f"persons are known; {len(drift)} tests, adjusted by Holm."
    )
    found = drift[drift["holm"] < ALPHA].sort_values("difference", key=abs, ascending=False)
    if found.empty:
        return f"No split differs from train by more than chance. {how}"
    listed = [
        f"{formatting.plain(formatting.attribute_words(row.attribute))} in {SPLIT_WORDS[row.split]} "
        f"({100 * row.difference:+.1f} points)"
        for row in found.head(DRIFTS_NAMED).itertuples()
    ]
    more = f" and {len(found) - DRIFTS_NAMED} more" if len(found) > DRIFTS_NAMED else ""
    return f":orange-badge[:material/moving: Drift] {', '.join(listed)}{more}. {how}"


def rates_table(table: pd.DataFrame, drift: pd.DataFrame) -> pd.DataFrame:
    """`rates_by_split` with one row an attribute: share and count of each split, and where it drifts."""
    names = table["attribute"].unique()
    wide = pd.DataFrame({"attribute": [formatting.attribute_words(name) for name in names]})
    for split, head in _split_heads(table).items():
        rows = table[table["split"] == split].set_index("attribute").loc[names]
        wide[head] = rows["rate"].to_numpy()
        wide[f"{SPLIT_WORDS[split]}, images"] = rows["positives"].to_numpy()
    drifting = drift[drift["holm"] < ALPHA].groupby("attribute")["split"].apply(list)
    wide["drift"] = [
        ", ".join(SPLIT_WORDS[split] for split in drifting.get(name, ())) or formatting.NOTHING
        for name in names
    ]
    return wide


def _split_heads(table: pd.DataFrame) -> dict[str, str]:
    sizes = table.drop_duplicates("split").set_index("split")["n"]
    return {split: f"{SPLIT_WORDS[split]} (n = {sizes[split]:,})" for split in SPLITS if split in sizes}


def _columns(table: pd.DataFrame) -> dict[str, object]:
    shares = {head: st.column_config.NumberColumn(format="percent") for head in _split_heads(table).values()}
    drift = st.column_config.TextColumn(
        "Drift", help="Splits whose share differs from train's, Holm p < 0.05"
    )
    return {"attribute": st.column_config.TextColumn("Attribute", pinned=True), **shares, "drift": drift}
