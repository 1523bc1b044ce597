"""What each level of folders means: a side of the split, the class, the patient, or nothing.

Nothing is guessed in silence: what was taken for what is said, and where another reading is as likely, that is a doubt,
at which a diagnosis stops.
"""

from angiogram.data.sources.levels.doubts import FEWER
from angiogram.data.sources.levels.names import numbered
from angiogram.data.sources.levels.option import Level, parse_levels
from angiogram.data.sources.levels.read import Levels, read_levels

__all__ = ["FEWER", "Level", "Levels", "numbered", "parse_levels", "read_levels"]
