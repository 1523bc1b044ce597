"""How much of a target's words an answer says: small scores that no library has in this form."""

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from angiogram.answer.parse import normalise
from angiogram.data.annotations.entry import Entry
from angiogram.evaluate.metrics.metric import OURS, Judged, Metric
from angiogram.evaluate.metrics.scores import CaseMean

WORDS = "lower case, Unicode NFKC, words and numbers without punctuation"


def exact_match(said: str, target: str) -> float:
    """1 where both are the same words.

    >>> exact_match("Left lung.", "left lung"), exact_match("the left lung", "left lung")
    (1.0, 0.0)

    Where the target has no words, its signs count:

    >>> exact_match("", "+"), exact_match("+ ", "+")
    (0.0, 1.0)
    """
    words = normalise(target)
    return float(normalise(said) == words if words else said.strip() == target.strip())


def token_f1(said: str, target: str) -> float:
    """Harmonic mean of the shares of the words of each that stand in the other; a word counts as often as in both.

    As the F1 of SQuAD (Rajpurkar et al. 2016, arXiv 1606.05250), with articles kept.

    >>> token_f1("left left lung", "the left lung").__round__(3)  # 2 of 3 and 2 of 3
    0.667
    """
    one, other = Counter(normalise(said).split()), Counter(normalise(target).split())
    both = (one & other).total()
    return 2 * both / (one.total() + other.total()) if both else 0.0


def token_recall(said: str, target: str) -> float:
    """Share of the target's words that are said; a word counts as often as in both.

    >>> token_recall("lung", "left lung")
    0.5
    """
    one, other = Counter(normalise(said).split()), Counter(normalise(target).split())
    return (one & other).total() / other.total() if other else 0.0


def of_words(
    name: str, score: Callable[[str, str], float], variant: str, on: Callable[[Entry], bool] = lambda entry: True
) -> Metric:
    """The mean over answers of a score of the words said and the target."""

    def mean(judged: Sequence[Judged]) -> CaseMean:
        return CaseMean(np.array([score(each.reading.said, each.entry.target) for each in judged]))

    return Metric(name, OURS, f"mean over answers; {variant}; {WORDS}", mean, on)


def exact_match_metric(on: Callable[[Entry], bool] = lambda entry: True, name: str = "exact match") -> Metric:
    """Share of answers that are the target."""
    return of_words(name, exact_match, "the same words in the same order", on)


def token_f1_metric(on: Callable[[Entry], bool] = lambda entry: True) -> Metric:
    """Token F1."""
    return of_words("token F1", token_f1, "clipped counts, articles kept", on)


def token_recall_metric(on: Callable[[Entry], bool] = lambda entry: True) -> Metric:
    """Token recall."""
    return of_words("token recall", token_recall, "clipped counts", on)
