"""Find encoder, connector and LLM of a model that no family file describes."""

from dataclasses import dataclass
from typing import Any

import torch
from transformers import GenerationMixin

from angiogram.errors import InputError
from angiogram.model.anatomy import Anatomy
from angiogram.model.discover.bridge import find_bridge, find_deepstack
from angiogram.model.discover.chains import chains
from angiogram.model.discover.codes import check_features
from angiogram.model.discover.described import Described
from angiogram.model.discover.experiment import Experiment
from angiogram.model.discover.finding import Finding, weakest
from angiogram.model.discover.image_tokens import find_image_tokens
from angiogram.model.discover.language import find_language, find_llm, find_norm
from angiogram.model.discover.sharing import Stages, check_sharing
from angiogram.model.discover.trace import Trace, trace
from angiogram.model.discover.vision import find_used, find_vision
from angiogram.model.layouts.alone import ONE_BY_ONE

NOTHING = Described()


@dataclass(frozen=True)
class Discovered:
    """An anatomy and how it was found.

    Attributes:
        findings: one a part, in the order of the flow.
    """

    anatomy: Anatomy
    findings: tuple[Finding, ...]

    @property
    def summary(self) -> str:
        """One sentence: how sure all of it is."""
        least = weakest(self.findings)
        if least.certainty == "given":
            return "Every part is where the family file or the anatomy file says."
        if least.certainty == "certain":
            alone = " Images are read one by one." if self.anatomy.layout == ONE_BY_ONE else ""
            return f"Certain: every part was found by following the data of two traced images.{alone}"
        return f"{least.certainty.capitalize()}, because of the {least.part.replace('_', ' ')}: {least.evidence}."


@torch.no_grad()
def discover(model: Any, processor: Any, described: Described = NOTHING) -> Discovered:
    """Trace two images through the model and follow them.

    Sets `model.config.image_token_id` where the configuration does not say which tokens are the image's.

    Args:
        model: a loaded transformers model, remote code or not, in evaluation mode.
        processor: its processor.
        described: what the user says; those parts are not looked for.

    Raises:
        InputError: a part cannot be found; the message says which and how to describe it.
    """
    check_decoder(model)
    traced = trace(model, processor)
    if not traced.depends:
        raise InputError(
            "The model's answer does not depend on the image at all: two noise images gave the same logits."
        )
    lists = chains(traced)
    language = find_language(traced, lists, described.llm_blocks)

    def before(path: str) -> Experiment:
        return Experiment(model, traced, path)

    vision = find_vision(traced, lists, language, described.encoder_blocks, before)
    tokens = find_image_tokens(model, traced, language, described)
    check_features(model, language)
    entrance = Experiment(model, traced, language.first.path if language.changed.any() else None)
    used = find_used(vision, entrance)
    bridge = find_bridge(
        traced, language, vision, int(used.found[0]), entrance, (described.connector, described.received), before
    )
    findings = [vision.finding, used, *bridge.findings]
    deepstack: tuple[str, ...] = ()
    if language.changed.any():
        further = find_deepstack(traced, language, bridge, Experiment(model, traced, None), entrance)
        deepstack = further.found
        findings += [further] if deepstack else []
    norm = find_norm(traced, language) if described.llm_norm is None else _given("llm_norm", described.llm_norm)
    llm = find_llm(language, norm.found[0], vision.paths)
    outputs = [*vision.paths[: int(used.found[0])], bridge.call.path]
    stages = Stages(outputs, bridge.received.path, language.first.path)
    layout = check_sharing(model, processor, stages, equal=not language.changed.any())
    findings += [llm, language.finding, norm, tokens, layout]
    found = Anatomy(
        family=f"{model.config.model_type} (discovered)",
        encoder=vision.root,
        encoder_blocks=vision.paths,
        used_blocks=int(used.found[0]),
        connector=bridge.call.path,
        deepstack=deepstack,
        llm=llm.found[0],
        llm_blocks=language.blocks.paths,
        llm_norm=norm.found[0],
        layout=layout.found[0],
        carried=() if language.changed.any() else _carried(traced),
        image_tokens=bool(language.changed.any()),
        received="" if bridge.received.path == bridge.call.path else bridge.received.path,
    )
    return Discovered(found, tuple(findings))


def check_decoder(model: Any) -> None:
    """Refuse an LLM that does not go on from its prompt.

    Raises:
        InputError: it is an encoder and a decoder, or does not write one token behind another.
    """
    if getattr(model.config, "is_encoder_decoder", False):
        raise InputError(
            f"The LLM of model type '{model.config.model_type}' is an encoder and a decoder: it does not answer from "
            "the last token of the prompt, so its taps would not mean what the report says."
        )
    if not isinstance(model, GenerationMixin):
        raise InputError(
            f"A model of type '{model.config.model_type}' does not write its answer one token behind another, so "
            "it cannot be asked for the first token of an answer."
        )


def _given(part: str, path: str) -> Finding:
    return Finding(part, (path,), "given", "the anatomy file says so")


def _carried(traced: Trace) -> tuple[str, ...]:
    """Inputs beside the ids that have an entry for every token of the prompt, such as a cross-attention mask."""
    inputs = traced.inputs[0]
    return tuple(n for n, v in inputs.items() if v.dim() > 2 and v.shape[:2] == (1, traced.prompt_length))
