"""`app.py` run as a page's script, as hosts do that know nothing of `st.App`."""

import pytest
from streamlit.testing.v1 import AppTest

from core.jobs import Scheduler
from core.settings import PROJECT, Settings
from core.ui import server


def test_the_pages_are_drawn_and_the_queue_is_served_once(host: Settings, monkeypatch: pytest.MonkeyPatch):
    served = []

    class Watched(Scheduler):
        """Tells that it serves, and does not."""

        def serve(self, stop, *, until_empty=False):
            served.append(self.settings.artifacts)

    monkeypatch.setattr(server, "Scheduler", Watched)
    app = AppTest.from_file(str(PROJECT / "app.py"), default_timeout=60)
    for _ in range(2):
        app.run()
        assert not app.exception
        assert [title.value for title in app.title] == ["Dataset"]
    assert served == [host.artifacts]


def test_a_demo_with_unsafe_options_is_refused_on_the_page(host: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LINEAMENT_MODE", "demo")
    app = AppTest.from_file(str(PROJECT / "app.py"), default_timeout=60).run()
    assert not app.exception
    assert "server.allowedHosts" in app.error[0].value.replace("\\", "").replace("\u2060", "")
    assert not app.title
