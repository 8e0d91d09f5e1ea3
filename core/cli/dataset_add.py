"""`python -m core dataset add FILE.zip|DIR`: faces of one's own onto the list of data sets.

A zip is unpacked and kept under `artifacts/`; a folder stays where it is, and only a mapping of its columns
may be written into it.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from core.cli.dataset_list import size_words, source_object
from core.cli.options import Artifacts, AsJson, print_json, settings_for
from core.data import FaceDataset, open_dataset
from core.data.readers.any_table import Survey, survey
from core.data.readers.files_below import FilesBelow, images_below, tables_below
from core.data.readers.mapped import read_mapped
from core.data.readers.mapping import (
    Mapping,
    binary_labels,
    image_column,
    label_of,
    made_mapping,
    values_words,
    write_mapping,
)
from core.data.sources import Source, forget, list_sources, register_folder
from core.data.upload import discard, keep, stage, try_mapping
from core.errors import DataError, InputError
from core.settings import Settings

Targets = Annotated[
    list[str] | None,
    typer.Option("--target", metavar="COLUMN", help="A column to predict; may be repeated."),
]
Positives = Annotated[
    list[str] | None,
    typer.Option("--positive", metavar="VALUE", help="Its value that means yes; one for each --target."),
]
Columns = Annotated[str, typer.Option(metavar="COLUMN", help="That column, where it is not found by itself.")]


def add(
    path: Annotated[Path, typer.Argument(metavar="FILE.zip|DIR", help="A zip, or a folder of this machine.")],
    name: Annotated[str, typer.Option(help="What to call it [the zip's name].")] = "",
    target: Targets = None,
    positive: Positives = None,
    table: Annotated[str, typer.Option(metavar="CSV", help="Which table, where there are several.")] = "",
    image: Columns = "",
    person: Columns = "",
    split: Columns = "",
    artifacts: Artifacts = None,
    as_json: AsJson = False,
) -> None:
    """Add faces of your own: a zip is unpacked and kept, a folder stays where it is."""
    settings = settings_for(artifacts)
    asked = {"image": image, "person": person, "split": split}
    wanted = (table, target or [], positive or [], asked)
    if any((table, target, positive, *asked.values())) and not target:
        raise InputError("Columns were named, but no label (--target is missing). Add --target COLUMN.")
    if path.is_dir():
        source, dataset = _add_folder(path, name, wanted, settings)
    else:
        source, dataset = _add_zip(path, name, wanted, settings)
    if as_json:
        print_json(
            source_object(source, settings) | {"images": len(dataset), "attributes": list(dataset.attributes)}
        )
        return
    print(f"{source.id}  {source.name}  {len(dataset):,} images  {', '.join(dataset.attributes)}")
    print(f"Kept in {source.path}, {size_words(source)}" if source.own else f"Read from {source.path}")
    for problem in dataset.problems:
        print(f"! {problem.message}")


_Wanted = tuple[str, list[str], list[str], dict[str, str]]


def _add_zip(path: Path, name: str, wanted: _Wanted, settings: Settings) -> tuple[Source, FaceDataset]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise InputError(
            f"Cannot read {path} ({error.strerror or error}). Give a zip or a folder."
        ) from error
    with file:
        own_id, found = stage(file, path.name, settings, on_progress=_tell if sys.stderr.isatty() else None)
    try:
        if wanted[1]:
            found = try_mapping(own_id, _mapping(found.root, wanted), settings)
        elif found.dataset is None:
            raise DataError(f"{found.trouble} {_columns_words(found.root)}".strip())
        source = keep(own_id, name or path.stem, settings)
    except BaseException:
        discard(own_id, settings)
        raise
    for problem in found.left_out:
        typer.echo(f"! {problem.message}", err=True)
    if found.refused:
        image, why = found.refused[0]
        typer.echo(
            f"! Images that do not decode: {len(found.refused):,}. The first, {image}: {why}", err=True
        )
    return source, found.dataset


def _add_folder(path: Path, name: str, wanted: _Wanted, settings: Settings) -> tuple[Source, FaceDataset]:
    if name:
        raise InputError(f"A folder keeps its own name ({path.name}). Leave out --name.")
    known = {source.id for source in list_sources(settings)}
    source = register_folder(path, settings)
    try:
        if wanted[1]:
            mapping = _mapping(source.path, wanted)
            read_mapped(source.path, mapping)
            write_mapping(source.path, mapping)
        return source, open_dataset(source.path, settings=settings)
    except BaseException as error:
        if source.id not in known:
            forget(source.id, settings)
        if isinstance(error, DataError) and not wanted[1]:
            raise DataError(f"{error} {_columns_words(source.path)}".strip()) from error
        raise


def _mapping(root: Path, wanted: _Wanted) -> Mapping:
    table, targets, positives, asked = wanted
    if positives and len(positives) != len(targets):
        raise InputError(
            f"There are {len(targets)} --target and {len(positives)} --positive. Give one for each, or none "
            "where the columns say yes and no by themselves."
        )
    table = table or _only_table(root)
    seen = survey(_path_of(root, table))
    values = [[value] for value in positives] or [[] for _ in targets]
    labels = [
        label_of(seen.column(target, table), table, value)
        for target, value in zip(targets, values, strict=True)
    ]
    image = asked["image"] or image_column(seen, FilesBelow(images_below(root)))
    return made_mapping(table, seen, image=image, labels=labels, person=asked["person"], split=asked["split"])


def _path_of(root: Path, table: str) -> Path:
    if table not in tables_below(root):
        raise DataError(f"There is no table {table!r} in {root}. Give one as --table that is there.")
    return root / table


def _only_table(root: Path) -> str:
    tables = tables_below(root, (".csv", ".tsv"))
    if len(tables) != 1:
        listed = ", ".join(tables[:5]) or "none"
        raise DataError(f"There are {len(tables)} tables in {root} ({listed}). Say which with --table.")
    return tables[0]


def _columns_words(root: Path) -> str:
    """What the one table could be mapped by; "" where there is none, or it cannot be read."""
    try:
        table = _only_table(root)
        seen = survey(root / table)
    except DataError:
        return ""
    return f"{table} has {_listed(seen)}. Say what to predict with --target COLUMN --positive VALUE."


def _listed(seen: Survey) -> str:
    plain = {label.column for label in binary_labels(seen, "")}
    words = [
        f"{column.name} ({'yes or no by itself' if column.name in plain else values_words(column)})"
        for column in seen.columns[:12]
    ]
    return "; ".join(words)


def _tell(words: str, done: int, total: int) -> None:
    typer.echo(f"\r{words}: {done:,} of {total:,}  ", nl=done >= total, err=True)
