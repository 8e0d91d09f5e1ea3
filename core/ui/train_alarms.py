"""A run's alarms on the Train page: what went wrong and what to try. The rules: `core.runs.alarms`."""

import streamlit as st

from core.runs import Run
from core.runs.alarms import read_alarms
from core.ui.formatting import plain


def show_alarms(run: Run) -> None:
    """Draw what was raised while the run trained, oldest first; nothing when nothing was."""
    lines = [f"{plain(alarm.message)} **{plain(alarm.advice)}**" for alarm in read_alarms(run)]
    if lines:
        text = lines[0] if len(lines) == 1 else "\n".join(f"- {line}" for line in lines)
        st.warning(text, icon=":material/notification_important:")
