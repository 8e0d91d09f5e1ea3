"""A demo is not started with options that a public host must not have."""

from collections.abc import Callable
from typing import Any

import pytest
from streamlit import config

from core.errors import ConfigError
from core.settings import Settings
from core.web.start_checks import RULES, refuse_unsafe

GOOD = {
    "server.enableXsrfProtection": True,
    "server.enableCORS": True,
    "server.allowedHosts": ["faces.example.org"],
    "server.maxUploadSize": 10,
    "server.maxMessageSize": 10,
    "server.disconnectedSessionTTL": 30,
    "server.xsrfCookieSameSite": "lax",
    "client.showErrorDetails": "none",
    "server.fileWatcherType": "none",
}


def options(**changes: Any) -> Callable[[str], Any]:
    """The options of a demo that is safe, but for some."""
    values = GOOD | {name.replace("__", "."): value for name, value in changes.items()}
    return lambda name: values.get(name, False)


def test_a_safe_demo_starts(demo):
    refuse_unsafe(demo, options())


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("server__enableXsrfProtection", False, "STREAMLIT_SERVER_ENABLE_XSRF_PROTECTION=true"),
        ("server__enableCORS", False, "STREAMLIT_SERVER_ENABLE_CORS=true"),
        ("server__allowedHosts", [], "STREAMLIT_SERVER_ALLOWED_HOSTS=your.host.name"),
        ("server__allowedHosts", ["*"], "allowedHosts"),
        ("server__maxUploadSize", 200, "STREAMLIT_SERVER_MAX_UPLOAD_SIZE=10"),
        ("server__maxMessageSize", 200, "maxMessageSize"),
        ("server__disconnectedSessionTTL", 120, "STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL=30"),
        ("client__showErrorDetails", "full", "showErrorDetails"),
        ("client__showErrorDetails", True, "showErrorDetails"),
        ("server__fileWatcherType", "auto", "fileWatcherType"),
        ("server__runOnSave", True, "runOnSave"),
        ("server__enableStaticServing", True, "enableStaticServing"),
        ("server__enableAgentApi", True, "enableAgentApi"),
        ("server__scriptHealthCheckEnabled", True, "scriptHealthCheckEnabled"),
        ("server__trustedUserHeaders", {"X-User": "name"}, "trustedUserHeaders"),
        ("logger__level", "DEBUG", "STREAMLIT_LOGGER_LEVEL=info"),
        ("global__developmentMode", True, "developmentMode"),
        ("global__e2eTest", True, "STREAMLIT_GLOBAL_E2E_TEST=false"),
    ],
)
def test_an_unsafe_option_is_named_with_its_remedy(demo, name, value, words):
    with pytest.raises(ConfigError, match=r"not started with these options \(1\)") as refused:
        refuse_unsafe(demo, options(**{name: value}))
    assert words in str(refused.value)


def test_all_that_is_unsafe_is_named_at_once(demo):
    with pytest.raises(ConfigError, match=r"\(2\)"):
        refuse_unsafe(demo, options(server__enableCORS=False, server__enableAgentApi=True))


def test_in_anothers_frame_the_cookies_have_to_travel(demo):
    framed = demo.model_copy(update={"frame_ancestors": "https://huggingface.co"})
    with pytest.raises(ConfigError, match="STREAMLIT_SERVER_XSRF_COOKIE_SAME_SITE=none"):
        refuse_unsafe(framed, options())
    refuse_unsafe(framed, options(server__xsrfCookieSameSite="none"))


def test_on_ones_own_machine_nothing_is_refused(tmp_path):
    refuse_unsafe(Settings(artifacts=tmp_path), lambda name: None)


def test_every_rule_is_of_an_option_that_there_is_and_names_its_variable(demo):
    known = config._config_options_template
    for rule in RULES:
        assert rule.name in known
        with pytest.raises(ConfigError) as refused:
            others = {"server.allowedHosts": [], "client.showErrorDetails": "full", "logger.level": "debug"}
            bad = others.get(rule.name, 10**6)
            bad = False if rule.name in ("server.enableXsrfProtection", "server.enableCORS") else bad
            refuse_unsafe(
                demo, lambda name, bad=bad, rule=rule: bad if name == rule.name else options()(name)
            )
        assert f"{known[rule.name].env_var}=" in str(refused.value)
