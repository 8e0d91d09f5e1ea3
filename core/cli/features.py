"""`python -m core features …`: the frozen part's output that is kept for runs to come, and its disk."""

from datetime import UTC, datetime

import typer

from core.cli.options import Artifacts, AsJson, print_json, settings_for
from core.runs.feature_space import clear_features, feature_space
from core.runs.features import FeatureSet

features = typer.Typer(help="Kept features of the frozen part.", no_args_is_help=True)


@features.command("list")
def list_features(artifacts: Artifacts = None, as_json: AsJson = False) -> None:
    """List the kept sets, longest unused first, and the disk they take."""
    space = feature_space(settings_for(artifacts))
    if as_json:
        rows = [_row(kept) for kept in space.sets]
        print_json({"bytes": space.bytes, "max_bytes": space.max_bytes, "sets": rows})
        return
    for kept in space.sets:
        row = _row(kept)
        print(
            f"{row['id']}  {row['layer']}  {row['rows']:,} images at {row['image_size']} px  "
            f"{row['precision']}  {kept.bytes / 1e6:,.1f} MB  used {row['used'][:16]}"
        )
    print(f"{len(space.sets)} kept: {space.bytes / 1e6:,.1f} MB of {space.max_bytes / 1e6:,.0f} MB.")


@features.command()
def clear(artifacts: Artifacts = None, as_json: AsJson = False) -> None:
    """Delete them; a run that needs some computes them again. What a run computes just now stays."""
    cleared = clear_features(settings_for(artifacts))
    if as_json:
        print_json({"sets": cleared.sets, "bytes": cleared.bytes, "busy": cleared.busy})
        return
    left = f" {cleared.busy} stayed: a run is computing them." if cleared.busy else ""
    print(f"Deleted {cleared.sets}, freed {cleared.bytes / 1e6:,.1f} MB.{left}")


def _row(kept: FeatureSet) -> dict[str, object]:
    used = datetime.fromtimestamp(kept.used, UTC).isoformat(timespec="seconds")
    return {
        "id": kept.folder.name,
        "layer": kept.layer,
        "rows": kept.rows,
        "image_size": kept.image_size,
        "precision": kept.precision,
        "bytes": kept.bytes,
        "used": used,
    }
