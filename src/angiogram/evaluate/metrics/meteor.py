"""METEOR by nltk: Banerjee & Lavie 2005, with the weights of Lavie & Agarwal 2007."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from angiogram.answer.parse import normalise
from angiogram.evaluate.metrics.metric import Judged, Metric
from angiogram.evaluate.metrics.overlap import WORDS
from angiogram.evaluate.metrics.scores import CaseMean


class NoSynonyms:
    """Stands in WordNet's place where its data are not installed: no word has a synonym."""

    def synsets(self, word: str) -> list[Any]:
        """None."""
        return []


def meteor() -> Metric:
    """The mean METEOR; with synonyms where nltk's WordNet data lie on this machine, which is said."""
    wordnet = synonyms()
    matched = "exact, stem and WordNet synonyms"
    if isinstance(wordnet, NoSynonyms):
        matched = "exact and stem, no synonyms (nltk's WordNet data are not installed)"

    def mean(judged: Sequence[Judged]) -> CaseMean:
        return CaseMean(np.array([_score(each, wordnet) for each in judged]))

    return Metric(
        "METEOR",
        "nltk",
        f"mean over answers, matching {matched}, Porter stemmer, alpha 0.9, beta 3, gamma 0.5, one reference; {WORDS}",
        mean,
    )


def _score(judged: Judged, wordnet: Any) -> float:
    from nltk.translate.meteor_score import single_meteor_score

    target, said = (normalise(text).split() for text in (judged.entry.target, judged.reading.said))
    return float(single_meteor_score(target, said, wordnet=wordnet)) if said else 0.0


@cache
def synonyms() -> Any:
    """nltk's WordNet where its data are installed; nothing is ever downloaded."""
    from nltk.corpus import wordnet

    try:
        wordnet.synsets("lung")
    except LookupError:
        return NoSynonyms()
    return wordnet
