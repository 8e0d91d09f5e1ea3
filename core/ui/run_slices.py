"""The Slices tab: how a run does on parts of the images, worst first, with what may not be read into it."""

import pandas as pd
import streamlit as st

from core.evaluation.scores import THRESHOLD
from core.evaluation.slices import RATES, SMALL, all_pairs, largest_gap, slice_table
from core.runs import RunSummary
from core.runs.predictions import Split, attribute_names
from core.ui import run_charts, run_figures
from core.ui.charts import REFERENCE_COLOR
from core.ui.formatting import NOTHING, SPLIT_WORDS, attribute_words, plain, share
from core.ui.slice_words import slice_words

CAVEAT = (
    "Labels are annotators' views of photos of celebrities: yes or no, and not a person's own word; the "
    "attribute called Male is not anybody's gender. Skin tone is not labelled, so a gap by skin tone is not "
    "measured here. Slices overlap, and of many slices some look bad by chance."
)
HEADINGS = {"accuracy": "Accuracy", "fpr": "FPR", "fnr": "FNR", "fdr": "FDR", "for": "FOR"}
HELP = {
    "Accuracy": "Share of right answers at threshold 0.5, with Wilson's 95 % interval.",
    "FPR": "False positive rate: answered yes, of those labelled no.",
    "FNR": "False negative rate: answered no, of those labelled yes.",
    "FDR": "False discovery rate: labelled no, of those answered yes.",
    "FOR": "False omission rate: labelled yes, of those answered no.",
}
SINGLE_PIXELS, PAIR_PIXELS = 165, 300
"""Width of the slices' names: of one attribute, and of two."""


@st.fragment
def show_slices(summary: RunSummary, split: Split) -> None:
    """Draw the table, the chart and the caveats."""
    frame = run_figures.predictions(summary, split)
    attributes = attribute_names(frame)
    if not attributes:
        st.info("The predictions of this run hold no attributes: there is nothing to slice by.")
        return
    found = run_figures.figures(summary, split)
    if gap := largest_gap(found.slices, attribute_words):
        st.markdown(plain(gap))
    pairs = _ask_pairs(attributes)
    table = slice_table(frame, attributes, THRESHOLD, pairs) if pairs else found.slices
    st.dataframe(
        shown_table(table), hide_index=True, column_config=_columns(bool(pairs)), alt="Slices, worst first"
    )
    st.caption(
        f"{SPLIT_WORDS[split].capitalize()} images, ordered by the upper end of the accuracy's interval; "
        f"slices of fewer than {SMALL} images stand below, in grey, and are not judged."
    )
    large = table[~table["small"]]
    if len(large):
        words = [slice_words(where) for where in large["where"]]
        st.altair_chart(run_charts.slice_chart(large, words, found.confusion.accuracy), key="run_slices")
        if len(large) > run_charts.MOST_SLICES:
            st.caption(f"The {run_charts.MOST_SLICES} worst of {len(large):,} are drawn.")
    st.caption(CAVEAT)


def shown_table(table: pd.DataFrame) -> object:
    """The table as it is drawn: a Styler over text, small slices in grey."""
    cells = {"Slice": [slice_words(where) for where in table["where"]], "n": table["n"]}
    cells |= {heading: _rate(table, rate) for rate, heading in HEADINGS.items() if rate in RATES}
    small = table["small"].to_numpy()
    grey = f"color: {REFERENCE_COLOR}"
    shown = pd.DataFrame(cells)
    return shown.style.apply(lambda row: [grey if small[row.name] else ""] * len(row), axis=1)


def _rate(table: pd.DataFrame, rate: str) -> list[str]:
    columns = (table[rate], table[f"{rate}_low"], table[f"{rate}_high"])
    return [
        NOTHING if pd.isna(value) else f"{share(value)} ({share(low)} to {share(high)})"
        for value, low, high in zip(*columns, strict=True)
    ]


def _ask_pairs(attributes: list[str]) -> list[tuple[str, str]]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.multiselect(
            "Pairs of attributes",
            attributes,
            format_func=attribute_words,
            placeholder="Two or more, to look at their pairs",
            help="Adds every pair of the chosen attributes, such as young women with eyeglasses.",
            key="run_pairs",
        )
        every = st.toggle("All pairs", key="run_all_pairs")
    return all_pairs(attributes) if every else all_pairs(chosen)


def _columns(pairs: bool) -> dict[str, object]:
    # Not pinned: Streamlit greys pinned cells, and grey means small here.
    name = st.column_config.TextColumn(width=PAIR_PIXELS if pairs else SINGLE_PIXELS)
    return {"Slice": name} | {
        heading: st.column_config.TextColumn(help=words) for heading, words in HELP.items()
    }
