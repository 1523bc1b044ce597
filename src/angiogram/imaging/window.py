"""Windows: which values of an image become which grey values."""

import re
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from angiogram.errors import InputError, unknown


@dataclass(frozen=True)
class Window:
    """A linear map from values to grey: `low` and everything below is 0, `high` and everything above is 255.

    Attributes:
        low: in `unit`.
        high: in `unit`.
        name: what radiologists call it, empty for one given by numbers. A named one is in HU.
        unit: of the values, empty where it is not known.

    >>> Window(-160, 240).grey(np.array([-1000, -160, 40, 240, 3000])).tolist()
    [0, 0, 128, 255, 255]
    >>> Window(-160, 240).made
    'window -160..240 HU to grey 0..255'
    """

    low: float
    high: float
    name: str = field(default="", repr=False)
    unit: str = field(default="HU", repr=False)

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise ValueError(f"A window needs low < high, got {self.low}..{self.high} HU.")

    @classmethod
    def centred(cls, centre: float, width: float, name: str = "") -> "Window":
        """The window with this centre and full width, both in HU.

        >>> Window.centred(40, 400)
        Window(low=-160.0, high=240.0)
        """
        return cls(centre - width / 2, centre + width / 2, name)

    @classmethod
    def parse(cls, text: str) -> "Window":
        """The window of this name, or of these numbers: `CENTRE/WIDTH`.

        Raises:
            InputError: there is no such name, or the width is not above 0.

        >>> Window.parse("lung") == NAMED["lung"], Window.parse("40/400")
        (True, Window(low=-160.0, high=240.0))
        """
        plain = " ".join(re.split(r"[\s_-]+", text.strip().lower())) if "/" not in text else text
        if plain in NAMED:
            return NAMED[plain]
        if "/" not in plain:
            raise unknown("window", text, (*NAMED, "CENTRE/WIDTH"))
        try:
            centre, width = (float(part) for part in plain.split("/"))
        except ValueError as error:
            raise InputError(f"A window is two numbers, CENTRE/WIDTH as in 40/400, not '{text}'.") from error
        if not (width > 0 and np.isfinite([centre, width]).all()):
            raise InputError(f"A window needs a width above 0 and finite numbers, not '{text}'.")
        return cls.centred(centre, width)

    def without_unit(self) -> "Window":
        """The same numbers for values whose unit is not known."""
        return replace(self, unit="")

    def grey(self, values: NDArray[np.generic]) -> NDArray[np.uint8]:
        """Grey values of the same shape, rounded to the nearest."""
        scaled = (np.asarray(values, dtype=np.float32) - self.low) * (255 / (self.high - self.low))
        return np.rint(np.clip(scaled, 0, 255)).astype(np.uint8)

    @property
    def made(self) -> str:
        """This step as `Image.made` states it."""
        name = f"{self.name} " if self.name else ""
        unit = f" {self.unit}" if self.unit else ""
        return f"window {name}{self.low:g}..{self.high:g}{unit} to grey 0..255"


# Centre and width in HU as radiology teaching uses them (Radiopaedia, "Windowing (CT)"); where it gives a range, a
# common value of it.
NAMED: dict[str, Window] = {
    name: Window.centred(centre, width, name)
    for name, centre, width in (
        ("lung", -600, 1500),
        ("mediastinum", 50, 350),
        ("bone", 400, 1800),
        ("brain", 40, 80),
        ("abdomen", 50, 400),
        ("soft tissue", 40, 400),
    )
}


def own_range(values: NDArray[np.generic]) -> tuple[NDArray[np.uint8], str]:
    """Grey values from the darkest to the brightest of the values themselves, and the step as `Image.made` states it.

    Args:
        values: numbers, all finite.

    >>> own_range(np.array([1000, 1005, 1010]))
    (array([  0, 128, 255], dtype=uint8), 'own range 1000..1010 to grey 0..255')
    """
    numbers = np.asarray(values, dtype=np.float64)
    low, high = float(numbers.min()), float(numbers.max())
    scale = 255 / (high - low) if high > low else 0.0
    grey = np.rint(np.clip((numbers - low) * scale, 0, 255)).astype(np.uint8)
    return grey, f"own range {low:g}..{high:g} to grey 0..255"
