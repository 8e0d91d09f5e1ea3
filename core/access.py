"""Who may do what: on one's own machine everything, as a visitor of a demo what `DEMO` below says.

This is the one list. It is enforced where a thing is done, in `core.data`, `core.runs` and `core.jobs`; pages
ask `allows` only to leave out what would be refused. The command line is its host's own.
"""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from core.errors import NotAllowedError
from core.settings import Settings

VISITOR_COOKIE = "lineament_visitor"
"""Name of the cookie that visitors of a demo are told apart by; `core.web` sets it."""

KEY_LENGTH = 32
"""Hexadecimal digits of a visitor's key."""

OWN_MACHINE = "Run Lineament on your own machine to do that: it is free, and nothing is held back there."


class Act(StrEnum):
    """What can be asked for, in the words of a refusal: "A visitor of this demo cannot …"."""

    OPEN_FOLDER = "open a data set other than the drawn faces"
    ADD_DATA = "add a data set"
    DOWNLOAD_DATA = "download a data set"
    DELETE_DATA = "delete a data set"
    MARK_LABELS = "mark labels"
    SEARCH_LABELS = "start a search for wrong labels"
    USE_WEIGHTS_FILE = "train on a weights file of the machine"
    TRAIN = "train a run"
    REORDER = "move runs in the queue"
    SEE_RUN = "see a run of somebody else"
    CHANGE_RUN = "change a run of the host or of somebody else"
    EXPORT = "export a model"


@dataclass(frozen=True)
class Rule:
    """Whose things an act may touch, and why no more.

    Attributes:
        whose: "none"; "own", the visitor's; "shown", the visitor's and the host's.
        why: a sentence that follows the refusal.
    """

    whose: Literal["none", "own", "shown"]
    why: str = OWN_MACHINE


DEMO: dict[Act, Rule] = {
    Act.OPEN_FOLDER: Rule("none"),
    Act.ADD_DATA: Rule("none"),
    Act.DOWNLOAD_DATA: Rule("none"),
    Act.DELETE_DATA: Rule("none"),
    Act.MARK_LABELS: Rule("none", f"Marks would be everybody's. {OWN_MACHINE}"),
    Act.SEARCH_LABELS: Rule("none", f"It takes minutes of a processor that all share. {OWN_MACHINE}"),
    Act.USE_WEIGHTS_FILE: Rule("none"),
    Act.TRAIN: Rule("own", "It knows you by a cookie, and your browser sent none. Allow cookies and reload."),
    Act.REORDER: Rule("none", "Who came first is served first."),
    Act.SEE_RUN: Rule("shown"),
    Act.CHANGE_RUN: Rule("own", "Start one of your own: Train is open."),
    Act.EXPORT: Rule("none", f"It needs more memory than a demo can spare. {OWN_MACHINE}"),
}
"""What a visitor may do; an act that is not here, no visitor may."""


@dataclass(frozen=True)
class Access:
    """One who asks: the host, or a visitor of a demo.

    Attributes:
        visitor: the visitor's key, as runs name their owner; "" for the host, and without a cookie.
        host: whether it is the host, who may do everything.
    """

    visitor: str = ""
    host: bool = False

    @classmethod
    def of(cls, settings: Settings, cookie: str | None = None) -> "Access":
        """Who asks: on a machine of one's own the host, in a demo the visitor with this cookie."""
        return HOST if settings.mode == "local" else cls(visitor_key(cookie))

    def allows(self, act: Act, owner: str | None = None) -> bool:
        """Whether `act` may be done, to what belongs to `owner`: a visitor's key, or "" for the host.

        Args:
            owner: left out for what is yet to be made.
        """
        whose = DEMO[act].whose if act in DEMO else "none"
        owner = self.visitor if owner is None else owner
        own = self.visitor != "" and owner == self.visitor
        return self.host or (own and whose != "none") or (whose == "shown" and owner == "")

    def check(self, act: Act, owner: str | None = None) -> None:
        """Raise NotAllowedError when `allows` says no."""
        if not self.allows(act, owner):
            raise NotAllowedError(f"A visitor of this demo cannot {act}. {DEMO[act].why}")


HOST = Access(host=True)
"""The owner of the machine: its command line, its queue, its trainers."""


def visitor_key(cookie: str | None) -> str:
    """What a visitor's runs name their owner by: of a cookie its hash, lest a run's folder give it away."""
    return hashlib.sha256(cookie.encode("utf-8", "surrogatepass")).hexdigest()[:KEY_LENGTH] if cookie else ""
