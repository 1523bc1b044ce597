"""How much each word of a class counts, and whether another spelling would be answered better, from the same passes."""

import numpy as np
import torch
from numpy.typing import NDArray

from angiogram.answer.calibrate import calibrated
from angiogram.answer.counted import class_scores
from angiogram.answer.labels import LabelTree
from angiogram.data.cases import Cases
from angiogram.data.class_words import ClassWords
from angiogram.data.sources.spoken import as_spoken
from angiogram.diagnose.collect.material import Material
from angiogram.diagnose.collect.plan import WORDS, Plan
from angiogram.diagnose.read.assess import Assessed
from angiogram.diagnose.read.wording import CountedClass, CountedWord, Spelling, Wording


def read_wording(planned: Plan, material: Material, found: Assessed) -> Wording:
    """What was counted and what the spelling cost; nothing of either where each class is looked for by one word alone.

    Args:
        planned: the pass that filled the store; it asked the model.
        material: see `Material`.
        found: with the answers on the evaluated cases.
    """
    if planned.tree is None or WORDS not in material.store.names:
        return Wording()
    cases, scores = material.examined.cases, np.asarray(material.store.read(WORDS))  # [N, orders, W]
    several = len(cases.words.texts) > len(cases.classes)
    return Wording(
        counted=counted_classes(planned.tree, cases.words, scores[found.evaluated, 0]) if several else (),
        spelling=_spelling(planned.tree, cases, scores, material, found),
    )


def counted_classes(tree: LabelTree, words: ClassWords, scores: NDArray[np.floating]) -> tuple[CountedClass, ...]:
    """Every class with the mean share of each of its words, from log-likelihoods of the words `[n, W]`.

    >>> from angiogram.answer.labels import path_tree
    >>> tree = path_tree([(7,), (8,), (9,)], counted=((0, 1), (2,)))
    >>> words = ClassWords((("mole", "naevus"), ("wart",)))
    >>> [mole, _] = counted_classes(tree, words, np.log([[0.3, 0.1, 0.2]]))
    >>> [(word.text, round(word.share, 2)) for word in mole.words]
    [('mole', 0.75), ('naevus', 0.25)]
    """
    shares: dict[int, float] = {}
    for members in tree.counted:
        own = torch.from_numpy(scores[:, list(members)])
        shares |= dict(zip(members, own.softmax(dim=-1).mean(dim=0).tolist(), strict=True))
    place, found = 0, list[CountedClass]()
    for texts in words.of:
        counted = tuple(CountedWord(text, shares.get(place + i)) for i, text in enumerate(texts))
        found.append(CountedClass(texts[0], counted))
        place += len(texts)
    return tuple(found)


def _spelling(
    tree: LabelTree, cases: Cases, scores: NDArray[np.floating], material: Material, found: Assessed
) -> Spelling | None:
    said = as_spoken(cases.words)
    if said is None:
        return None
    spoken = class_scores(torch.from_numpy(scores), tree.beside).mean(dim=1).numpy()  # [N, K], over the orders
    right = calibrated(spoken, material.splits.pairs)[found.evaluated].argmax(axis=1) == found.truth
    names = zip(cases.words.names, said.names, strict=True)
    return Spelling(
        names=tuple((name, other) for name, other in names if name != other),
        spoken=found.resamples.accuracy(right).interval(),
        cost=found.resamples.loss(right, found.answering.constrained == found.truth).interval(),
    )
