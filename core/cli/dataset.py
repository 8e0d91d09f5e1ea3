"""`python -m core dataset …`: what a folder of faces holds."""

from dataclasses import asdict
from typing import Annotated

import typer

from core.cli.dataset_add import add
from core.cli.dataset_download import download
from core.cli.dataset_labels import labels
from core.cli.dataset_list import forget_, list_
from core.cli.options import Artifacts, AsJson, data_at, print_json, settings_for
from core.data import FaceDataset, check_images, open_dataset
from core.data.index import known_facts
from core.data.problems import COUNTED, Tally, tally, tally_words
from core.data.summary import describe

datasets = typer.Typer(help="Data sets.", no_args_is_help=True)
datasets.command()(download)
datasets.command()(add)
datasets.command()(labels)
datasets.command("list")(list_)
datasets.command("forget")(forget_)


@datasets.callback()
def _group() -> None:
    """Data sets."""


@datasets.command()
def show(
    source: Annotated[
        str, typer.Argument(metavar="DIR|ID", help="A folder of labelled faces, or an id of `dataset list`.")
    ],
    artifacts: Artifacts = None,
    as_json: AsJson = False,
) -> None:
    """Open a data set, decode every image once, and tell what was found."""
    settings = settings_for(artifacts)
    dataset = check_images(open_dataset(data_at(source, settings), settings=settings))
    counted = _counted(dataset)
    found = describe(dataset) | {"found": asdict(counted)}
    if as_json:
        print_json(found)
        return
    print(f"{found['name']}: {found['images']:,} images, {found['readable']:,} readable")
    print("  ".join(f"{split} {n:,}" for split, n in found["splits"].items()))
    for name, rate in found["rates"].items():
        print(f"{name:<20} {rate:.4f}")
    if words := tally_words(counted):
        print(f"! {words}")
    for problem in found["problems"]:
        print(f"! {problem['message']}")


def _counted(dataset: FaceDataset) -> Tally:
    """What is found among images that were all looked at; equal ones may disagree on Male, if it is there."""
    facts = known_facts(dataset)
    target = "Male" if "Male" in dataset.attributes else dataset.attributes[0]
    return tally(dataset, None if facts is None else {kind.__name__: kind(facts) for kind in COUNTED}, target)
