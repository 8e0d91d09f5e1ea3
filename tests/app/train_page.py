"""The Train page as the tests open and read it."""

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from tests.app.pages import page


def opened(**query: str) -> AppTest:
    """The page at an address with that query, run once without an exception."""
    app = page("train")
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def button(app: AppTest, label: str) -> Button:
    """The first button of that label."""
    return next(found for found in app.button if found.label == label)


def labels(app: AppTest) -> list[str]:
    """What the buttons say."""
    return [found.label for found in app.button]


def texts(app: AppTest) -> str:
    """All that is written on the page, without Markdown's escapes."""
    elements = (*app.markdown, *app.caption, *app.subheader, *app.warning, *app.error, *app.info)
    return "\n".join(element.value for element in elements).replace("\\", "")


def addresses(app: AppTest) -> str:
    """Where the page's links lead; a page that runs by itself writes most of them as Markdown."""
    linked = [found.proto for found in app.get("page_link")]
    return "\n".join([*(f"/{link.page}?{link.query_string}" for link in linked), texts(app)])
