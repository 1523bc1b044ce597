"""How many answers were read, and how."""

from collections import Counter
from collections.abc import Sequence

from angiogram.evaluate.judge.answers import Answered
from angiogram.evaluate.result import Outcome
from angiogram.evaluate.terms import Condition


def outcome(condition: Condition, answers: Sequence[Answered], grey: bool) -> Outcome:
    """Of one task's questions in one condition."""
    read = [each.judged.reading for each in answers if each.judged is not None]
    counts = Counter(reading.status for reading in read)
    return Outcome(
        condition=condition,
        asked=len(answers),
        failed=len(answers) - len(read),
        exact=counts["exact"],
        mention=counts["mention"],
        text=counts["text"],
        unparsed=counts["unparsed"],
        refused=counts["refused"],
        empty=counts["empty"],
        cut_off=sum(not each.finished for each in answers if each.judged is not None),
        parse_rate=sum(reading.is_read for reading in read) / len(read) if read else float("nan"),
        grey=grey,
    )
