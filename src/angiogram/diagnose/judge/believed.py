"""Which repair may be believed alone."""

from angiogram.diagnose.repair.rung import Ladder, Place

NEARLY_ALL = 0.75
"""Share of what was lost that a repair must bring back by value, and half of it surely, to be believed alone. For a map
in closed form surely half is enough: nothing was learnt through the parts behind it."""
OTHERWISE: tuple[Place, ...] = ("connector output", "encoder output", "input")
"""Interfaces at which a repair puts the image otherwise to what stands behind."""


def clears(ladder: Ladder, place: Place) -> bool:
    """Whether a repair at this place clears what stands behind it: no map in closed form does."""
    rung = ladder.rung(place)
    return believed(ladder, place) and rung is not None and rung.steps != 0


def brings_back(ladder: Ladder, place: Place) -> bool:
    """Whether a repair at this place brings the answer back, whatever it took."""
    rung = ladder.rung(place)
    return rung is not None and rung.outcome == "brings it back"


def believed(ladder: Ladder, *places: Place) -> bool:
    """Whether a repair at one of these places can be believed alone."""
    for place in places:
        rung = ladder.rung(place)
        if rung is None or rung.recovered is None or rung.beyond_half is None or rung.outcome != "brings it back":
            continue
        enough = rung.steps == 0 or rung.recovered.value >= NEARLY_ALL * (rung.target - rung.before)
        if enough and rung.beyond_half.low >= 0:
            return True
    return False
