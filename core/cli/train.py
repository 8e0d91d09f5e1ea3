"""`python -m core train`: one run in the foreground, a line an epoch."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from core.cli.options import Artifacts, AsJson, data_at, marks_words, print_json, run_object, settings_for
from core.data import open_dataset, with_split
from core.data.sources import BUILT_IN
from core.errors import WeightsError
from core.jobs import JobQueue, train_now
from core.runs import HeldRun, Run, RunSummary, State, TrainConfig
from core.runs.label_marks import described_for, marks_sentence
from core.runs.notes import clean_name
from core.runs.run import Row
from core.runs.summary import read_summary
from core.settings import Settings

INTERRUPTED = 130
"""What shells expect of a program that Ctrl-C ended."""


def train(
    data: Annotated[
        str | None, typer.Option(metavar="DIR|ID", help="Folder of faces, or an id of `dataset list`.")
    ] = None,
    target: Annotated[str | None, typer.Option(help="Attribute to predict, such as Male.")] = None,
    learning_rate: Annotated[float | None, typer.Option(help="Step size, such as 1e-3.")] = None,
    fine_tune: Annotated[str | None, typer.Option(metavar="none|block5|block4|all")] = None,
    dropout: Annotated[float | None, typer.Option(help="Share of dense units dropped, 0 to 0.9.")] = None,
    batch_norm: Annotated[bool | None, typer.Option("--batch-norm/--no-batch-norm")] = None,
    dense_units: Annotated[list[int] | None, typer.Option(help="Units of a dense layer; repeatable.")] = None,
    epochs: Annotated[int | None, typer.Option(help="Passes over the training images.")] = None,
    image_size: Annotated[int | None, typer.Option(help="Side of the input, pixels.")] = None,
    batch_size: Annotated[int | None, typer.Option(help="Images a step.")] = None,
    augment: Annotated[str | None, typer.Option(metavar="flip,shift,brightness", help="Or none.")] = None,
    optimizer: Annotated[str | None, typer.Option(metavar="adam|adamw|sgd|rmsprop")] = None,
    early_stopping_patience: Annotated[int | None, typer.Option(help="Epochs; 0 never stops.")] = None,
    reduce_lr_factor: Annotated[float | None, typer.Option(help="Between 0 and 1.")] = None,
    reduce_lr_patience: Annotated[int | None, typer.Option(help="Epochs; 0 never reduces.")] = None,
    weights: Annotated[str | None, typer.Option(metavar="imagenet|random|FILE")] = None,
    limit: Annotated[int | None, typer.Option(help="Images in all, each split's share kept.")] = None,
    split: Annotated[str | None, typer.Option(metavar="auto|official|person|random")] = None,
    marks: Annotated[str | None, typer.Option(metavar="ignore|leave_out|flip")] = None,
    precision: Annotated[str | None, typer.Option(metavar="auto|float32|mixed_bfloat16")] = None,
    seed: Annotated[int | None, typer.Option(help="Fixes split, initial weights, order, dropout.")] = None,
    config: Annotated[Path | None, typer.Option(help="JSON or YAML; the other options win over it.")] = None,
    name: Annotated[str, typer.Option(help="What to call the run.")] = "",
    detach: Annotated[bool, typer.Option("--detach", help="Queue it and print its id.")] = False,
    artifacts: Artifacts = None,
    as_json: AsJson = False,
) -> None:
    """Train one run and wait for it. Ctrl-C pauses it; `runs resume` goes on."""
    given = {key: value for key, value in locals().items() if key in TrainConfig.model_fields}
    base = TrainConfig.from_file(config) if config else TrainConfig()
    settings, name = settings_for(artifacts), clean_name(name)
    checked = checked_config(base.changed(**{k: v for k, v in given.items() if v is not None}), settings)
    queue = JobQueue(settings)
    _tell_marked(checked, settings)
    if detach:
        run = queue.submit(checked, name=name)
        tell(run, as_json) if as_json else print(run.id)
        return
    queue.refuse(checked)
    watch(queue.store.create(checked, name=name), queue, as_json)


def watch(
    run: Run, queue: JobQueue, as_json: bool, ready: Callable[[HeldRun], None] = lambda held: None
) -> None:
    """Train a run in the foreground, a line an epoch; exits non-zero when it fails."""
    try:
        code = train_now(
            run, queue, lambda row: print(epoch_line(row, run.config().epochs), flush=True), ready
        )
    except KeyboardInterrupt:
        typer.echo(f"Paused. `python -m core runs resume {run.id}` goes on.", err=True)
        raise typer.Exit(INTERRUPTED) from None
    state = tell(run, as_json).state
    if state.state in (State.FAILED, State.CRASHED):
        typer.echo(state.reason, err=True)
        raise typer.Exit(code if code > 0 else 1)


def tell(run: Run, as_json: bool) -> RunSummary:
    """Print the run's last line, or its object."""
    summary = read_summary(run)
    print_json(run_object(summary)) if as_json else print(last_line(summary))
    return summary


def checked_config(config: TrainConfig, settings: Settings) -> TrainConfig:
    """Refuse at once what the trainer would refuse later, and make paths absolute: it runs elsewhere."""
    data = str(data_at(config.data, settings))
    if data not in BUILT_IN:
        config = config.changed(data=str(Path(data).expanduser().resolve()))
    dataset = open_dataset(config.data, settings=settings)
    with_split(dataset, config.target, seed=config.seed, limit=config.limit, kind=config.split)
    if config.weights in ("imagenet", "random"):
        return config
    path = Path(config.weights).expanduser().resolve()
    if not path.is_file():
        raise WeightsError(f"There is no weights file {path}. Give a file, `imagenet` or `random`.")
    return config.changed(weights=str(path))


def _tell_marked(config: TrainConfig, settings: Settings) -> None:
    """Say on stderr what the run will do with the labels marked wrong, and where there is nothing to do."""
    if config.marks == "ignore":
        return
    dataset = open_dataset(config.data, settings=settings)
    dataset = with_split(dataset, config.target, seed=config.seed, limit=config.limit, kind=config.split)
    if marked := described_for(dataset, config.target, config.marks, settings):
        typer.echo(marks_sentence(marked, config.target), err=True)


def epoch_line(row: Row, epochs: int) -> str:
    """`epoch 1/3  loss 0.3107  accuracy 0.8748  val_loss 0.2101  val_accuracy 0.9287  …`."""
    fields = ("loss", "accuracy", "val_loss", "val_accuracy")
    scores = "  ".join(f"{field} {row[field]:.4f}" for field in fields if field in row)
    return f"epoch {int(row['epoch']) + 1}/{epochs}  {scores}  learning_rate {row['learning_rate']:.3g}"


def last_line(summary: RunSummary) -> str:
    """`20260131-142501-k3x9ab  finished  test accuracy 0.9416 (n = 3,000, best epoch 2 of 3)  [marks]`."""
    parts = [summary.id, summary.state.state, _score_words(summary), marks_words(summary)]
    return "  ".join(filter(None, parts))


def _score_words(summary: RunSummary) -> str:
    if summary.metrics is None:
        return ""
    best, n = summary.metrics.best, summary.metrics.splits["test"].n
    return (
        f"test accuracy {best.test_accuracy:.4f} "
        f"(n = {n:,}, best epoch {best.epoch} of {len(summary.history)})"
    )
