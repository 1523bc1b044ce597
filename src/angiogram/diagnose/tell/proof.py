"""What the headline rests on: each rung of the ladder that speaks for or against it, and the losses, in words."""

from angiogram.diagnose.account.accounting import Accounting
from angiogram.diagnose.judge.judgement import Judgement
from angiogram.diagnose.phrases import listed, percent
from angiogram.diagnose.repair.rung import Ladder, Outcome, Place, Rung
from angiogram.diagnose.tell.headline import WHERE, stages_above_chance, where_by_stage

PLACES: dict[Place, str] = {
    "own words": "What the model says, read as the class for which it stands,",
    "exchanged names": "Each class name, read as the class for which it stands,",
    "mapped names": "A map of the class likelihoods",
    "read-out": "A probe at the last token",
    "image tokens": "A re-fit of the image tokens inside the language model",
    "connector output": "A re-fit of the connector's output",
    "encoder output": "A re-fit of the encoder's output",
    "input": "Another preparation of the images",
}
DID: dict[Outcome, str] = {
    "brings it back": "brings the answer back",
    "brings a part back": "brings a part of the answer back",
    "does not": "does not bring the answer back",
    "undecided": "may bring the answer back or not",
    "proves nothing": "proves nothing, since a control brings half of it back",
}
CLEARED: dict[Place, str] = {
    "input": "the whole model can read images that are prepared as the ladder says",
    "image tokens": "the language model behind its first third can read the image and say the class",
    "connector output": "the language model can read the image and say the class",
    "encoder output": "connector and language model can read the image and say the class",
}


def proof(judgement: Judgement, accounting: Accounting, ladder: Ladder, null_band: float) -> tuple[str, ...]:
    """One sentence each: what cannot be told apart, what repairs showed, what is lost where."""
    located = judgement.located
    said: list[str] = []
    if len(located.fault) > 1:
        said.append(f"From this model alone {listed([WHERE[fault] for fault in located.fault])} cannot be told apart.")
    if located.spread:
        said.append("No single stage loses more than the margin for sure; taken together they do.")
    if located.among:
        said.append(f"Each of {listed([WHERE[fault] for fault in located.among])} may have a part in it.")
    behind = {"hand-over", "language model", "words", "format"} & {*located.fault, *located.among}
    if behind and not judgement.silent:
        said += [_rung(rung) for rung in ladder.rungs if rung.outcome not in ("not tried", "not needed", "undecided")]
        said += _undecided([rung.place for rung in ladder.rungs if rung.outcome == "undecided"])
    if located.cleared is not None and located.fault:
        said.append(f"So {CLEARED[located.cleared]}.")
    if located.open:
        said.append(f"No repair rules out {listed([WHERE[fault] for fault in located.open])}.")
    if located.behind:
        said.append(f"{listed([WHERE[fault] for fault in located.behind]).capitalize()} may follow from it.")
    hidden = stages_above_chance(accounting, null_band) if judgement.unread else ()
    return (*said, *where_by_stage(judgement.verdicts), *hidden)


def _rung(rung: Rung) -> str:
    """`A re-fit of the connector's output brings the answer back: right in 95 %, 52 % before; controls 11 %.`"""
    assert rung.after is not None
    controls = [percent(control) for control in (rung.permuted, rung.random) if control is not None]
    held = f"; controls {' and '.join(controls)}" if controls else ""
    right = f"right in {percent(rung.after.value)}, {percent(rung.before)} before{held}"
    return f"{PLACES[rung.place]} {DID[rung.outcome]}: {right}."


def _undecided(places: list[Place]) -> list[str]:
    """One sentence for all of them, without numbers: they decide nothing."""
    if not places:
        return []
    first, *others = (PLACES[place] for place in places)
    named = listed([first, *(other[0].lower() + other[1:] for other in others)]).replace(",,", ",")
    return [f"{named} {DID['undecided']}."]
