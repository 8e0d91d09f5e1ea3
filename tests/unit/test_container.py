"""The container's file names what is there, and brings all that a demo insists on but for the host's name."""

import re

from core.settings import PROJECT, Settings
from core.web.start_checks import RULES, variable_of

LINES = (PROJECT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
ENVIRONMENT = dict(re.findall(r"\b([A-Z_]+)=(\S+)", re.search(r"^ENV (.+)$", LINES, re.MULTILINE)[1]))
SET_BY_DEFAULT = {
    "server.enableXsrfProtection",
    "server.enableCORS",
    "server.runOnSave",
    "server.enableStaticServing",
    "server.enableAgentApi",
    "server.scriptHealthCheckEnabled",
    "server.trustedUserHeaders",
    "logger.level",
    "global.developmentMode",
    "global.e2eTest",
}
"""Options whose own default is safe."""


def test_what_is_copied_is_there():
    copied = [name for line in re.findall(r"^COPY (.+)$", LINES, re.MULTILINE) for name in line.split()[:-1]]
    assert len(copied) > 5
    assert not [name for name in copied if not (PROJECT / name).exists()]


def test_every_option_that_a_demo_insists_on_is_set_or_safe_by_default():
    missing = {rule.name for rule in RULES if variable_of(rule.name) not in ENVIRONMENT} - SET_BY_DEFAULT
    # Only whoever runs it knows that.
    assert missing == {"server.allowedHosts"}


def test_its_settings_are_settings():
    ours = [name for name in ENVIRONMENT if name.startswith("LINEAMENT_")]
    assert ours
    known = {f"LINEAMENT_{name.upper()}" for name in Settings.model_fields}
    assert set(ours) <= known


def test_it_runs_without_rights_and_is_looked_after():
    assert "USER lineament" in LINES
    assert "HEALTHCHECK" in LINES and "/healthz" in LINES
    assert LINES.index("USER lineament") < LINES.index("\nCMD ")
