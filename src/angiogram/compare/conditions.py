"""In what two runs differ besides their results: prompts, preprocessing, probe, reference, training cases, versions."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from angiogram.compare.comparison import Condition
from angiogram.compare.config import PROMPTS
from angiogram.compare.finished import Finished

SUBJECT = frozenset({"model", "model made of", "model class"})
"""What a comparison may be about: it stands in no warning."""

WORDS = "words counted for a class"

MARGIN = "margin"
"""What changes no stage, but the verdicts."""

NEUTRAL = frozenset(
    {MARGIN, "specialist", "remedies", "other_questions", "causal", "permutations", "null band", "batch_size"}
    | {"pictures"}
)
"""What changes neither V to G nor their intervals: tests besides them, what they are judged by, how many images a
forward pass takes, what is shown, and the reference, which is no part of the model. It stands in no warning about the
stages."""

_PLAIN: Mapping[str, str] = MappingProxyType({"True": "yes", "False": "no"})


def differing_conditions(baseline: Finished, other: Finished) -> tuple[Condition, ...]:
    """Every fact of the provenance and every setting whose value is not the same, the facts first.

    Of the words that are counted for a class beside its name, those of the classes in which they differ. Digests of the
    prompts tell nothing where the prompt or these words differ, and are left out then.
    """
    mine, theirs, my_words, their_words = _all(baseline), _all(other), _words(baseline), _words(other)
    if classes := _unlike(my_words, their_words):
        mine[WORDS], theirs[WORDS] = _listed(my_words, classes), _listed(their_words, classes)
    differing = _unlike(mine, theirs)
    return tuple(
        Condition(name, _plain(mine.get(name, "")), _plain(theirs.get(name, "")))
        for name in differing
        if not (name == PROMPTS and {"prompt", WORDS} & set(differing))
    )


def weakening(name: str) -> bool:
    """Whether a difference in this may be why the stages change, besides the model.

    >>> weakening("probe"), weakening("model"), weakening("remedies"), weakening("reference cnn")
    (True, False, False, False)
    """
    return name not in SUBJECT | NEUTRAL and not name.startswith("reference ")


def _all(run: Finished) -> dict[str, str]:
    facts = {fact.name: fact.value for fact in run.diagnosis.provenance}
    return {**facts, **{name: value for name, value in run.config.items() if name not in facts}}


def _unlike(mine: Mapping[str, object], theirs: Mapping[str, object]) -> list[str]:
    """Keys whose values differ, or that one side lacks."""
    return [name for name in dict.fromkeys((*mine, *theirs)) if mine.get(name) != theirs.get(name)]


def _words(run: Finished) -> dict[str, tuple[str, ...]]:
    """The words of each class beside its name."""
    counted = run.diagnosis.answers.wording.counted
    return {each.name: tuple(word.text for word in each.words[1:]) for each in counted if len(each.words) > 1}


def _listed(words: Mapping[str, tuple[str, ...]], classes: Sequence[str]) -> str:
    return "; ".join(f"{name}: {', '.join(words[name])}" for name in classes if name in words)


def _plain(value: str) -> str:
    return _PLAIN.get(value, value)
