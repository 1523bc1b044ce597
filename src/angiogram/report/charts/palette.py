"""The few colours of the page, from Okabe and Ito; a shape, a dash, a hatch or a word always says the same again."""

from angiogram.diagnose.terms import State

INK = "#1a2129"
SOFT = "#5b6672"
RULE = "#d5dae0"
WASH = "#f3f5f7"
IMAGE = "#0072b2"
LAST = "#8f2d63"
GAIN = "#00795a"
LENS = "#8a6100"

STATE: dict[State, str] = {
    "present": "#c44601",
    "absent": "#8a949f",
    "undetermined": "#d99500",
    "not assessed": "#b9c1c9",
}


def heat(part: float) -> str:
    """The colour of a cell of a heat map, `part` from 0 to 1.

    One hue from nearly white to dark blue: the order survives in grey, and cells have their numbers printed.

    >>> heat(0.0), heat(1.0)
    ('rgb(228,239,248)', 'rgb(5,78,128)')
    """
    red, green, blue = (round(light + (dark - light) * part**0.75) for light, dark in ((228, 5), (239, 78), (248, 128)))
    return f"rgb({red},{green},{blue})"
