"""Which fault explains what two runs on the same cases show [own].

The first tap that differs says where the change begins; what lies before it was not changed. There and behind it, two
readers tell its kind apart: a probe that is trained anew falls where information is gone, the frozen one falls also
where the class is only written otherwise.

    begins in            new probe falls      only the frozen reader falls, or neither
    encoder, at V        vision               hand-over
    encoder, at C        hand-over, connector hand-over
    connector, at C      connector            hand-over
    language model       language model       language model
    nowhere up to the last token:  words where S falls too, else format

Where two cannot be told apart from these runs alone, both are named, the likelier first:

- Information that is lost but explains less than half of what the answer loses stands behind the hand-over.
- Where a probe of the baseline reads no more than the commonest class, nothing can fall: information or form.
- Where features before the language model differ and both readers hold there, either the language model misses more
  than a probe of the mean sees, or what stands behind was changed, too.
- Where the features at the last token differ and both readers hold there, it may be the language model or its words.
- An answer that names another class where its likelihood, after calibration, prefers the right one: words or format.

Where the runs were asked otherwise, and all is the same up to the language model, the question is the change: words,
or format where the likelihood still prefers the right class.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from angiogram.compare.comparison import Place
from angiogram.diagnose.terms import Fault, StageKey

HALF = 0.5
"""The share of the answer's loss that lost information must explain to be the first to be named."""


@dataclass(frozen=True)
class Seen:
    """What is known of a change that makes the answer worse.

    Attributes:
        begins: where features begin to differ; None where that is not known, "answer" where none differ.
        first_tap: the first tap that differs.
        lost: by how much the probes that are trained anew fall, and the answers S and G, where that is sure.
        unread: stages at which the frozen reader surely falls.
        loss: what the answer loses, the larger of S and G.
        blind: stages at which a probe of the baseline reads no more than the commonest class.
        carries: see `FrozenReading`.
        slight: whether features differ at the connector's output by far less than cases differ among themselves.
        asked_alike: whether both were asked the same.
        names_another: whether most of the newly wrong answers in words name another class.
    """

    begins: Place | None
    loss: float
    lost: Mapping[StageKey, float]
    unread: frozenset[StageKey] = field(default_factory=frozenset)
    blind: frozenset[StageKey] = field(default_factory=frozenset)
    first_tap: str | None = None
    carries: bool = True
    slight: bool = False
    asked_alike: bool = True
    names_another: bool = False

    def falls(self, key: StageKey) -> bool:
        """Whether either reader falls at this stage."""
        return key in self.lost or key in self.unread


def candidates(seen: Seen) -> tuple[tuple[Fault, ...], Place]:
    """The faults that explain it, the likeliest first, and where the first of them begins.

    >>> candidates(Seen("connector", 0.4, {"S": 0.4}, frozenset({"C"})))
    (('hand-over',), 'connector')
    >>> candidates(Seen(None, 0.4, {"C": 0.3, "G": 0.4}))
    (('connector',), 'connector')
    """
    if seen.begins is None:
        return _by_probes_alone(seen)
    if seen.begins == "answer":
        return _answer(seen), "answer"
    if seen.begins == "language model":
        return _language_model(seen)
    return _before_the_language_model(seen, seen.begins)


def _before_the_language_model(seen: Seen, begins: Place) -> tuple[tuple[Fault, ...], Place]:
    behind, there = _behind(seen)
    if begins == "encoder" and "V" in seen.lost:
        return _information(seen, "V", "vision"), begins
    if begins == "encoder" and "V" in seen.unread:
        return ("hand-over",) if seen.carries else ("hand-over", *behind[:1]), begins
    if "C" in seen.lost:
        return _information(seen, "C", "connector") if begins == "connector" else ("hand-over", "connector"), begins
    if "C" in seen.unread:
        return ("hand-over",), begins
    if ("V" if begins == "encoder" else "C") in seen.blind:
        return ("hand-over", "vision" if begins == "encoder" else "connector"), begins
    if seen.slight:
        return (*behind[:1], "hand-over"), there
    return ("hand-over", *behind[:1]), begins


def _information(seen: Seen, key: StageKey, fault: Fault) -> tuple[Fault, ...]:
    return (fault,) if seen.lost[key] >= HALF * seen.loss else ("hand-over", fault)


def _language_model(seen: Seen) -> tuple[tuple[Fault, ...], Place]:
    if not seen.asked_alike:
        words = _answer(seen)
        return (words[0], "language model") if "U" in seen.lost else words, "answer"
    if seen.first_tap == "llm.in":
        return ("language model", "hand-over"), "language model"
    if seen.falls("U"):
        return ("language model",), "language model"
    if "S" not in seen.lost:
        return ("format", "language model"), "language model"
    if seen.first_tap is not None and seen.first_tap.startswith("llm.norm"):
        return ("words", "language model"), "language model"
    return ("language model",), "language model"


def _behind(seen: Seen) -> tuple[tuple[Fault, ...], Place]:
    """The first place behind the connector where something falls."""
    return (("language model",), "language model") if seen.falls("U") else (_answer(seen), "answer")


def _answer(seen: Seen) -> tuple[Fault, ...]:
    if "S" in seen.lost:
        return ("words",)
    return ("words", "format") if seen.names_another else ("format",)


def _by_probes_alone(seen: Seen) -> tuple[tuple[Fault, ...], Place]:
    """No features that could be compared: the first stage that falls."""
    if "V" in seen.lost:
        return ("vision",), "encoder"
    if "C" in seen.lost:
        return ("connector",), "connector"
    if "U" in seen.lost:
        return ("language model", "hand-over"), "language model"
    return _answer(seen), "answer"
