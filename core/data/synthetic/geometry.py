"""Outlines as arrays of points, and the pose that moves them. Knows neither colours nor faces.

A point is (x, y) in pixels of the finished 178 x 218 picture. Lines are arrays (n, 2), and several of the
same length (k, n, 2): everything here works on the last two axes, since many small arrays are slow. Paired
features are given once, as (distance from the middle line, y), and mirrored.
"""

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from core.data.synthetic.spec import FaceSpec

MIDDLE = 88.75
"""The face's middle line: half way between CelebA's eyes at 69.5 and 108."""

SIDES = (1, -1)
"""Right and left in the picture."""

MIRROR = np.array([[[1.0, 1.0]], [[-1.0, 1.0]]])
"""Makes one step (x, y) outwards on the right into one on each side."""

_QUARTER_TURN = np.array([-1.0, 1.0])
_CENTRE = np.array([MIDDLE, 122.0])
_HEAD_RADII = np.array([52.0, 78.0])
_MEAN_BULGE = 0.75
"""Bulge of the landmarks on average: alignment holds them, so the rim of the head moves instead."""


Points = list[tuple[float, float]]


def at(points: Points | np.ndarray, side: int = 1) -> np.ndarray:
    """Points given as (distance from the middle line, y) on one side: 1 right, -1 left. Shape (n, 2)."""
    return np.array(points, np.float64) * (side, 1) + (MIDDLE, 0)


def pair(points: Points | np.ndarray) -> np.ndarray:
    """The same points on the right and on the left, shape (2, n, 2)."""
    return np.array(points, np.float64) * MIRROR + (MIDDLE, 0)


def curves(points: Points, steps: int = 6) -> np.ndarray:
    """A smooth open line (see `curve`) on the right and its mirror image on the left, shape (2, m, 2)."""
    return curve(pair(points), steps)


@cache
def _basis(steps: int) -> np.ndarray:
    """Catmull-Rom weights of four neighbours at `steps` places between the middle two."""
    t = np.arange(steps)[:, None] / steps
    return 0.5 * np.hstack(
        [-t + 2 * t**2 - t**3, 2 - 5 * t**2 + 3 * t**3, t + 4 * t**2 - 3 * t**3, t**3 - t**2]
    )


@cache
def _windows(count: int, closed: bool) -> np.ndarray:
    """Which four neighbours each piece between two of `count` points depends on, shape (pieces, 4)."""
    places = np.arange(count if closed else count - 1)[:, None] + np.arange(-1, 3)
    return places % count if closed else np.clip(places, 0, count - 1)


def loop(points: np.ndarray, steps: int = 6) -> np.ndarray:
    """A smooth closed outline through (..., n, 2) `points`; shape (..., n * steps, 2)."""
    return _between(points, _windows(points.shape[-2], True), steps)


def curve(points: np.ndarray, steps: int = 6) -> np.ndarray:
    """A smooth open line through (..., n, 2) `points`, both ends included; (n - 1) * steps + 1 points."""
    inner = _between(points, _windows(points.shape[-2], False), steps)
    return np.concatenate([inner, points[..., -1:, :]], axis=-2)


def _between(points: np.ndarray, windows: np.ndarray, steps: int) -> np.ndarray:
    pieces = _basis(steps) @ points[..., windows, :]
    return pieces.reshape(*points.shape[:-2], -1, 2)


def lengths(line: np.ndarray) -> np.ndarray:
    """How far along the (n, 2) line each of its points lies, in pixels, starting with 0."""
    steps = line[1:] - line[:-1]
    return np.concatenate([[0.0], np.cumsum(np.hypot(steps[:, 0], steps[:, 1]))])


def resampled(line: np.ndarray, count: int) -> np.ndarray:
    """`count` points evenly spaced along an open (n, 2) line."""
    along = lengths(line)
    places = along[-1] * _even(count)
    return np.column_stack([np.interp(places, along, line[:, 0]), np.interp(places, along, line[:, 1])])


@cache
def _even(count: int) -> np.ndarray:
    return np.linspace(0, 1, count)


def normals(line: np.ndarray) -> np.ndarray:
    """Unit vectors square to an open line at each of its points, shape (..., n, 2)."""
    padded = np.concatenate([line[..., :1, :], line, line[..., -1:, :]], axis=-2)
    return _square(padded[..., 2:, :] - padded[..., :-2, :])


def _square(along: np.ndarray) -> np.ndarray:
    """`along` turned by a right angle and brought to length 1."""
    turned = along[..., ::-1] * _QUARTER_TURN
    return turned / np.maximum(np.hypot(turned[..., 0], turned[..., 1]), 1e-6)[..., None]


def ribbon(line: np.ndarray, width: np.ndarray | float) -> np.ndarray:
    """The outline of a stroke along `line`, `width` pixels wide, everywhere or at each of its n points."""
    half = width[:, None] / 2 if isinstance(width, np.ndarray) else width / 2
    offset = normals(line) * half
    return np.concatenate([line + offset, (line - offset)[..., ::-1, :]], axis=-2)


def tapered(line: np.ndarray, width: float) -> np.ndarray:
    """The outline of a stroke that is `width` pixels in the middle and thin at both ends."""
    return ribbon(line, width * _taper(line.shape[-2]))


@cache
def _taper(count: int) -> np.ndarray:
    return np.sin(np.linspace(0.12, np.pi - 0.12, count))


def ring(outline: np.ndarray, width: float) -> np.ndarray:
    """The outline of a stroke `width` pixels wide that runs all round a closed (..., n, 2) outline."""
    along = np.roll(outline, -1, axis=-2) - np.roll(outline, 1, axis=-2)
    offset = _square(along) * (width / 2)
    outer, inner = outline + offset, outline - offset
    parts = [outer, outer[..., :1, :], inner[..., :1, :], inner[..., ::-1, :]]
    return np.concatenate(parts, axis=-2)


def ellipse(x: float, y: float, rx: float, ry: float, steps: int = 28) -> np.ndarray:
    """The outline of an upright ellipse around (x, y)."""
    return _circle(steps) * (rx, ry) + (x, y)


def ellipses(middles: np.ndarray, rx: float, ry: float, steps: int = 20) -> np.ndarray:
    """Equal ellipses around (k, 2) `middles`, shape (k, steps, 2)."""
    return _circle(steps) * (rx, ry) + middles[:, None]


@cache
def _circle(steps: int) -> np.ndarray:
    angle = np.linspace(0, 2 * np.pi, steps, endpoint=False)
    return np.column_stack([np.cos(angle), np.sin(angle)])


@dataclass(frozen=True)
class Pose:
    """Stretches, turns, scales and shifts; `yaw` and `pitch` move the middle of the face against its rim."""

    turn: float = 0.0
    zoom: float = 1.0
    shift: tuple[float, float] = (0.0, 0.0)
    yaw: float = 0.0
    pitch: float = 0.0
    stretch: tuple[float, float] = (1.0, 1.0)

    def __call__(self, points: np.ndarray) -> np.ndarray:
        """`points` (n, 2) where the camera sees them."""
        away = points - _CENTRE
        if self.yaw or self.pitch:
            near = away / _HEAD_RADII
            bulge = np.maximum(1 - near[:, 0] ** 2 - near[:, 1] ** 2, 0) - _MEAN_BULGE
            away += bulge[:, None] * self._lean
        return away @ self._rotation + self._middle

    @cached_property
    def _lean(self) -> np.ndarray:
        return np.array([self.yaw, self.pitch])

    @cached_property
    def _middle(self) -> np.ndarray:
        return _CENTRE + self.shift

    @cached_property
    def _rotation(self) -> np.ndarray:
        angle = np.radians(self.turn)
        turn = self.zoom * np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        return np.diag(self.stretch) @ turn


def head_pose(spec: FaceSpec) -> Pose:
    """How the head stands; people's heads are broad or narrow, long or short."""
    scene, person = spec.scene, spec.person
    stretch = (1 + 0.045 * person.width, 1 + 0.05 * person.length)
    return Pose(scene.turn, scene.zoom, scene.shift, scene.yaw, scene.pitch, stretch)


def body_pose(spec: FaceSpec) -> Pose:
    """How the shoulders stand: they follow the head only a little."""
    scene = spec.scene
    drop = scene.shift[1] + 3.0 * spec.person.length
    return Pose(scene.turn * 0.3, scene.zoom, (scene.shift[0] - scene.yaw * 0.5, drop))
