"""How far a download is, in words for the page and the command line."""

from core.data.download.progress import DownloadState


def progress_words(state: DownloadState) -> str:
    """ "0.74 of 1.71 GB · 12,900 of 30,000 images · 8.1 MB/s · 2 min left", as far as it is known."""
    if not state.bytes_total:
        return state.words or "Starting."
    parts = [amount_words(state)]
    # While it waits for the hub, or writes the tables, its speed of a moment ago says nothing.
    if state.words:
        return " · ".join([*parts, state.words])
    if state.phase == "fetching" and state.bytes_per_second:
        parts.append(f"{_amount(round(state.bytes_per_second))}/s")
    if state.phase == "fetching" and state.seconds_left:
        parts.append(f"{_duration(state.seconds_left)} left")
    return " · ".join(parts)


def amount_words(state: DownloadState) -> str:
    """ "0.74 of 1.71 GB · 12,900 of 30,000 images"; "" before it is known how much there is."""
    if not state.bytes_total:
        return ""
    return (
        f"{_amount(state.bytes_done, state.bytes_total)} of {_amount(state.bytes_total)} · "
        f"{state.images_done:,} of {state.images_total:,} images"
    )


def _amount(count: int, of: int | None = None) -> str:
    """Bytes in the unit that fits `of` or themselves; without the unit where `of` is told beside it."""
    unit, name, digits = next(
        (unit, name, digits)
        for unit, name, digits in ((1e9, "GB", 2), (1e6, "MB", 1), (1e3, "kB", 0), (1, "bytes", 0))
        if (of or count) >= unit or unit == 1
    )
    return f"{count / unit:.{digits}f}" + ("" if of else f" {name}")


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    if seconds < 3600:
        return f"{seconds / 60:.0f} min"
    return f"{seconds // 3600:.0f} h {seconds % 3600 / 60:.0f} min"
