"""The ladder of repairs: the latest interface at which a repair brings the answer back. [own]

Each rung repairs one interface and leaves everything else as it is, learns on training cases and is judged on others.
From the answer back to the image: the words (the answer read anew), the read-out (the probe at the last token), the
image tokens a third into the language model, the connector's output, the encoder's output, the input. A repair that
brings the answer back clears every part behind it; what no repair behind an interface brings back lies there or before.

The rungs without passes are always climbed. The others are, where an answer is lost, as far as a share of the passes
allows, their controls counted: first the connector's output, which parts the two sides of the model, then its
neighbours.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from angiogram.cache import Progress
from angiogram.diagnose.collect.material import Material
from angiogram.diagnose.collect.plan import Plan
from angiogram.diagnose.read.assess import Assessed
from angiogram.diagnose.repair.bench import Bench, bench, best_behind_encoder
from angiogram.diagnose.repair.interface import Interface, connector_output, encoder_output, image_tokens
from angiogram.diagnose.repair.kept import Kept, kept_in
from angiogram.diagnose.repair.preparation import preparation_passes, preparation_rung
from angiogram.diagnose.repair.refit import STEPS
from angiogram.diagnose.repair.refit_rung import not_tried, refit_rung, rung_passes
from angiogram.diagnose.repair.rung import Ladder, Place, Rung
from angiogram.diagnose.repair.without_passes import free_rungs
from angiogram.diagnose.settings import Settings
from angiogram.model.anatomy import Anatomy

SHARE = 10
"""Passes that the costly rungs may take with all their controls, for each pass of the diagnosis."""
ORDER: tuple[Place, ...] = ("image tokens", "connector output", "encoder output", "input")
FIRST: tuple[Place, ...] = ("connector output", "encoder output", "image tokens", "input")
NOT_LOST = "Nothing is to be brought back: the answer names what a probe reads."
NOT_LOST_HERE = "Nothing is to be brought back of the cases that these repairs are judged on."
UNREAD = "Nothing can be brought back: behind the encoder no probe reads more than chance allows."
OFF = "Left out: only repairs without passes were asked for."
ONE_GROUP = "The cases to judge on are of one group: nothing could be said about others."
NO_TOKENS = "This language model holds no image tokens."


def climb(
    planned: Plan, material: Material, found: Assessed, settings: Settings, folder: Path, progress: Progress
) -> Ladder:
    """Every rung, from the answer back to the image.

    Args:
        planned: the pass that filled the store; it asked the model.
        material: see `Material`.
        found: what probes and answers read.
        settings: `ladder` says which rungs are climbed.
        folder: the run's; what is climbed is kept there, and not climbed again.
        progress: receives plain lines, what each rung costs first.
    """
    draws, target = found.resamples, best_behind_encoder(found)
    answers = found.answering.constrained == found.truth, found.answering.generated == found.truth
    likelihood, words = (draws.loss(target, right).interval() for right in answers)
    free = free_rungs(material, found, settings)
    allowed = None if settings.ladder == "full" else SHARE * len(material.examined.cases) * len(planned.prompts)
    made = bench(planned, material, found, settings)
    if made is None:
        costly = _one_group(free[-1])
    elif settings.ladder == "free":
        costly = tuple(not_tried(made, place, OFF) for place in ORDER)
    elif target.mean() <= found.flow.null_band:
        costly = tuple(not_tried(made, place, UNREAD) for place in ORDER)
    elif max(likelihood.value, words.value) <= settings.margin:
        costly = tuple(not_tried(made, place, NOT_LOST) for place in ORDER)
    elif max(made.lost("S"), made.lost("G")) <= settings.margin:
        costly = tuple(not_tried(made, place, NOT_LOST_HERE) for place in ORDER)
    else:
        costly = _costly(made, settings, allowed, kept_in(folder, material, settings), progress)
    return Ladder(likelihood, words, (*free, *costly), allowed)


def _one_group(like: Rung) -> tuple[Rung, ...]:
    return tuple(Rung(place, ONE_GROUP, "not tried", like.stage, like.before, like.target) for place in ORDER)


def _costly(made: Bench, settings: Settings, allowed: int | None, kept: Kept, progress: Progress) -> tuple[Rung, ...]:
    ways: dict[Place, list[_Way]] = {place: some for place in FIRST if (some := _ways(made, place, settings, progress))}
    needed = sum(some[0].cost for some in ways.values())
    bound = "no bound" if allowed is None else f"{allowed} allowed"
    progress(f"ladder: an answer is lost; all rungs would take about {needed} passes with their controls ({bound})")
    found: dict[Place, Rung] = {place: not_tried(made, place, NO_TOKENS) for place in ORDER if place not in ways}
    spent = 0
    for place, some in ways.items():
        left = None if allowed is None else allowed - spent
        way = next((way for way in some if left is None or way.cost <= left), None)
        if way is None:
            why = f"about {some[-1].cost} passes with its controls, where {left} of {allowed} are left"
            found[place] = not_tried(made, place, f"Left out: {why} (--ladder full).")
            continue
        if (rung := kept.rung(way.name)) is None:
            rung = way.climb()
            if rung.outcome != "not tried":
                kept.keep(way.name, rung)
        else:
            progress(f"ladder: the {place} was climbed before")
        if way is not some[0]:
            rung = replace(rung, done=f"{rung.done} Gradient steps are left to --ladder full.")
        found[place] = rung
        spent += rung.passes
    return tuple(found[place] for place in ORDER)


@dataclass(frozen=True)
class _Way:
    """One way to climb a rung.

    Attributes:
        name: by which it is kept.
        cost: about how many passes it takes at most, its controls among them.
        climb: does it.
    """

    name: str
    cost: int
    climb: Callable[[], Rung]


def _ways(made: Bench, place: Place, settings: Settings, progress: Progress) -> list[_Way]:
    """How a rung may be climbed, the cheapest last; nothing where the model has no such interface.

    Only at the connector's output is there a map in closed form that is worth a rung of its own.
    """
    if place == "input":
        return [_Way(place, preparation_passes(made), lambda: preparation_rung(made, progress))]
    interface = _interface(made.asker.loaded.anatomy, place)
    if interface is None:
        return []
    efforts: dict[str, int] = {place: STEPS} | ({f"{place} in closed form": 0} if place == "connector output" else {})
    return [
        _Way(
            name,
            rung_passes(made, interface, settings.seed, steps),
            partial(refit_rung, made, place, interface, settings.seed, progress, steps),
        )
        for name, steps in efforts.items()
    ]


def _interface(anatomy: Anatomy, place: Place) -> Interface | None:
    if place == "image tokens":
        return image_tokens(anatomy)
    return connector_output(anatomy) if place == "connector output" else encoder_output(anatomy)
