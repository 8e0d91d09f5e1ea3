"""What must be so before a demo is started: the server's own options that keep strangers out of the rest.

The options are Streamlit's, looked up through a function that is handed in.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from core.errors import ConfigError
from core.settings import Settings
from core.web.visitor_cookie import HERE

MAX_UPLOAD_MIB = 25
MAX_MESSAGE_MB = 10
"""What a page here sends is far smaller. A visitor may send as much, and it is held while it comes in."""
MAX_TTL_S = 60

Option = Callable[[str], Any]


class Rule(NamedTuple):
    """One option: what holds of a good value, the value to set, and why."""

    name: str
    holds: Callable[[Any], bool]
    value: str
    why: str


RULES = (
    Rule("server.enableXsrfProtection", bool, "true", "other sites could upload in a visitor's name"),
    Rule("server.enableCORS", bool, "true", "other sites could open a connection in a visitor's name"),
    Rule(
        "server.allowedHosts",
        lambda hosts: bool(hosts) and "*" not in hosts,
        "your.host.name",
        "another name could be bound to this address",
    ),
    Rule(
        "server.maxUploadSize",
        lambda size: size <= MAX_UPLOAD_MIB,
        "10",
        f"an upload is held in memory, {MAX_UPLOAD_MIB} MiB at most",
    ),
    Rule(
        "server.maxMessageSize",
        lambda size: size <= MAX_MESSAGE_MB,
        str(MAX_MESSAGE_MB),
        f"each tab can have a message held in memory, {MAX_MESSAGE_MB} MB at most",
    ),
    Rule(
        "server.disconnectedSessionTTL",
        lambda seconds: seconds <= MAX_TTL_S,
        "30",
        "photos of a closed tab stay in memory for so long",
    ),
    Rule("client.showErrorDetails", lambda shown: shown == "none", "none", "errors tell of the machine"),
    Rule("server.fileWatcherType", lambda kind: kind == "none", "none", "nobody edits code on a host"),
    Rule("server.runOnSave", lambda on: not on, "false", "nobody edits code on a host"),
    Rule("server.enableStaticServing", lambda on: not on, "false", "a folder of the machine would be served"),
    Rule("server.enableAgentApi", lambda on: not on, "false", "programs could drive the app past the pages"),
    Rule("server.scriptHealthCheckEnabled", lambda on: not on, "false", "anybody could run the pages by it"),
    Rule(
        "server.trustedUserHeaders", lambda headers: not headers, "{}", "visitors could write them themselves"
    ),
    Rule(
        "logger.level", lambda level: str(level).lower() != "debug", "info", "it would log what visitors type"
    ),
    Rule("global.developmentMode", lambda on: not on, "false", "a message could shut the server down"),
    Rule("global.e2eTest", lambda on: not on, "false", "a message could shut the server down"),
)


def refuse_unsafe(settings: Settings, option: Option) -> None:
    """Refuse to start a demo with options that a public host must not have; nothing on one's own machine.

    Args:
        option: the server's option of a name such as "server.enableCORS".

    Raises:
        ConfigError: one line for each, with the variable to set.
    """
    if settings.mode != "demo":
        return
    found = [
        f"{rule.name} is {option(rule.name)!r}: {rule.why}. Set {variable_of(rule.name)}={rule.value}."
        for rule in (*RULES, *_rules_of_frames(settings))
        if not rule.holds(option(rule.name))
    ]
    if found:
        lines = "\n".join(f"  {line}" for line in found)
        raise ConfigError(f"A demo is not started with these options ({len(found)}):\n{lines}")


def _rules_of_frames(settings: Settings) -> list[Rule]:
    """Where other sites show the app in a frame, its cookies have to travel."""
    if settings.frame_ancestors.strip() in HERE:
        return []
    why = "in another site's frame an upload fails without its cookie"
    return [Rule("server.xsrfCookieSameSite", lambda value: value == "none", "none", why)]


def variable_of(name: str) -> str:
    """`server.maxUploadSize` as an environment variable: STREAMLIT_SERVER_MAX_UPLOAD_SIZE."""
    words = "".join(
        f"_{letter}" if letter.isupper() and not before.isupper() else letter
        for before, letter in zip(f" {name}", name, strict=False)
    )
    return f"STREAMLIT_{words.replace('.', '_').upper()}"
