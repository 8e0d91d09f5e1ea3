"""Compare's view and its address: what is written is read again, what cannot be is left out and named."""

import pytest

from core.ui.compare_address import MAX_SHOWN, MAX_WORDS, Choices, View, read, written

CHOICES = Choices(
    states={"failed": "Failed", "finished": "Finished"},
    targets={"Male": "male"},
    data={"celeba": "celeba"},
    studies={"20260131-142501-aaaaaa": "a study"},
    tags={"a, b": "a, b", "ü": "ü"},
)
FULL = View(
    words="night 0.001",
    states=("failed", "finished"),
    targets=("Male",),
    data=("celeba",),
    studies=("20260131-142501-aaaaaa",),
    tags=("a, b", "ü"),
    starred=True,
    sort="lr",
    descending=False,
    columns=("seed", "dropout"),
    group="settings",
    layout="epochs",
    page=3,
)


def reread(view: View) -> tuple[View, list[str]]:
    asked = {name: [value] if isinstance(value, str) else value for name, value in written(view).items()}
    return read(asked, CHOICES)


@pytest.mark.parametrize(
    "view", [View(), FULL, View(sort="created", descending=False), View(sort="test"), View(page=2)]
)
def test_a_view_that_is_written_is_read_again(view: View) -> None:
    assert reread(view) == (view, [])


def test_the_usual_view_leaves_the_address_empty() -> None:
    assert written(View()) == {}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("state", "sleeping"),
        ("target", "Young"),
        ("data", "../../etc"),
        ("study", "20260131-142501-zzzzzz"),
        ("tag", "<script>"),
        ("star", "yes"),
        ("sort", "--test"),
        ("sort", ""),
        ("columns", "password"),
        ("group", "all"),
        ("view", "x"),
        ("page", "0"),
        ("page", "-1"),
        ("page", "²"),
        ("page", "9" * 5000),
    ],
)
def test_what_cannot_be_is_left_out_and_named(name: str, value: str) -> None:
    view, refused = read({name: [value]}, CHOICES)
    assert view == View()
    assert refused == [f"{name}={value}"[:MAX_SHOWN]]


def test_of_a_list_what_can_be_stays() -> None:
    view, refused = read({"state": ["failed", "sleeping", "failed"]}, CHOICES)
    assert (view.states, refused) == (("failed",), ["state=sleeping"])


def test_a_search_of_a_million_letters_is_cut() -> None:
    assert len(read({"q": ["x" * 1_000_000]}, CHOICES)[0].words) == MAX_WORDS
