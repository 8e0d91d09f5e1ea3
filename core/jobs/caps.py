"""What one run may ask for on this host, and how many ended runs the visitors of a demo may keep.

The numbers are `core.settings`', what a visitor may do at all `core.access`'.
"""

from core.access import Access, Act
from core.data.sources import BUILT_IN
from core.errors import ConfigError, LineamentError
from core.runs import RunStore, RunSummary, TrainConfig
from core.runs.marks import weights_kind
from core.runs.state import OPEN
from core.runs.trash import Trash
from core.settings import Settings


def refuse_over_caps(config: TrainConfig, settings: Settings, access: Access) -> None:
    """Refuse a run that asks for more than this host allows whoever asks.

    Raises:
        ConfigError: one sentence for each number that is too large.
        NotAllowedError: its faces or its weights are not for visitors.
    """
    if config.data not in BUILT_IN:
        access.check(Act.OPEN_FOLDER)
    if weights_kind(config.weights) == "file":
        access.check(Act.USE_WEIGHTS_FILE)
    asked = {
        "epochs": (config.epochs, settings.max_epochs),
        "pixels a side": (config.image_size, settings.max_image_size),
        "units in the dense layers": (sum(config.dense_units), settings.max_dense_units),
        "images a step": (config.batch_size, settings.max_batch_size),
    }
    found = [
        f"{number:,} {what} are more than this host allows ({most:,}). Ask for fewer."
        for what, (number, most) in asked.items()
        if number > most
    ]
    if settings.max_images is not None and (config.limit is None or config.limit > settings.max_images):
        words = "All images" if config.limit is None else f"{config.limit:,} images"
        found.append(
            f"{words} are more than this host allows ({settings.max_images:,}). Set a limit of images."
        )
    if found:
        raise ConfigError("\n".join(found))


def remove_surplus(store: RunStore, settings: Settings) -> None:
    """Remove for good the oldest ended runs of visitors, where one of them or all together have too many.

    Runs of the host stay, and so does what waits or trains.

    Args:
        store: all runs, as the host sees them.
    """
    if settings.max_runs is None and settings.max_runs_per_visitor is None:
        return
    trash = Trash(store, settings.trash)
    # Ids of one second are in no order; when a run was queued is known to the millisecond.
    newest_first = sorted(store.list_runs(), key=lambda run: run.state.queued_at or run.id, reverse=True)
    for run in _surplus(newest_first, settings):
        try:
            trash.delete(run.id)
            trash.delete_for_good(run.id)
        except LineamentError:
            # Somebody is reading or removing it just now; the next submission looks again.
            continue


def _surplus(newest_first: list[RunSummary], settings: Settings) -> list[RunSummary]:
    kept: dict[str, int] = {}
    surplus = []
    for run in newest_first:
        if not run.visitor:
            continue
        kept[run.visitor] = kept.get(run.visitor, 0) + 1
        over = _over(kept[run.visitor], settings.max_runs_per_visitor) or _over(
            sum(kept.values()), settings.max_runs
        )
        if over and run.state.state not in OPEN:
            kept[run.visitor] -= 1
            surplus.append(run)
    return surplus


def _over(number: int, most: int | None) -> bool:
    return most is not None and number > most
