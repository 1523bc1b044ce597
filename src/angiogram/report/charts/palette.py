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
