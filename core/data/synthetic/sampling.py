"""Draws lots for a set of faces: who is in it, which labels hold, how each picture is styled and lit.

Rates and dependencies follow CelebA roughly: make-up and earrings mostly on women, blond mostly women,
grey mostly old. Hair length, clothes, pose and light overlap between the sexes on purpose: who only
looks at the silhouette gets many wrong. Person p depends on (seed, p); picture k on (seed, k) and its person.
"""

from typing import NamedTuple

import numpy as np

from core.data.synthetic import palette
from core.data.synthetic.spec import FaceSpec, Person, Scene, Styling
from core.errors import DataError

PERSONS_PER_FACE = 0.6
"""1,200 persons share 2,000 pictures."""

_PERSON_STREAM, _FACE_STREAM, _CAST_STREAM = 1, 2, 3

MALE_RATE = 0.42
YOUNG_RATE = {True: 0.66, False: 0.85}
"""By Male; about 0.77 over all."""

BEARDS = {"shaved": 0.54, "stubble": 0.26, "moustache": 0.06, "goatee": 0.06, "full": 0.08}
HAIRCUTS = {
    True: {"short": 0.48, "round": 0.08, "bob": 0.16, "long": 0.17, "tied": 0.11},
    False: {"short": 0.31, "round": 0.09, "bob": 0.21, "long": 0.25, "tied": 0.14},
}
"""By Male."""


class _Member(NamedTuple):
    """A person with the labels that stay with them and what they lean to."""

    person: Person
    traits: frozenset[str]
    leanings: dict[str, float]


def sample_specs(count: int, seed: int) -> list[FaceSpec]:
    """`count` pictures in file order. The same `count` and `seed` give the same list on every machine.

    Raises:
        DataError: `count` is below 1 or `seed` below 0.
    """
    if count < 1 or seed < 0:
        raise DataError(
            f"Faces cannot be drawn with count {count} and seed {seed}. "
            "Choose a count of 1 or more and a seed of 0 or more."
        )
    persons = max(1, round(PERSONS_PER_FACE * count))
    members = [_sample_member(np.random.default_rng([seed, _PERSON_STREAM, p]), p) for p in range(persons)]
    cast = _cast(np.random.default_rng([seed, _CAST_STREAM]), count, persons)
    return [
        _sample_face(np.random.default_rng([seed, _FACE_STREAM, k]), k, members[person])
        for k, person in enumerate(cast)
    ]


def _cast(rng: np.random.Generator, count: int, persons: int) -> np.ndarray:
    """Which person is in which picture: everybody at least once, the rest by lot, in mixed order."""
    return rng.permutation(np.concatenate([np.arange(persons), rng.integers(persons, size=count - persons)]))


def _sample_member(rng: np.random.Generator, number: int) -> _Member:
    male = rng.random() < MALE_RATE
    young = rng.random() < YOUNG_RATE[male]
    skin_at = float(rng.beta(1.3, 1.9))
    colour = _sample_hair_colour(rng, male, young, skin_at)
    person = _sample_person(rng, number, young, skin_at, colour)
    labels = {"Male": male, "Young": young, "Black_Hair": colour == "black", "Blond_Hair": colour == "blond"}
    return _Member(
        person, frozenset(name for name, holds in labels.items() if holds), _leanings(rng, male, young)
    )


def _leanings(rng: np.random.Generator, male: bool, young: bool) -> dict[str, float]:
    """Each person's own rates of the labels that change between pictures."""
    rates = {
        "Eyeglasses": 0.10 if young else 0.26,
        "Wearing_Earrings": 0.04 if male else 0.30,
        "Bangs": 0.10 if male else 0.20,
        "Smiling": 0.40 if male else 0.54,
        "Heavy_Makeup": 0.004 if male else (0.66 if young else 0.5),
        "Straight_Hair": 0.30,
    }
    return {name: float(rng.beta(2.5 * rate, 2.5 * (1 - rate))) for name, rate in rates.items()}


def _sample_hair_colour(rng: np.random.Generator, male: bool, young: bool, skin_at: float) -> str:
    black = 0.14 + 0.52 * skin_at**1.5
    blond = (0.09 if male else 0.29) * (1 - skin_at) * 1.3
    grey = 0.02 if young else 0.62
    chances = {
        "black": black * (1 - grey),
        "blond": blond * (1 - grey),
        "grey": grey,
        "red": 0.06 * (1 - grey),
    }
    rest = max(1 - sum(chances.values()), 0.05)
    return _pick(rng, chances | {"brown": rest})


def _sample_person(rng: np.random.Generator, number: int, young: bool, skin_at: float, colour: str) -> Person:
    def deviation() -> float:
        return float(np.clip(rng.normal(0, 0.6), -1.2, 1.2))

    skin = palette.tone(palette.SKINS, skin_at)
    return Person(
        id=number,
        skin=palette.mix(skin, (226, 150, 130), float(rng.uniform(0, 0.16))),
        other_hair=colour if colour in ("red", "grey") else "brown",
        hair_tone=float(rng.random()),
        iris=palette.IRISES[rng.integers(3 if skin_at > 0.5 else len(palette.IRISES))],
        width=deviation(),
        length=deviation(),
        jaw=deviation(),
        chin=deviation(),
        chin_width=deviation(),
        cheek=deviation(),
        eye_size=deviation(),
        eye_tilt=deviation(),
        brow_weight=deviation(),
        brow_arch=deviation(),
        brow_height=deviation(),
        brow_tone=float(rng.random()),
        socket=float(rng.random()),
        nose_width=deviation(),
        nose_length=deviation(),
        lip_fullness=deviation(),
        lip_tone=float(rng.random()),
        mouth_width=deviation(),
        lines=float(rng.uniform(0.45, 1.0)),
        undertone=float(rng.random()),
        freckles=bool(young and skin_at < 0.4 and rng.random() < 0.14),
    )


def _sample_face(rng: np.random.Generator, index: int, member: _Member) -> FaceSpec:
    worn = frozenset(name for name, rate in member.leanings.items() if rng.random() < rate)
    styling = _sample_styling(rng, "Male" in member.traits)
    return FaceSpec(index, member.person, member.traits | worn, styling, _sample_scene(rng))


def _sample_styling(rng: np.random.Generator, male: bool) -> Styling:
    return Styling(
        hair=_pick(rng, HAIRCUTS[male]),
        volume=float(rng.random()),
        part=float(rng.uniform(-1, 1)),
        tucked=bool(rng.random() < 0.4),
        fringe=_pick(rng, {"full": 0.55, "swept": 0.45}),
        wave=float(rng.random()),
        beard=_pick(rng, BEARDS),
        glasses=_pick(rng, {"round": 0.35, "square": 0.4, "browline": 0.25}),
        frame_colour=_one_of(rng, palette.FRAMES),
        earrings=_pick(rng, {"pearl": 0.34, "hoop": 0.36, "drop": 0.3}),
        earring_colour=_one_of(rng, palette.JEWELS),
        lipstick=_one_of(rng, palette.LIPSTICKS),
        lipstick_strength=float(rng.uniform(0.2, 0.95)),
        eyeshadow=_one_of(rng, palette.EYESHADOWS),
        open_smile=bool(rng.random() < 0.65),
        blush=float(rng.random()),
        gaze=float(np.clip(rng.normal(0, 0.5), -1, 1)),
        garment=_pick(rng, dict.fromkeys(("crew", "vee", "collar", "blazer", "turtleneck", "hoodie"), 1 / 6)),
        garment_colour=_one_of(rng, palette.GARMENTS),
        inner_colour=_one_of(rng, palette.GARMENTS),
    )


def _sample_scene(rng: np.random.Generator) -> Scene:
    def spread(scale: float) -> float:
        return float(np.clip(rng.normal(0, scale), -2.5 * scale, 2.5 * scale))

    blurred = rng.random() < 0.35
    return Scene(
        turn=spread(3.2),
        zoom=1 + spread(0.042),
        shift=(spread(2.8), spread(2.8)),
        yaw=spread(4.5),
        pitch=spread(2.2),
        light_angle=float(rng.uniform(20, 160)),
        light=float(rng.uniform(0.25, 1.0)),
        overhead=float(rng.random()),
        shade=float(rng.uniform(0.1, 0.32)) if rng.random() < 0.45 else 0.0,
        shade_angle=float(rng.uniform(0, 360)),
        shade_edge=float(rng.uniform(-45, 35)),
        exposure=1 + spread(0.06),
        contrast=1 + spread(0.07),
        warmth=spread(0.5),
        backdrop=_pick(rng, {"plain": 0.16, "gradient": 0.26, "shapes": 0.2, "bokeh": 0.22, "room": 0.16}),
        backdrop_colours=_one_of(rng, palette.BACKDROPS),
        blur=float(rng.uniform(0.3, 0.9)) if blurred else 0.0,
        noise=float(rng.uniform(0.5, 3.5)),
        seed=int(rng.integers(2**32)),
    )


def _pick(rng: np.random.Generator, chances: dict[str, float]) -> str:
    """One key by lot, weighed by its value."""
    names = list(chances)
    edges = np.cumsum(list(chances.values()))
    return names[min(int(np.searchsorted(edges, rng.random() * edges[-1], "right")), len(names) - 1)]


def _one_of(rng: np.random.Generator, choices: tuple) -> tuple:
    return choices[rng.integers(len(choices))]
