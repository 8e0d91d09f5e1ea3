"""The tabs Config, Log and Files: what was asked of a run, where it was made, what its folder holds."""

from pathlib import Path

import streamlit as st

from core.runs import RunSummary
from core.runs.files import bytes_below
from core.runs.records import MarksRecord
from core.ui.formatting import SPLIT_WORDS, plain, size
from core.ui.resources import store
from core.ui.vocabulary import weights_words

LOG_BYTES = 200_000
LOG_HEIGHT = 420
WHAT = {
    "config.json": "what was asked",
    "state.json": "where the run is in its life",
    "control.json": "the open request",
    "lock": "held while a trainer lives",
    "progress.jsonl": "signs of life",
    "history.csv": "a row an epoch, in Keras's names",
    "alarms.jsonl": "what went wrong while it trained",
    "checkpoints": "weights: best, last, and what a resume needs",
    "domain.npz": "what its training images look like to it",
    "predictions.parquet": "validation and test, an answer an image",
    "metrics.json": "scores at the best and the last epoch",
    "environment.json": "versions, machine, data, weights",
    "marks.json": "a person's marks on labels that it began with",
    "notes.json": "name, tags, star, note",
    "tensorboard": "event files, where TensorBoard is installed",
    "log.txt": "all that the trainer printed",
}


def show_config(summary: RunSummary) -> None:
    """Draw the configuration as YAML, and the environment."""
    asked, made = st.columns(2, gap="medium")
    with asked:
        st.subheader("Asked for", anchor=False)
        text = summary.config.to_yaml()
        st.code(text, language="yaml")
        st.download_button(
            "Configuration (YAML)",
            text,
            file_name=f"{summary.id}.yaml",
            mime="application/yaml",
            icon=":material/download:",
            on_click="ignore",
        )
    with made:
        st.subheader("Made with", anchor=False)
        if summary.environment is None:
            st.caption("It has not read its data yet.")
        else:
            st.table(_environment(summary), hide_header=True)


def show_log(summary: RunSummary) -> None:
    """Draw the end of what the trainer printed."""
    run = store().get(summary.id)
    text = run.log_tail(LOG_BYTES)
    st.code(text or "Nothing was printed yet.", language=None, height=LOG_HEIGHT)
    st.download_button(
        "The log (text)",
        text,
        file_name=f"{run.id}.log.txt",
        icon=":material/download:",
        on_click="ignore",
        disabled=not text,
    )


def show_files(summary: RunSummary) -> None:
    """Draw what the run's folder holds, with sizes."""
    run = store().get(summary.id)
    rows = file_rows(run.path)
    st.dataframe(rows, hide_index=True, height="content", alt="Files of the run")
    st.caption(
        "The folder is a public format: pandas and a text editor read it. docs/run-folder.md describes each "
        f"file. It is artifacts/runs/{plain(run.id)}."
    )


def file_rows(folder: Path) -> list[dict[str, str]]:
    """A row for each file or folder of a run: name, size, what it is; links are not followed."""
    entries = sorted(folder.iterdir(), key=lambda path: path.name) if folder.is_dir() else []
    return [
        {"File": entry.name, "Size": size(_bytes(entry)), "What": WHAT.get(entry.name, "")}
        for entry in entries
        if not entry.name.startswith(".")
    ]


def _bytes(path: Path) -> int:
    """Of a file, or of all files below a folder; links are not followed."""
    return bytes_below(path) if path.is_dir() and not path.is_symlink() else path.lstat().st_size


def _marks_line(marks: MarksRecord | None) -> dict[str, str]:
    if marks is None:
        return {}
    done = "left out of training" if marks.use == "leave_out" else "turned over in training"
    return {"Labels marked wrong": f"{marks.applied:,} {done}, {marks.held_out:,} elsewhere left as they are"}


def _environment(summary: RunSummary) -> dict[str, list[str]]:
    made = summary.environment
    rows = {
        "Machine": made.machine,
        "Precision": f"{made.precision}: {made.precision_reason}".rstrip(": "),
        "Data": f"{made.data.name}{' (drawn faces)' if made.data.synthetic else ''}",
        "Images": ", ".join(f"{SPLIT_WORDS[split]} {found.n:,}" for split, found in made.data.splits.items()),
        "Split": "the data set's own"
        if made.data.official_split
        else "made by this run, by person where known",
        **_marks_line(made.data.marks),
        "Base weights": weights_words(made.weights.kind)
        if made.weights.kind != "file"
        else made.weights.name,
        "Trained parameters": f"{made.trained_parameters:,}",
        "Frozen parameters": f"{made.frozen_parameters:,}",
        "Seed": str(made.seed),
        **made.versions,
        "Fingerprint of the data": made.data.fingerprint[:16],
        "Fingerprint of the weights": made.weights.fingerprint[:16],
    }
    return {"what": [plain(name) for name in rows], "value": [plain(value) for value in rows.values()]}
