"""Visitors of a demo are told apart by a cookie that says nothing and that nobody can read."""

from core.access import VISITOR_COOKIE
from core.web.visitor_cookie import FORM, VisitorCookie
from tests.unit.web.asgi import PAGES, answered, cookies


def test_a_page_gives_a_random_cookie_that_no_script_reads(demo):
    app = VisitorCookie(PAGES, demo)
    values = set()
    for _ in range(3):
        cookie = cookies(answered(app)[1])[VISITOR_COOKIE]
        values.add(cookie.value)
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert cookie["path"] == "/"
        assert not cookie["secure"]
        assert FORM.fullmatch(cookie.value)
    assert len(values) == 3


def test_a_sound_cookie_stays_and_another_is_replaced(demo):
    app = VisitorCookie(PAGES, demo)
    given = cookies(answered(app)[1])[VISITOR_COOKIE].value
    assert not cookies(answered(app, headers={"cookie": f"{VISITOR_COOKIE}={given}"})[1])
    for bad in ("", "short", "a" * 42, "a" * 44, "../" + "a" * 40, "é" * 43):
        again = answered(app, headers={"cookie": f"{VISITOR_COOKIE}={bad}"})
        assert VISITOR_COOKIE in cookies(again[1]), bad


def test_only_pages_give_a_cookie_and_none_of_them_is_kept_for_others(demo):
    app = VisitorCookie(PAGES, demo)
    assert not cookies(answered(app, "/static/x.js")[1])
    assert not cookies(answered(app, method="PUT")[1])
    assert dict(answered(app)[1])["cache-control"] == "no-store"


def test_a_page_that_the_browser_has_already_comes_again_with_the_cookie(demo):
    status, headers, body = answered(VisitorCookie(PAGES, demo), headers={"if-none-match": "x"})
    assert (status, body) == (200, b"<h1>faces</h1>")
    assert VISITOR_COOKIE in cookies(headers)


def test_over_https_and_in_frames_the_cookie_travels_safely(demo):
    assert cookies(answered(VisitorCookie(PAGES, demo), scheme="https")[1])[VISITOR_COOKIE]["secure"]
    framed = demo.model_copy(update={"frame_ancestors": "https://huggingface.co"})
    app = VisitorCookie(PAGES, framed, base="/faces/")
    [line] = [value for name, value in answered(app)[1] if name == "set-cookie"]
    assert all(word in line for word in ("SameSite=None", "Secure", "Partitioned", "Path=/faces", "HttpOnly"))
