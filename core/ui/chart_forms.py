"""Draws charts whose form is worked out once, and whose numbers alone are sent each time.

Altair takes about 40 ms to make and check a chart; a page that is polled draws two each second. What changes
with each look is the data, so the form names its data and is remembered without them.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

if TYPE_CHECKING:
    import altair as alt

Make = Callable[..., "alt.TopLevelMixin | dict[str, Any]"]


def show_chart(
    make: Make,
    *form: Hashable,
    data: dict[str, pd.DataFrame],
    key: str | None = None,
    text: str | None = None,
    brush: str | None = None,
) -> None:
    """Draw the chart `make(*form)`.

    Args:
        make: a function of a module that gives a chart of Altair or plain Vega-Lite; it takes its data as
            `alt.NamedData`, of the names in `data`.
        form: all that the chart's form depends on.
        data: the frame behind each name.
        key: what Streamlit knows the chart by; with one, a chart that grows does not start anew.
        text: what the chart shows, for those who cannot see it.
        brush: the chart's selection that draws the page anew; needs a key, see `brushed`.
    """
    spec = _spec(f"{make.__module__}.{make.__qualname__}", form, make) | {"datasets": data}
    if brush is None:
        st.vega_lite_chart(spec=spec, key=key, alt=text)
    else:
        st.vega_lite_chart(spec=spec, key=key, alt=text, on_select="rerun", selection_mode=brush)


def brushed(key: str, brush: str) -> Mapping[str, Sequence[float]]:
    """What a chart's brush holds, also before the chart is drawn: the two ends of each field; {} for none."""
    state = st.session_state.get(key)
    return state["selection"].get(brush, {}) if state else {}


@st.cache_data(max_entries=256, show_spinner=False)
def _spec(name: str, form: tuple[Hashable, ...], _make: Make) -> dict[str, Any]:
    """The Vega-Lite form of a chart; `name` stands for `_make`, which Streamlit need not look into."""
    made = _make(*form)
    spec = made if isinstance(made, dict) else made.to_dict()
    # Altair's own theme: its fixed width would win over the page's.
    spec.pop("config", None)
    return spec
