"""All that makes one radiograph: a pure function of the seed and the radiograph's number."""

from dataclasses import asdict, dataclass

import numpy as np

from angiogram.data.annotations.entry import Side
from angiogram.data.radiographs.development import Development
from angiogram.data.radiographs.geometry import Exposure, View
from angiogram.data.radiographs.strips import Range, drawn_in

SPLITS: tuple[Side, ...] = ("train",) * 7 + ("validation",) + ("test",) * 2
"""By the last digit of the number, so that any first part of a set has the same shares."""
SHARES: dict[View, float] = {"PA": 0.45, "AP": 0.3, "left lateral": 0.25}
RANGES: dict[str, Range] = {
    "turn": (-6, 6),
    "tilt": (-5, 5),
    "roll": (-4, 4),
    "across": (-18, 18),
    "down": (-8, 30),
    "field": (240, 330),
    "gap": (10, 60),
    "heart_scale": (0.74, 1.26),
    "breath_mm": (-18, 18),
    "width": (0.95, 1.05),
    "quanta": (4.3, 5.3),
    "brightness": (-0.08, 0.08),
    "contrast": (0.85, 1.15),
    "gamma": (0.8, 1.25),
}
"""Of every continuous setting but the tube's distance; degrees, mm, and ratios."""
DISTANCE: dict[View, Range] = {"PA": (1750, 1950), "AP": (950, 1250), "left lateral": (1750, 1950)}
"""From tube to detector in mm: about 6 feet upright, about 1 m at the bedside."""
SKIN: dict[View, float] = {"PA": 130, "AP": 130, "left lateral": 180}
"""From the patient's centre to the side that faces the detector, in mm."""
_SALT = 20261130


@dataclass(frozen=True)
class Setting:
    """One radiograph before it is taken. Lengths in mm, angles in degrees; `geometry.Exposure` says which is which.

    Attributes:
        number: of the radiograph.
        split: that all its settings belong to.
        view: PA, AP or left lateral.
        turn: of the patient about the body's axis.
        tilt: about the axis from right to left.
        roll: about the axis from back to front.
        across: of the field's centre from the patient's.
        down: the same along the picture's rows.
        field: width and height.
        gap: between patient and detector.
        heart_scale: the heart's diameter / its scanned one.
        breath_mm: how far the diaphragm is lower than scanned.
        width: of the patient / as scanned.
        quanta: per pixel behind air, log10.
        brightness: of the display.
        contrast: of the display.
        gamma: of the display.
        source: from tube to detector.
    """

    number: int
    split: Side
    view: View
    turn: float
    tilt: float
    roll: float
    across: float
    down: float
    field: float
    gap: float
    heart_scale: float
    breath_mm: float
    width: float
    quanta: float
    brightness: float
    contrast: float
    gamma: float
    source: float

    @property
    def id(self) -> str:
        """Name of the image and of its group."""
        return f"radiograph-{self.number:06d}"

    @property
    def exposure(self) -> Exposure:
        """Where tube, patient and detector stand."""
        detector = SKIN[self.view] + self.gap
        pose = (self.turn, self.tilt, self.roll, self.across, self.down)
        return Exposure(self.view, *pose, self.field, self.source, detector)

    @property
    def development(self) -> Development:
        """How the picture is made visible."""
        return Development(self.quanta, self.brightness, self.contrast, self.gamma)

    @property
    def ranges(self) -> dict[str, tuple[Range, float]]:
        """Range and value of every continuous setting."""
        values = asdict(self)
        limits = {**RANGES, "source": DISTANCE[self.view]}
        return {name: (each, float(values[name])) for name, each in limits.items()}


def setting(seed: int, number: int) -> Setting:
    """The setting of one radiograph.

    >>> one = setting(0, 8)
    >>> one == setting(0, 8), one == setting(1, 8), one.split
    (True, False, 'test')
    """
    rng = stream(seed, number, 0)
    split = SPLITS[number % len(SPLITS)]
    view: View = list(SHARES)[int(rng.choice(len(SHARES), p=list(SHARES.values())))]
    drawn = {name: drawn_in(limits, split, rng) for name, limits in RANGES.items()}
    return Setting(number, split, view, **drawn, source=drawn_in(DISTANCE[view], split, rng))


def stream(seed: int, number: int, purpose: int) -> np.random.Generator:
    """Random numbers of one radiograph for one purpose: 0 setting, 1 quanta, 2 wording, 3 counterfactuals."""
    return np.random.default_rng((_SALT, seed, number, purpose))
