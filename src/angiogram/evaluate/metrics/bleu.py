"""BLEU by sacrebleu: Papineni et al. 2002."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from angiogram.data.annotations.entry import Entry
from angiogram.evaluate.metrics.metric import Judged, Metric
from angiogram.evaluate.metrics.scores import CaseMean, Floats, OfSums

if TYPE_CHECKING:
    from sacrebleu.metrics.bleu import BLEU

LIBRARY = "sacrebleu"
TOKENIZER, SMOOTHING = "13a", "exp"


def bleu(order: int, on: Callable[[Entry], bool] = lambda entry: True) -> Metric:
    """BLEU of a whole set of texts up to this order: counts and lengths are summed before anything is divided."""
    scorer = _scorer(order, effective=False)
    return Metric(
        f"BLEU-{order}",
        LIBRARY,
        f"corpus level, n-grams of 1 to {order} with equal weights, tokeniser {TOKENIZER}, lower case, smoothing "
        f"{SMOOTHING}, effective order off, one reference; a refusal is an empty text",
        lambda judged: _of_corpus(scorer, judged),
        on,
    )


def sentence_bleu(order: int, on: Callable[[Entry], bool] = lambda entry: True) -> Metric:
    """The mean of the BLEU of single answers up to this order."""
    scorer = _scorer(order, effective=True)
    return Metric(
        f"BLEU-{order} (sentence)",
        LIBRARY,
        f"sentence level, mean over answers, n-grams of 1 to {order} with equal weights, tokeniser {TOKENIZER}, lower "
        f"case, smoothing {SMOOTHING}, effective order on, one reference; a refusal is an empty text",
        lambda judged: CaseMean(sentence_scores(scorer, judged)),
        on,
    )


def sentence_scores(scorer: "BLEU", judged: Sequence[Judged]) -> Floats:
    """BLEU of each answer, 0 to 1, `[n]`."""
    return np.array([_within(scorer.sentence_score(*_texts(each)).score / 100) for each in judged])


def _of_corpus(scorer: "BLEU", judged: Sequence[Judged]) -> OfSums:
    texts = [_texts(each) for each in judged]
    value = scorer.corpus_score([said for said, _ in texts], [[target for _, (target,) in texts]]).score / 100
    alone = [scorer.corpus_score([said], [target]) for said, target in texts]  # of one text each, for its counts
    parts = np.array([[each.sys_len, each.ref_len, *each.counts, *each.totals] for each in alone], dtype=np.float64)
    return OfSums(_within(value), parts, lambda sums: _of_sums(scorer, sums))


def _of_sums(scorer: "BLEU", sums: Floats) -> Floats:
    """The library's own formula on each row of summed counts, `[B, 2 + 2 order]` -> `[B]`."""
    order = scorer.max_ngram_order
    return np.array(
        [
            _within(
                scorer.compute_bleu(
                    correct=row[2 : 2 + order].astype(int).tolist(),
                    total=row[2 + order :].astype(int).tolist(),
                    sys_len=int(row[0]),
                    ref_len=int(row[1]),
                    smooth_method=SMOOTHING,
                    max_ngram_order=order,
                ).score
                / 100
            )
            for row in sums
        ]
    )


def _texts(judged: Judged) -> tuple[str, list[str]]:
    return judged.reading.said, [judged.entry.target]


def _within(score: float) -> float:
    """sacrebleu's best is a hair above 100."""
    return min(score, 1.0)


@cache
def _scorer(order: int, effective: bool) -> "BLEU":
    from sacrebleu.metrics.bleu import BLEU

    return BLEU(
        lowercase=True,
        tokenize=TOKENIZER,
        smooth_method=SMOOTHING,
        max_ngram_order=order,
        effective_order=effective,
    )
