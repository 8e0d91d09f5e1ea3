"""A page by itself, as Streamlit runs it when somebody starts the page's file."""

from streamlit.testing.v1 import AppTest

from core.ui.links import PAGES


def page(name: str) -> AppTest:
    """The page of that name, not yet run."""
    return AppTest.from_file(str(PAGES / f"{name}.py"), default_timeout=30)
