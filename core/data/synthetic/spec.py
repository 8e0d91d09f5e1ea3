"""What one drawn face is: who, how made up, how photographed. Numbers only; nothing here draws.

`core.data.synthetic.sampling` fills these in; the drawing files read them. Attributes are kept apart
from everything else, so that `with_attribute` changes one label and what shows it, nothing more.
"""

from dataclasses import dataclass, replace

from core.data.dataset import ATTRIBUTES

Colour = tuple[int, int, int]
"""Red, green, blue, each 0..255."""

WIDTH, HEIGHT = 178, 218
"""Size of an aligned CelebA picture in pixels."""


@dataclass(frozen=True)
class Person:
    """What stays the same in every picture of one person.

    Numbers without a unit are deviations from the average face, about -1..1.

    Attributes:
        skin: colour of lit skin.
        other_hair: hair colour when it is neither black nor blond: `brown`, `red` or `grey`.
        hair_tone: 0..1, which of the colour's tones.
        iris: colour of the eyes.
        brow_tone: 0..1, from brows as light as the hair to much darker ones.
        socket: 0..1, how deep the eyes lie.
        lip_tone: 0..1, from lips like the skin to red ones.
        lines: 0..1, how deep the lines of age are once the person is not young.
        undertone: 0..1, from reddish to bluish shade on the lower face.
        freckles: whether the cheeks have freckles.
    """

    id: int
    skin: Colour
    other_hair: str
    hair_tone: float
    iris: Colour
    width: float
    length: float
    jaw: float
    chin: float
    chin_width: float
    cheek: float
    eye_size: float
    eye_tilt: float
    brow_weight: float
    brow_arch: float
    brow_height: float
    brow_tone: float
    socket: float
    nose_width: float
    nose_length: float
    lip_fullness: float
    lip_tone: float
    mouth_width: float
    lines: float
    freckles: bool
    undertone: float


@dataclass(frozen=True)
class Styling:
    """What a person changes between two pictures. Unused choices (no beard on women) are kept, not drawn.

    Attributes:
        hair: `short`, `round`, `bob`, `long` or `tied`.
        volume: 0..1, how far the hair stands off the head.
        part: -1..1, where the hair parts, from one temple to the other.
        tucked: whether hair that could cover the ears is worn behind them.
        fringe: `full` or `swept`, seen only with Bangs.
        wave: 0..1, phase of the waves, so that no two heads wave alike.
        beard: `shaved`, `stubble`, `moustache`, `goatee` or `full`, seen only on men.
        glasses: `round`, `square` or `browline`.
        earrings: `pearl`, `hoop` or `drop`.
        open_smile: whether a smile shows teeth.
        blush: 0..1, how red the cheeks are.
        garment: `crew`, `vee`, `collar`, `blazer`, `turtleneck` or `hoodie`.
    """

    hair: str
    volume: float
    part: float
    tucked: bool
    fringe: str
    wave: float
    beard: str
    glasses: str
    frame_colour: Colour
    earrings: str
    earring_colour: Colour
    lipstick: Colour
    lipstick_strength: float
    eyeshadow: Colour
    open_smile: bool
    blush: float
    gaze: float
    garment: str
    garment_colour: Colour
    inner_colour: Colour


@dataclass(frozen=True)
class Scene:
    """Camera, light and what stands behind.

    Attributes:
        turn: rotation in the picture, degrees.
        zoom: scale, 1 is the average.
        shift: right and down, pixels.
        yaw, pitch: how far the middle of the face moves against its rim, pixels.
        light_angle: where light comes from, degrees, 0 right, 90 above.
        light: 0..1, how one-sided the light is.
        overhead: 0..1, how much the light comes from above and leaves the lower face in shade.
        shade: 0..1, how dark a shadow lies over one side of the picture, 0 for none.
        shade_angle: on which side, degrees, as `light_angle`.
        shade_edge: where it begins, pixels from the picture's middle.
        exposure, contrast: factors around 1.
        warmth: -1 bluish to 1 yellowish.
        backdrop: `plain`, `gradient`, `shapes`, `bokeh` or `room`.
        backdrop_colours: from the back to the front.
        blur: standard deviation in pixels, 0 is sharp.
        noise: standard deviation in grey levels.
        seed: of the noise and of the backdrop's shapes.
    """

    turn: float
    zoom: float
    shift: tuple[float, float]
    yaw: float
    pitch: float
    light_angle: float
    light: float
    overhead: float
    shade: float
    shade_angle: float
    shade_edge: float
    exposure: float
    contrast: float
    warmth: float
    backdrop: str
    backdrop_colours: tuple[Colour, ...]
    blur: float
    noise: float
    seed: int


@dataclass(frozen=True)
class FaceSpec:
    """One picture of the set: its labels and all that is needed to draw it.

    Attributes:
        index: 0-based place in the set; the file is named `index + 1`.
        attributes: the names out of `ATTRIBUTES` that hold.
    """

    index: int
    person: Person
    attributes: frozenset[str]
    styling: Styling
    scene: Scene

    def has(self, attribute: str) -> bool:
        """Whether `attribute`, one of `ATTRIBUTES`, holds."""
        return attribute in self.attributes

    def with_attribute(self, attribute: str, value: bool) -> "FaceSpec":
        """The same picture with one label changed; black and blond put each other out.

        Raises:
            ValueError: `attribute` is none of the ten.
        """
        if attribute not in ATTRIBUTES:
            raise ValueError(f"{attribute!r} is no attribute; choose one of {', '.join(ATTRIBUTES)}")
        others = self.attributes - {attribute}
        if not value:
            return replace(self, attributes=others)
        if attribute in HAIR_COLOURS:
            others -= HAIR_COLOURS
        return replace(self, attributes=others | {attribute})


HAIR_COLOURS = frozenset({"Black_Hair", "Blond_Hair"})
"""The two hair colours with a label; no head has both."""
