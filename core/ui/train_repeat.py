"""The tab that repeats the report: what its eight runs are, how long they take, one button.

The runs are `core.runs.studies.report_configs`, the published figures `core.runs.report`.
"""

from functools import partial

import pandas as pd
import streamlit as st

from core.jobs.studies import submit_report
from core.runs import TrainConfig
from core.runs.report import CASES, TARGET, published_results
from core.runs.studies import Study, report_configs
from core.ui.formatting import attribute_words, plain, share
from core.ui.resources import queue
from core.ui.study_start import data_line, show_start_study
from core.ui.study_tables import CASE_NAMES
from core.ui.train_start import checked_config
from core.ui.vocabulary import FINE_TUNE, number_words


def show_repeat() -> None:
    """Draw the tab."""
    base = checked_config()
    if base is None:
        st.info("Mend the form under One run first: its data are used.", icon=":material/arrow_back:")
        return
    configs = report_configs(base)
    st.markdown(
        "The report taught VGG-16 to tell men from women on 30,000 CelebA faces: six runs of three epochs "
        "to find a learning rate, with and without fine-tuning, then its two choices for ten. These eight "
        "runs repeat it in its order, and show its published numbers beside yours."
    )
    st.table(planned_table(configs), border="horizontal", width="content", hide_index=True)
    st.caption(
        "Ext.: its extended cases. Test, report: its published test accuracy. From the form under One run: "
        f"{plain(_kept(base))}. All else is the report's."
    )
    if base.target != TARGET:
        st.info(
            f"The published numbers are for {TARGET}; the form asks for "
            f"{plain(attribute_words(base.target))}, so that they tell little about these runs.",
            icon=":material/info:",
        )
    show_start_study(
        "Start the eight runs",
        configs,
        partial(_submit, base),
        "Puts the eight runs into the queue as one study and shows it live. It goes on after one that fails.",
    )


def planned_table(configs: list[TrainConfig]) -> pd.DataFrame:
    """What will run, a row a case, with the published test accuracy."""
    published = published_results()["test_accuracy"].head(CASES)
    rows = [
        {
            # Short, so that the table fits a phone.
            "Case": case.replace("Extended", "Ext."),
            "Fine-tuning": FINE_TUNE[config.fine_tune],
            "Learning rate": number_words(config.learning_rate),
            "Epochs": f"up to {config.epochs}" if config.early_stopping_patience else str(config.epochs),
            "Test, report": share(accuracy),
        }
        for case, config, accuracy in zip(CASE_NAMES, configs, published, strict=True)
    ]
    return pd.DataFrame(rows)


def _kept(base: TrainConfig) -> str:
    images = f"{base.limit:,} images at most" if base.limit else "all images"
    return f"{data_line(base)} · {images} · {base.image_size} px · seed {base.seed}"


def _submit(base: TrainConfig, token: str) -> Study:
    return submit_report(queue(), base, token=token)
