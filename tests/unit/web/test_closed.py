"""What a demo tells nobody."""

import pytest
from starlette.applications import Starlette

from core.settings import Settings
from core.ui.server import INDEX
from core.web import middleware
from tests.unit.web.asgi import PAGES, answered


def app(settings: Settings) -> Starlette:
    """The layers around some pages."""
    return Starlette(routes=PAGES.routes, middleware=middleware(settings, INDEX, "", lambda _: (0, 0)))


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/faces/_stcore/metrics", "/_stcore/metrics\n"])
def test_the_servers_own_numbers_are_not_told_in_a_demo(demo, tmp_path, path):
    assert answered(app(demo), path)[0::2] == (404, b"Not found")
    assert answered(app(demo), "/_stcore/health")[0] == 200
    assert answered(app(Settings(artifacts=tmp_path)), path)[0] == 200
