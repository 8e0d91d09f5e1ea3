"""The Statistics tab and the target's balance: the numbers of `core.data.summary` as charts and a table."""

from dataclasses import replace

import altair as alt
import pandas as pd
import streamlit as st

from core.data import ATTRIBUTES, SPLITS, FaceDataset
from core.data.summary import rates_by_split
from core.ui import formatting
from core.ui.chart_forms import show_chart
from core.ui.formatting import SPLIT_WORDS
from core.ui.palette import CLASS_COLORS, SPLIT_COLORS

BALANCE, RATES = "balance", "rates"
"""What the charts call their data."""
BAR_HEIGHT = 30
"""Pixels of one split's bar in the balance, with the gap to the next."""
ROOM_FOR_WORDS = 0.22
"""A bar shorter than this share of the whole has no room for its words; the tooltip has them."""


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


def balance_chart(target: str, splits: int) -> alt.LayerChart:
    """Stacked bars of a `balance_frame` of `splits` splits, each with its class and count written in it."""
    words = [formatting.class_words(target, label) for label in (1, 0)]
    base = alt.Chart(alt.NamedData(name=BALANCE)).encode(
        y=alt.Y(
            "split_words:N", sort=None, title=None, axis=alt.Axis(ticks=False, domain=False, labelLimit=160)
        ),
        tooltip=[
            alt.Tooltip("split_words:N", title="Split, images"),
            alt.Tooltip("words:N", title="Class"),
            alt.Tooltip("n:Q", title="Images", format=","),
            alt.Tooltip("share:Q", title="Share", format=".4f"),
        ],
    )
    bars = base.mark_bar(height={"band": 0.86}).encode(
        x=alt.X("share:Q", stack="zero", axis=None, scale=alt.Scale(domain=[0, 1])),
        order=alt.Order("label:Q", sort="descending"),
        color=alt.Color(
            "words:N", scale=alt.Scale(domain=words, range=[CLASS_COLORS[1], CLASS_COLORS[0]]), legend=None
        ),
    )
    layers = [bars, _bar_words(base, 1, "left", "white"), _bar_words(base, 0, "right", "black")]
    return alt.layer(*layers).properties(height=BAR_HEIGHT * max(1, splits), padding=0)


def _bar_words(base: alt.Chart, label: int, side: str, color: str) -> alt.Chart:
    """The words of one class, at its own end of the bar."""
    texts = base.transform_filter(f"datum.label === {label} && datum.share >= {ROOM_FOR_WORDS}")
    texts = texts.transform_calculate(text="datum.words + '  ' + format(datum.n, ',')")
    x = alt.value(6) if side == "left" else alt.value("width")
    return texts.mark_text(align=side, dx=0 if side == "left" else -6, color=color, fontSize=12).encode(
        x=x, text="text:N"
    )


def rates_chart(present: tuple[str, ...]) -> alt.Chart:
    """Grouped bars of `rates_by_split`, with its splits and attributes in words; `present` are its splits."""
    order = [SPLIT_WORDS[split] for split in present]
    colors = alt.Scale(domain=order, range=[SPLIT_COLORS[split] for split in present])
    return (
        alt.Chart(alt.NamedData(name=RATES))
        .mark_bar()
        .encode(
            x=alt.X(
                "rate:Q",
                title="Share of images",
                scale=alt.Scale(domain=[0, 1]),
                axis=alt.Axis(format=".1f", values=[0, 0.2, 0.4, 0.6, 0.8, 1]),
            ),
            y=alt.Y("words:N", sort=None, title=None, axis=alt.Axis(labelLimit=200)),
            yOffset=alt.YOffset("split_words:N", sort=order),
            color=alt.Color("split_words:N", scale=colors, legend=alt.Legend(title=None, orient="top")),
            tooltip=[
                alt.Tooltip("words:N", title="Attribute"),
                alt.Tooltip("split_words:N", title="Split"),
                alt.Tooltip("rate:Q", title="Share", format=".4f"),
                alt.Tooltip("positives:Q", title="Images with it", format=","),
                alt.Tooltip("n:Q", title="Images in the split (n)", format=","),
            ],
        )
        .properties(height={"step": 9})
    )


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
