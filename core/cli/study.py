"""`python -m core study …`: sweeps, and the report's own study."""

import json
import threading
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
import yaml

from core.cli.options import Artifacts, AsJson, marks_words, print_json, settings_for
from core.cli.train import checked_config
from core.errors import ConfigError, RunError
from core.jobs import JobQueue, Scheduler
from core.jobs.studies import submit_grid, submit_report
from core.runs import RunStore, RunSummary, State, TrainConfig
from core.runs.marks import marks
from core.runs.report import report_table, study_table, what_differs
from core.runs.studies import Study, StudyStore, grid_configs, study_runs
from core.runs.trash import Trash
from core.settings import Settings

ON_DISK = ("data", "target", "weights")
"""Fields whose values can only be checked by looking."""

study = typer.Typer(help="Several runs read as one table.", invoke_without_command=True)

Data = Annotated[
    str | None, typer.Option(metavar="DIR|ID", help="Folder of faces, or an id of `dataset list`.")
]
Weights = Annotated[str | None, typer.Option(metavar="imagenet|random|FILE")]
Limit = Annotated[int | None, typer.Option(help="Images in all, each split's share kept.")]
ImageSize = Annotated[int | None, typer.Option(help="Side of the input, pixels.")]
Target = Annotated[str | None, typer.Option(help="Attribute to predict.")]
Precision = Annotated[str | None, typer.Option(metavar="auto|float32|mixed_bfloat16")]
Seed = Annotated[int | None, typer.Option(help="Fixes split, initial weights, order, dropout.")]
Config = Annotated[Path | None, typer.Option(help="JSON or YAML; the other options win over it.")]
Detach = Annotated[bool, typer.Option("--detach", help="Queue it and print its id.")]


@study.callback()
def sweep(
    context: typer.Context,
    grid: Annotated[list[str] | None, typer.Option(metavar="FIELD=A,B,…", help="Repeatable.")] = None,
    data: Data = None,
    weights: Weights = None,
    limit: Limit = None,
    image_size: ImageSize = None,
    target: Target = None,
    epochs: Annotated[int | None, typer.Option(help="Passes over the training images.")] = None,
    precision: Precision = None,
    seed: Seed = None,
    config: Config = None,
    name: Annotated[str, typer.Option(help="What to call the study.")] = "",
    detach: Detach = False,
    artifacts: Artifacts = None,
    as_json: AsJson = False,
) -> None:
    """Train every combination: `--grid learning_rate=0.1,1e-3 --grid fine_tune=none,block5`."""
    if context.invoked_subcommand:
        return
    settings = settings_for(artifacts)
    base, varied = _base(config, locals()), parse_grid(grid or [])
    grid_configs(base, varied)  # a slip in the grid is refused before any face is read
    base = checked_config(base, settings)
    varied = {field: _checked_values(base, field, values, settings) for field, values in varied.items()}
    _follow(submit_grid(JobQueue(settings), base, varied, name), settings, detach, as_json)


@study.command()
def report(
    data: Data = None,
    weights: Weights = None,
    limit: Limit = None,
    image_size: ImageSize = None,
    target: Target = None,
    precision: Precision = None,
    seed: Seed = None,
    config: Config = None,
    detach: Detach = False,
    artifacts: Artifacts = None,
    as_json: AsJson = False,
) -> None:
    """Repeat the report: six runs of three epochs, then its two choices for ten."""
    settings = settings_for(artifacts)
    base = checked_config(_base(config, locals()), settings)
    _follow(submit_report(JobQueue(settings), base), settings, detach, as_json)


@study.command("list")
def list_studies(artifacts: Artifacts = None, as_json: AsJson = False) -> None:
    """List all studies, newest first."""
    found = StudyStore(settings_for(artifacts).studies).list_studies()
    if as_json:
        print_json([item.model_dump(mode="json") for item in found])
        return
    for item in found:
        print(f"{item.id}  {item.name}  {len(item.run_ids)} runs")


@study.command()
def show(
    study_id: Annotated[str, typer.Argument(metavar="STUDY", help="A study's id.")],
    artifacts: Artifacts = None,
    as_json: AsJson = False,
) -> None:
    """Print a study's table as it stands."""
    settings = settings_for(artifacts)
    print_study(StudyStore(settings.studies).get(study_id), settings, as_json)


def parse_grid(options: list[str]) -> dict[str, list[Any]]:
    """`["learning_rate=0.1,1e-3"]` to `{"learning_rate": [0.1, 0.001]}`; else raises ConfigError.

    Whether a run has such a field is for `grid_configs` to say.
    """
    grid: dict[str, list[Any]] = {}
    for option in options:
        field, equals, values = option.partition("=")
        if not field or not equals or not values.strip(", "):
            raise ConfigError(f"--grid {option!r} is not a run's FIELD=A,B, such as dropout=0,0.5.")
        grid.setdefault(field, []).extend(_values(values, option))
    return grid


def print_study(item: Study, settings: Settings, as_json: bool) -> None:
    """Print the table; in the report's form, with the published figures, where it is the report's study."""
    runs = _runs_of(item, settings)
    table = report_table(runs) if item.kind == "report" else study_table(runs)
    if as_json:
        rows = json.loads(table.to_json(orient="records"))
        rows = [{**row, "marks": marks(run)} for row, run in zip(rows, runs, strict=True)]
        print_json({"study_id": item.id, "name": item.name, "runs": rows, "differs": what_differs(runs)})
        return
    with pd.option_context("display.width", 250, "display.max_columns", None, "display.max_colwidth", 80):
        print(table.drop(columns="run_id").to_string(index=False, float_format=lambda x: f"{x:.4g}"))
    for line in _marks_lines(runs):
        print(line)
    for sentence in what_differs(runs) if item.kind == "report" else []:
        print(sentence)


def _marks_lines(runs: list[RunSummary]) -> list[str]:
    """The marks once where all runs share them, else a line for each of a kind with its cases."""
    cases: dict[str, list[str]] = {}
    for case, run in enumerate(runs, start=1):
        cases.setdefault(marks_words(run), []).append(str(case))
    if len(cases) == 1:
        return list(filter(None, cases))
    return [f"case {', '.join(numbers)}: {words}" for words, numbers in cases.items() if words]


def _runs_of(item: Study, settings: Settings) -> list[RunSummary]:
    return study_runs(item, Trash(RunStore(settings.runs), settings.trash))


def _follow(item: Study, settings: Settings, detach: bool, as_json: bool) -> None:
    if not detach:
        Scheduler(settings).serve(threading.Event(), until_empty=True)
        print_study(item, settings, as_json)
        _refuse_failed(_runs_of(item, settings))
    elif as_json:
        print_json({"study_id": item.id, "run_ids": list(item.run_ids)})
    else:
        print(item.id)


def _refuse_failed(runs: list[RunSummary]) -> None:
    """Raise RunError naming the runs that broke off; a stopped one is an outcome, told in the table."""
    failed = [run for run in runs if run.state.state not in (State.FINISHED, State.STOPPED)]
    if failed:
        told = " ".join(f"{run.title} ({run.id}) {run.state.state}: {run.state.reason}" for run in failed)
        raise RunError(f"{len(failed)} of {len(runs)} runs did not finish. {told}")


def _base(config: Path | None, given: dict[str, Any]) -> TrainConfig:
    base = TrainConfig.from_file(config) if config else TrainConfig()
    return base.changed(
        **{
            key: value
            for key, value in given.items()
            if key in TrainConfig.model_fields and value is not None
        }
    )


def _checked_values(base: TrainConfig, field: str, values: list[Any], settings: Settings) -> list[Any]:
    """The values as runs keep them, each once: 1e-3 and 0.001 are one run, not two that cannot differ.

    What a field names on disk is refused or made absolute as the base's own is.
    """
    configs = [base.changed(**{field: value}) for value in values]
    if field in ON_DISK:
        configs = [checked_config(config, settings) for config in configs]
    return list(dict.fromkeys(getattr(config, field) for config in configs))


def _values(text: str, option: str) -> list[Any]:
    """The values of one `--grid`, as a YAML list: `[64],[128,64]` are two values."""
    try:
        return [_number_yaml_missed(value) for value in yaml.safe_load(f"[{text}]")]
    except yaml.YAMLError as error:
        raise ConfigError(f"--grid {option!r} cannot be read. Separate values by commas.") from error


def _number_yaml_missed(value: Any) -> Any:
    """A number that YAML 1.1 takes for text, such as 1e-3, becomes a number."""
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return value
    return value
