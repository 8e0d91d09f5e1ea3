"""The Statistics tab and the target's balance: the numbers of `core.data.summary` as charts and a table."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from core.data import ATTRIBUTES, SPLITS, FaceDataset
from core.data.summary import rates_by_split
from core.ui import formatting
from core.ui.chart_forms import show_chart
from core.ui.dataset_charts import BALANCE, RATES, balance_chart, rates_chart
from core.ui.formatting import SPLIT_WORDS


def show_summary(dataset: FaceDataset) -> None:
    """Draw one line: whether the faces are drawn, how many there are, whose split it is."""
    badge = ":orange-badge[:material/draw: Synthetic faces] " if dataset.synthetic else ""
    split = "official split" if dataset.official_split else "own 80/10/10 split"
    st.markdown(f"{badge}{formatting.count(len(dataset), 'image')} · {split}")


def show_balance(dataset: FaceDataset, target: str) -> None:
    """Draw how the target's two classes are shared out in each split; nothing where there is no split."""
    frame = balance_frame(dataset, target)
    if len(frame):
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
    st.dataframe(rates_table(table), hide_index=True, column_config=_four_decimals(table))


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


def rates_table(table: pd.DataFrame) -> pd.DataFrame:
    """`rates_by_split` with one row an attribute and one column a split, headed with the split's n."""
    wide = table.pivot(index="attribute", columns="split", values="rate").reindex(table["attribute"].unique())
    wide = wide[[split for split in SPLITS if split in wide]].rename(columns=_split_heads(table))
    return wide.rename_axis(index="attribute", columns=None).reset_index()


def _split_heads(table: pd.DataFrame) -> dict[str, str]:
    sizes = table.drop_duplicates("split").set_index("split")["n"]
    return {split: f"{SPLIT_WORDS[split]} (n = {n:,})" for split, n in sizes.items()}


def _four_decimals(table: pd.DataFrame) -> dict[str, object]:
    columns = {head: st.column_config.NumberColumn(format="%.4f") for head in _split_heads(table).values()}
    return {"attribute": st.column_config.TextColumn("Attribute"), **columns}
