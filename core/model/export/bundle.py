"""Exports a run: the model and all that belongs to it in one zip, which is checked before it gets its name.

Written under a temporary name beside its own; whatever goes wrong, nothing is left there.
"""

import json
import math
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from core.atomic import TEMP_PREFIX, commit
from core.errors import RunError
from core.evaluation.decision import UNTAUGHT, decision_rule
from core.evaluation.selective import LEVEL, MAX_ERROR, Margin
from core.model.export.about import Told, about, readme, requirements
from core.model.export.examples import example
from core.model.export.pack import pack
from core.model.export.portable import portable
from core.model.export.samples import Samples, draw_samples
from core.model.export.stored import compared_with_stored
from core.model.export.writers import OPSET, Writer, write_model
from core.model.rebuild import rebuild
from core.runs.export_formats import Format, bundle_name, refuse_target
from core.runs.predictions import read_predictions
from core.runs.run import Run
from core.runs.summary import read_summary
from core.settings import PROJECT, Settings

MOST_DIFFERENCE = 1e-4
"""Of a probability by the format's own runtime from that of the network rebuilt in code."""
CHECK_PATIENCE_S = 600
Tell = Callable[[str], object]


@dataclass(frozen=True)
class Wanted:
    """What is to be exported.

    Attributes:
        margin: of "not sure", 0..0.5; None for the one that validation chooses.
        card: the model card in Markdown, "" for none.
        force: whether a file at `out` may be replaced.
    """

    form: Format
    out: Path
    margin: float | None = None
    card: str = ""
    force: bool = False


@dataclass(frozen=True)
class Exported:
    """A bundle that passed its check: the largest difference of a probability on its samples."""

    path: Path
    bytes: int
    largest_difference: float


def export_run(
    run: Run, settings: Settings, wanted: Wanted, tell: Tell = lambda _: None, write: Writer = write_model
) -> Exported:
    """Write a run's bundle to `wanted.out`, checked. Takes half a minute.

    Args:
        tell: hears a sentence at each step.
        write: writes the model; handed in by tests, so that they can write a wrong one.

    Raises:
        InputError: `out` cannot be made; WeightsError: the base weights cannot be had, or are others now.
        NoPredictionsError: the run was not scored; CheckpointError: its weights are missing or changed.
        RunError: the written model does not answer as the run does.
    """
    refuse_target(wanted.out, force=wanted.force)
    told = _words(run, wanted)
    temp = wanted.out.with_name(f"{TEMP_PREFIX}{secrets.token_hex(6)}-{wanted.out.name}")
    try:
        with temp.open("xb") as file, tempfile.TemporaryDirectory() as folder:
            tell("Rebuilding the model in float32.")
            network = rebuild(run, settings, "float32")
            whole, size = network.whole(), run.config().image_size
            samples = draw_samples(whole, size)
            tell(compared_with_stored(whole, run, settings))
            tell(f"Writing it as {wanted.form}.")
            write(portable(network, size), wanted.form, Path(folder))
            _write_words(Path(folder), replace(told, expected=samples.expected()), samples, wanted.card)
            pack(Path(folder), bundle_name(run.id, wanted.form), file)
            file.flush()
            os.fsync(file.fileno())
        tell(f"Checking the file with the runtime of {wanted.form}.")
        difference = check(temp, wanted, run.id)
        commit(temp, wanted.out)
    except BaseException:
        temp.unlink(missing_ok=True)
        raise
    return Exported(wanted.out, wanted.out.stat().st_size, difference)


def check(bundle: Path, wanted: Wanted, run_id: str) -> float:
    """The largest difference that a process of its own finds in a bundle; raises RunError beyond 1e-4."""
    command = [sys.executable, "-m", "core.model.export.check", str(bundle.resolve()), wanted.form.value]
    try:
        done = subprocess.run(
            command,
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=CHECK_PATIENCE_S,
        )
    except subprocess.TimeoutExpired as error:
        raise _failed(run_id, wanted, f"no answer within {CHECK_PATIENCE_S} s") from error
    if done.returncode < 0:
        raise _failed(
            run_id, wanted, f"its process was killed by signal {-done.returncode}, perhaps for memory"
        )
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or [f"it ended with {done.returncode}"])[-1]
        raise _failed(run_id, wanted, f"it could not be loaded and run: {last}")
    difference = json.loads(done.stdout.splitlines()[-1])["largest_difference"]
    if math.isnan(difference) or difference > MOST_DIFFERENCE:
        apart = f"its probabilities are up to {difference:.2g} from the run's"
        raise _failed(run_id, wanted, f"{apart}, allowed is {MOST_DIFFERENCE:g}")
    return difference


def _failed(run_id: str, wanted: Wanted, what: str) -> RunError:
    return RunError(
        f"The {wanted.form} file of {run_id} failed its check: {what.rstrip('.')}. Nothing was written to "
        f"{wanted.out}; try another format."
    )


def _words(run: Run, wanted: Wanted) -> Told:
    """All that the words need but the answers on the samples; refuses a run that was not scored."""
    frame = read_predictions(run, "val", attributes=())
    labels, p = frame["label"].to_numpy(), frame["probability"].to_numpy()
    if run.environment() is None:
        raise RunError(
            f"{run.id} has no environment.json, which says what it was trained on. Train it again."
        )
    rule = decision_rule(labels, p) if len(p) else UNTAUGHT
    asked = wanted.margin is not None
    margin = wanted.margin if asked else rule.margin.value
    words = "it was chosen by hand." if asked else _margin_words(rule.margin)
    opset = OPSET if wanted.form is Format.ONNX else None
    return Told(read_summary(run), wanted.form, rule.temperature, margin, words, {}, opset, bool(wanted.card))


def _margin_words(margin: Margin) -> str:
    images = f"{margin.n:,} validation images"
    if not margin.kept:
        return f"no margin keeps the error on {images} to {MAX_ERROR:.0%}, so it is the fallback."
    images = f"{margin.answered:,} answered of {images}, {margin.wrong:,} of them wrong"
    bound = f"one-sided {LEVEL:.0%} bound"
    return f"with it at most {margin.bound:.4f} of the answers are wrong ({bound}; {images})."


def _write_words(folder: Path, told: Told, samples: Samples, card: str) -> None:
    samples.write(folder)
    texts = {
        "about.json": json.dumps(about(told), indent=2, ensure_ascii=False) + "\n",
        "README.md": readme(told),
        "example.py": example(told.form),
        "requirements.txt": requirements(told.form),
        **({"model-card.md": card} if card else {}),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
