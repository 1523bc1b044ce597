"""All checks in their order, and what they come to together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from angiogram.cache import Progress
from angiogram.check import (
    answers,
    batching,
    dependence,
    determinism,
    dtypes,
    found,
    padding,
    path,
)
from angiogram.check.result import Finding, Result
from angiogram.check.subject import Subject
from angiogram.errors import InputError


@dataclass(frozen=True)
class Check:
    """One check.

    Attributes:
        name: what it is called.
        measured: what its figure is, in words.
        run: does it.
        compares: it compares features or answers, which says nothing where they are not finite.
    """

    name: str
    measured: str
    run: Callable[[Subject], Finding]
    compares: bool = True


CHECKS = (
    Check(found.NAME, found.MEASURED, found.taps_found, compares=False),
    Check(path.NAME, path.MEASURED, path.off_the_path),
    Check(batching.NAME, batching.MEASURED, batching.batched_against_single),
    Check(padding.NAME, padding.MEASURED, padding.left_against_right_padding),
    Check(dependence.NAME, dependence.MEASURED, dependence.image_dependence),
    Check(answers.NAME, answers.MEASURED, answers.answers),
    Check(dtypes.NAME, dtypes.MEASURED, dtypes.dtype_sanity, compares=False),
    Check(determinism.NAME, determinism.MEASURED, determinism.determinism),
)
NOT_FINITE = Finding(
    None, None, "not applicable", "The model's features or answers are not finite: nothing to compare."
)


def run_checks(subject: Subject, progress: Progress) -> tuple[Result, ...]:
    """Every check; one that the model stops with an error is wrong and says so, and the next goes on."""
    results: list[Result] = []
    for number, check in enumerate(CHECKS, start=1):
        progress(f"check {number} of {len(CHECKS)}: {check.name}")
        try:
            finding = NOT_FINITE if check.compares and not subject.finite else check.run(subject)
        except Exception as error:  # any model may raise anything, and that is what a check is to report
            finding = Finding(None, None, "wrong", f"It could not be done: {_sentence(error)}")
        results.append(Result(check.name, check.measured, finding))
    return tuple(results)


def sound(results: Sequence[Result]) -> bool:
    """Whether nothing is wrong."""
    return all(result.finding.verdict != "wrong" for result in results)


def conclusion(results: Sequence[Result]) -> str:
    """All in one sentence."""
    of = f"{len(results)} checks"
    wrong = [result.name for result in results if result.finding.verdict == "wrong"]
    if wrong:
        return f"{len(wrong)} of {of} failed: {', '.join(wrong)}."
    aside = {
        said: [result.name for result in results if result.finding.verdict == verdict]
        for verdict, said in (("warning", "with a warning"), ("not applicable", "not applicable"))
    }
    notes = "".join(f"; {said}: {', '.join(names)}" for said, names in aside.items() if names)
    passed = sum(result.finding.verdict in ("ok", "warning") for result in results)
    return f"{'All' if passed == len(results) else f'{passed} of'} {of} passed{notes}."


def _sentence(error: Exception) -> str:
    """Kind and first line, without characters that could write over the screen: the words are the model's code's."""
    first = next(iter(str(error).strip().splitlines()), "")
    said = first if isinstance(error, InputError) else f"{type(error).__name__}: {first}"
    return "".join(letter if letter.isprintable() else " " for letter in said)
