"""Which runs cannot be set beside each other, and why, by what they recorded. Reads no predictions.

Two runs are compared by the images they were scored on: the same target, data and split. What is not known
yet, because a run has not read its data or cannot be read itself, is no reason.
"""

from collections.abc import Iterable

from core.runs.summary import RunSummary


def comparability(summaries: Iterable[RunSummary], reference: RunSummary | None) -> dict[str, str]:
    """Why each run that cannot be compared with `reference` cannot, by its id; the others are left out."""
    reasons = {summary.id: why_not_comparable(summary, reference) for summary in summaries}
    return {run_id: reason for run_id, reason in reasons.items() if reason}


def why_not_comparable(summary: RunSummary, reference: RunSummary | None) -> str:
    """Why the accuracies of two runs cannot be set side by side; "" when they can, or it is not known yet."""
    if reference is None or summary.id == reference.id or summary.config is None or reference.config is None:
        return ""
    if summary.config.target != reference.config.target:
        return f"they learned another target ({summary.config.target.replace('_', ' ').lower()})"
    if summary.environment is None or reference.environment is None:
        return ""
    mine, other = summary.environment.data, reference.environment.data
    if mine.fingerprint != other.fingerprint:
        return f"they were scored on another data set or limit ({mine.name})"
    if mine.split_fingerprint != other.split_fingerprint:
        return "their images were split otherwise (another seed or limit), so their test images differ"
    return ""
