"""What whoever downloads CelebA agrees to: accepted before a byte is asked for, and kept with the data."""

from dataclasses import dataclass

from core.errors import DataError


@dataclass(frozen=True)
class Licence:
    """Terms in short, and where they stand in full.

    Attributes:
        name: what they are called.
        url: the page with the agreement itself, which is what counts.
        points: what they say, a sentence each.
    """

    name: str
    url: str
    points: tuple[str, ...]


LICENCE = Licence(
    "CelebA, for non-commercial research only",
    "https://mmlab.ie.cuhk.edu.hk/projects/CelebA.html",
    (
        "The data are for non-commercial research only.",
        "The images must not be copied, published or passed on, in whole or in part; copies for internal use "
        "at one site of one organisation are allowed.",
        "No part of the images, and nothing derived from them, may be sold or put to commercial use.",
        "The images come from the internet and are not the property of the makers of CelebA, who may end "
        "anybody's access at any time.",
    ),
)


def require_acceptance(accepted: bool) -> None:
    """Refuse to go on without the licence.

    Raises:
        DataError: it was not accepted; the message tells what it says and how to accept it.
    """
    if not accepted:
        raise DataError(
            f"The licence was not accepted: {LICENCE.name} ({LICENCE.url}). {' '.join(LICENCE.points)} "
            "Read the agreement; if you keep to it, add --accept-licence."
        )
