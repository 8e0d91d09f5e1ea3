"""What browsers are told to allow, with every answer."""

from starlette.applications import Starlette

from core.settings import Settings
from core.ui.server import INDEX
from core.web import middleware
from core.web.headers import content_policy, inline_scripts
from tests.unit.web.asgi import PAGES, answered


def test_every_answer_carries_the_headers(tmp_path):
    local = Settings(artifacts=tmp_path)
    layers = middleware(local, INDEX, "", lambda _: (0, 0))
    app = Starlette(routes=PAGES.routes, middleware=layers)
    for path in ("/", "/x.js"):
        headers = dict(answered(app, path)[1])
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert "frame-ancestors 'self'" in headers["content-security-policy"]


def test_on_ones_own_machine_there_is_no_ceremony(tmp_path):
    assert len(middleware(Settings(artifacts=tmp_path), INDEX, "", lambda _: (0, 0))) == 1


def test_the_policy_runs_the_front_ends_own_scripts_and_no_others():
    policy = content_policy(INDEX, "'none'")
    assert inline_scripts(INDEX.read_text("utf-8"))
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert scripts.count("'sha256-") == len(inline_scripts(INDEX.read_text("utf-8")))
    assert "unsafe" not in scripts
    assert "*" not in policy and "http" not in policy
    assert policy.endswith("frame-ancestors 'none'")


def test_only_scripts_that_stand_in_the_page_count(tmp_path):
    index = tmp_path / "index.html"
    index.write_text('<script src="a.js">x</script><script>one()</script><p>two()</p>')
    assert inline_scripts(index.read_text()) == ["one()"]
    # The hash of "one()", computed with openssl.
    assert "'sha256-HR7iaask9daLMRRskMI++QeJtjWDOjyPA6lGzYGzKW4='" in content_policy(index, "'self'")


def test_a_photo_of_the_camera_may_be_fetched_and_no_other_place_reached():
    """The front end fetches the photo from its own data address; tests/browser has a camera."""
    parts = dict(part.split(" ", 1) for part in content_policy(INDEX, "'self'").split("; "))
    assert parts["connect-src"] == "'self' data:"
    assert parts["default-src"] == parts["base-uri"] == parts["form-action"] == "'self'"
