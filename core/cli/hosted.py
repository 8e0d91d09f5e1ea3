"""`python -m core runs pack`: runs that are to travel to a host, in a folder with their hashes."""

import os
from pathlib import Path
from typing import Annotated

import typer

from core.cli.options import Artifacts, AsJson, print_json, settings_for
from core.cli.trash import RunIds
from core.runs import Run, RunStore
from core.runs.pack import SUMS, pack_runs
from core.settings import Settings


def pack(
    run_ids: RunIds,
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="A new folder for the pack.")],
    artifacts: Artifacts = None,
    as_json: AsJson = False,
) -> None:
    """Pack ended runs for a host, which takes them in as LINEAMENT_HOSTED_RUNS: no images, log or paths."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    settings = settings_for(artifacts)
    store = RunStore(settings.runs)
    runs = [store.get(run_id) for run_id in dict.fromkeys(run_ids)]
    packed = pack_runs([(run, _base_weights(run, settings)) for run in runs], to.expanduser())
    size = sum(path.stat().st_size for path in to.expanduser().rglob("*") if path.is_file())
    if as_json:
        print_json({"folder": str(to), "run_ids": packed, "bytes": size})
        return
    print(f"{len(packed)} packed in {to}, {size / 1e6:,.1f} MB. `sha256sum -c {SUMS}` in it checks the copy.")


def _base_weights(run: Run, settings: Settings) -> Path | None:
    """The file that a run needs to predict, None for one that needs none; makes sure that it does predict."""
    from core.model.rebuild import base_weights, rebuild

    network = rebuild(run, settings)
    return base_weights(run, settings).path if network.prefix is not None else None
