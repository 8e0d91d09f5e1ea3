"""Which runs fit a view's search and filters, and what can be filtered on. Pure."""

from collections.abc import Mapping, Sequence

from core.runs import RunSummary, State
from core.runs.studies import Study
from core.ui.compare_address import Choices, View
from core.ui.compare_columns import FINE_TUNING, LEARNING_RATE, MARKS, NAME, SETTINGS, STATE
from core.ui.formatting import attribute_words
from core.ui.vocabulary import state_words

TARGET, DATA = SETTINGS[:2]
_SEARCHED = (NAME, STATE, FINE_TUNING, LEARNING_RATE, MARKS, TARGET, DATA)


def choices_among(summaries: Sequence[RunSummary], studies: Mapping[str, Study]) -> Choices:
    """What the runs can be filtered on: only what some run has.

    Args:
        studies: the study of each run id that belongs to one.
    """
    states = {summary.state.state for summary in summaries}
    targets = {summary.config.target for summary in summaries if summary.config}
    data = {DATA.text(summary) for summary in summaries if summary.config}
    tags = {tag for summary in summaries for tag in summary.notes.tags}
    found = {studies[summary.id].id: studies[summary.id] for summary in summaries if summary.id in studies}
    return Choices(
        states={state.value: state_words(state).label for state in State if state in states},
        targets={target: attribute_words(target) for target in sorted(targets)},
        data={name: name for name in sorted(data)},
        studies={key: found[key].name or key for key in sorted(found, reverse=True)},
        tags={tag: tag for tag in sorted(tags, key=str.casefold)},
    )


def matching(summaries: Sequence[RunSummary], view: View, studies: Mapping[str, Study]) -> list[RunSummary]:
    """The runs that hold every word of the search and pass every filter that is set.

    Words are looked for in name, id, tags, note, study, state, fine-tuning, learning rate, data, target
    and marks.
    """
    wanted = view.words.casefold().split()
    return [
        summary
        for summary in summaries
        if _passes(summary, view, studies) and (not wanted or _holds(_text(summary, studies), wanted))
    ]


def _passes(summary: RunSummary, view: View, studies: Mapping[str, Study]) -> bool:
    config, study = summary.config, studies.get(summary.id)
    return (
        (not view.starred or summary.notes.star)
        and (not view.states or summary.state.state.value in view.states)
        and (not view.targets or (config is not None and config.target in view.targets))
        and (not view.data or (config is not None and DATA.text(summary) in view.data))
        and (not view.studies or (study is not None and study.id in view.studies))
        and (not view.tags or not set(view.tags).isdisjoint(summary.notes.tags))
    )


def _holds(text: str, words: Sequence[str]) -> bool:
    return all(word in text for word in words)


def _text(summary: RunSummary, studies: Mapping[str, Study]) -> str:
    study = studies.get(summary.id)
    texts = [column.text(summary) for column in _SEARCHED]
    said = (summary.id, summary.notes.note, *summary.notes.tags, study.name if study else "")
    return " ".join([*texts, *said]).casefold()
