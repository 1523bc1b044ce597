"""A mend that is made up: the answer by likelihood is back, that in words in part, and other cases are not harmed."""

from comparison_sample import sample_comparison
from report_sample import around

from angiogram.mend.result import Guarded, Mending, Returned


def sample_mending(**changes) -> Mending:
    """With other values in the place of some."""
    comparison = sample_comparison()
    answers = (
        Returned("S", around(0.30), around(0.80), around(0.50), 0.85, "C", "brings it back"),
        Returned("G", around(0.10), around(0.35), around(0.25), 0.85, "C", "brings a part back"),
    )
    said, change = around(0.6), around(0.0, 0.02)
    given = {
        "model": "a-model",
        "cases": comparison.cases,
        "fault": ("hand-over",),
        "repair": "connector-refit",
        "why": "The diagnosis names hand-over. This is the least repair of it.",
        "done": "An affine map was folded into the connector's last linear layer.",
        "unchanged": "The encoder and the language model are as they were.",
        "learnt": "No repair saw a case that judges: the set's own split.",
        "folder": "runs/mend-of-a-model/mended",
        "headline": "The answer is back by likelihood (30 % to 80 % of 85 %).",
        "answers": answers,
        "larger": ("connector-training",),
        "guard": Guarded("other questions", 300, 60, 0, said, said, change, said, said, change, "not harmed"),
        "margin": 0.05,
        "comparison": comparison,
    }
    return Mending(**{**given, **changes})
