"""How sure a model is of what it said, from 0 to 1."""

import math

from scipy.special import softmax

from angiogram.evaluate.pseudo.ask import Said


def confidence(said: Said) -> float:
    """Of a closed question the share of the likeliest option among all; of words the geometric mean of their tokens'
    probabilities, `exp(mean log p)`.

    The two are not on one scale, and neither is calibrated: what a threshold keeps is as good as its precision on
    entries whose truth is known. [own]

    >>> from angiogram.data.annotations.entry import Entry
    >>> from angiogram.evaluate.read.reading import Reading
    >>> import numpy as np
    >>> question, reading = Entry("a", "a.png", "vqa", "Is there fluid?", "", "ours"), Reading("no", "exact")
    >>> confidence(Said(question, reading, log_probability=math.log(0.25)))
    0.25
    >>> confidence(Said(question, reading, likelihoods=np.log([0.3, 0.1]))).__round__(6)
    0.75
    """
    if said.likelihoods is not None:
        return float(softmax(said.likelihoods.astype("float64")).max())
    return math.exp(-math.inf if said.log_probability is None else said.log_probability)
