"""What the suite found in one subject with one part of the kinds: a file each, which may grow over several days.

What was measured with other code, in other weights, with other strengths or other repairs is not put together.
"""

import json
from dataclasses import asdict, dataclass, replace

from angiogram.diagnose.settings import Climbed
from angiogram.files import atomic_file
from angiogram.lesion.lesion import Half
from angiogram.lesion.outcome import Outcome
from angiogram.lesion.suite import Suite, digest_of_code
from angiogram.plain import built
from record import RESULTS, commit, machine

FOLDER = RESULTS / "lesions"


@dataclass(frozen=True)
class Found:
    """One subject, one part.

    Attributes:
        subject, half: of whom, and which part of the kinds.
        revision: of the model's weights.
        ladder: which repairs were made.
        strengths: of the graded kinds.
        suite: every outcome.
        seconds: of all runs; what evidence was kept of took none.
        code: digest of the code that was measured.
        commit, machine: where that was, the last time.
    """

    subject: str
    half: Half
    revision: str
    ladder: Climbed
    strengths: tuple[float, ...]
    suite: Suite
    seconds: int
    code: str
    commit: str
    machine: str


def present_code() -> str:
    """The digest of what is measured now."""
    return digest_of_code(judging=True)[:12]


def found(
    subject: str, half: Half, revision: str, ladder: Climbed, strengths: tuple[float, ...], suite: Suite, seconds: float
) -> Found:
    """What was measured now, with the code at hand."""
    return Found(subject, half, revision, ladder, strengths, suite, round(seconds), present_code(), commit(), machine())


def keep(new: Found) -> None:
    """Write it, with what was found before where that belongs to it."""
    old = kept(new.half).get(new.subject)
    if old is not None and _conditions(old) == _conditions(new):
        new = replace(new, suite=_joined(old.suite, new.suite), seconds=old.seconds + new.seconds)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with atomic_file(FOLDER / f"{new.half}-{new.subject}.json") as file:
        file.write_text(json.dumps(asdict(new)) + "\n")


def kept(half: Half) -> dict[str, Found]:
    """By subject, what was found of this part with the code at hand."""
    every = [built(Found, json.loads(file.read_text())) for file in sorted(FOLDER.glob(f"{half}-*.json"))]
    return {found.subject: found for found in every if found.code == present_code()}


def _conditions(one: Found) -> tuple[object, ...]:
    return one.revision, one.ladder, one.strengths, one.code


def _joined(old: Suite, new: Suite) -> Suite:
    """What `new` has, and of `old` what it has not."""
    return replace(
        new,
        outcomes=_in_order(old.outcomes, new.outcomes),
        harmless=_in_order(old.harmless, new.harmless),
        left_out=tuple(dict.fromkeys((*old.left_out, *new.left_out))),
    )


def _in_order(old: tuple[Outcome, ...], new: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
    known = {(one.lesion, one.strength, one.seed): one for one in (*old, *new)}
    return tuple(known[key] for key in sorted(known))
