"""The anatomy of any model: from its family file, or found by tracing two images, and corrected by the user."""

from angiogram.model.discover.described import Described, read_described, write_described
from angiogram.model.discover.discover import Discovered, check_decoder, discover
from angiogram.model.discover.find import examine_anatomy, examine_without_weights, find_anatomy, from_family
from angiogram.model.discover.finding import Certainty, Finding

__all__ = [
    "Certainty",
    "Described",
    "Discovered",
    "Finding",
    "check_decoder",
    "discover",
    "examine_anatomy",
    "examine_without_weights",
    "find_anatomy",
    "from_family",
    "read_described",
    "write_described",
]
