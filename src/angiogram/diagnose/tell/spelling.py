"""What a reader must know where the words that a model is asked for are spelled as files are."""

from angiogram.diagnose.phrases import points, span
from angiogram.diagnose.read.wording import Spelling


def costly_spelling(spelling: Spelling | None, margin: float) -> list[str]:
    """At most one warning: the names as files spell them cost the answer more than the margin."""
    if spelling is None or spelling.cost.value <= margin:
        return []
    name, said = spelling.names[0]
    return [
        f"Some classes are asked for as files spell them (the first: '{name}'); said as '{said}', the answer by "
        f"likelihood is right {points(spelling.cost.value)} more often (95 % interval {span(spelling.cost)}). Give "
        "--class-names words, or leave it out."
    ]
