"""The connector: what the LLM reads of the image comes out of it, and all of it."""

from collections.abc import Callable
from dataclasses import dataclass

from angiogram.errors import InputError
from angiogram.model.discover.chains import within
from angiogram.model.discover.experiment import Experiment
from angiogram.model.discover.finding import Finding
from angiogram.model.discover.language import Language
from angiogram.model.discover.missing import not_found
from angiogram.model.discover.trace import Call, Trace
from angiogram.model.discover.vision import Vision

TRIES = 12  # experiments with modules whose rows were not met again in the LLM's input


@dataclass(frozen=True)
class Bridge:
    """The connector's call, the call whose input is the encoder's end, and what was seen of both."""

    call: Call
    received: Call
    findings: tuple[Finding, ...]


def find_bridge(
    traced: Trace,
    language: Language,
    vision: Vision,
    used: int,
    experiment: Experiment,
    given: tuple[str | None, str | None],
    before: Callable[[str], Experiment],
) -> Bridge:
    """Choose the connector among the modules between the encoder's last used block and the LLM.

    Args:
        given: paths of the connector and of `received`, where the user says them.
        before: an experiment whose outcome is the input of this module.

    Raises:
        InputError: no module carries all that the LLM gets of the image, or no tap can read what enters it.
    """
    end = vision.blocks[used - 1]
    between = [
        call for call in traced.calls if end.ended < call.ended < language.first.began and call.began > end.ended
    ]
    open_to_taps = [call for call in between if call.gave_depends and traced.of(call.path) is call]
    connector, received = given
    if connector is not None:
        call = traced.of(connector)
        if call.ended > language.first.began:
            raise InputError(
                f"'{connector}' is no connector: it is called behind the beginning of the LLM's first block."
            )
        finding = Finding("connector", (connector,), "given", "the anatomy file says so")
    else:
        call, finding = _connector(language, open_to_taps, experiment)
    if received is not None:
        entrance = traced.of(received)
    elif vision.ends:
        entrance = _fused(between, call, vision, before)
    else:
        entrance = _received(between, call, vision, experiment)
    _check_axes(traced, entrance)
    findings = (finding,)
    if entrance.path != call.path:
        what = "what comes of both encoders" if vision.ends else "what depends on the image"
        evidence = f"the first module outside the encoder that receives {what}; the connector is several modules"
        findings += (Finding("received", (entrance.path,), "given" if received else "certain", evidence),)
    return Bridge(call, entrance, findings)


def find_deepstack(
    traced: Trace, language: Language, bridge: Bridge, model_end: Experiment, entrance: Experiment
) -> Finding:
    """Further connectors of the same class, which matter to the answer but not to what enters the first LLM block."""
    assert bridge.call.gave is not None
    alike = [
        call.path
        for call in traced.calls
        if call.kind == bridge.call.kind
        and call.path != bridge.call.path
        and call.ended < language.first.began
        and call.gave_depends
        and call.gave is not None
        and call.gave.shape == bridge.call.gave.shape
    ]
    found = tuple(path for path in alike if model_end.matters(path) and not entrance.matters(path))
    evidence = "they matter to the answer, but not to what enters the first LLM block" if found else "none seen"
    return Finding("deepstack", found, "certain", evidence)


def _connector(language: Language, calls: list[Call], experiment: Experiment) -> tuple[Call, Finding]:
    rows = int(language.changed.sum())
    for words, met in (("", _met(language, calls, False)), (" up to a positive factor", _met(language, calls, True))):
        if met:
            call = min(met, key=lambda call: (call.path.count("."), call.began))
            evidence = f"{rows} of {rows} image-token rows found in llm.in{words}"
            if experiment.carries_all([call.path]):
                return call, Finding(
                    "connector",
                    (call.path,),
                    "certain",
                    f"{evidence}; with its output of another image "
                    "the LLM receives exactly what it receives of that image",
                )
            return call, Finding("connector", (call.path,), "likely", evidence)
    outermost = [c for c in calls if not any(c is not o and o.began < c.began and c.ended < o.ended for o in calls)]
    for call in sorted(outermost, key=lambda call: -call.ended)[:TRIES]:
        if experiment.carries_all([call.path]):
            what = "the LLM receives" if rows else "the model answers"
            return call, Finding(
                "connector",
                (call.path,),
                "certain" if not rows else "likely",
                f"the last module before the LLM of which this holds: with its output of another image {what} exactly "
                "what it does for that image",
            )
    raise not_found(
        "connector",
        "no single module between encoder and LLM carries all that the LLM gets of the image",
        "model.multi_modal_projector",
    )


def _met(language: Language, calls: list[Call], scaled: bool) -> list[Call]:
    """Calls among whose output are all rows of the LLM's input that the image changes."""
    entering, changed = language.first.given, language.changed
    assert entering is not None
    if not changed.any():
        return []
    return [
        call
        for call in calls
        if call.gave is not None
        and bool((entering.scaled_in(call.gave) if scaled else entering.found_in(call.gave))[changed].all())
    ]


def _received(between: list[Call], connector: Call, vision: Vision, experiment: Experiment) -> Call:
    """The first call behind the encoder whose input depends on the image; the connector's own where it lies within.

    Further connectors, which are called before it and matter only behind the LLM's first block, are passed by.
    """
    inside = within(connector.path, vision.root)
    aside: list[str] = []
    for call in between:
        outside = call.began >= connector.began if inside else not within(call.path, vision.root)
        if not outside or not call.given_depends or call.ended > connector.ended:
            continue
        if any(within(call.path, path) for path in aside):
            continue
        if call.gave is None or experiment.matters(call.path):
            return call
        aside.append(call.path)
    raise not_found("received", "nothing that depends on the image enters the connector", connector.path)


def _fused(between: list[Call], connector: Call, vision: Vision, before: Callable[[str], Experiment]) -> Call:
    """The first call whose first input depends on the end of every encoder."""
    for call in between:
        if call.given_depends and call.ended <= connector.ended:
            tried = before(call.path)
            if all(tried.matters(end) for end in vision.ends):
                return call
    raise not_found("received", "no module inside the connector receives what comes of both encoders", connector.path)


def _check_axes(traced: Trace, entrance: Call) -> None:
    """Refuse an input with its channels before its pixels: a tap would take a row of pixels for a token."""
    states = entrance.given
    assert states is not None
    for call in traced.calls:
        inside = call.leaf and entrance.began <= call.began and call.ended <= entrance.ended
        if not inside or "Conv" not in call.kind or call.given is None or len(states.shape) != 4:
            continue
        if bool(call.given.same(states).all()):
            raise InputError(
                f"What '{entrance.path}' receives {states.shape} has its channels before its pixels, which no "
                "tap can read; name a module behind it whose input is [..., tokens, width] in a YAML file with the "
                "line 'received: PATH' and give that file with --anatomy."
            )
