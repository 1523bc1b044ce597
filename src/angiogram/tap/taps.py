"""Every place where a model is read, in the order in which the image flows."""

from dataclasses import dataclass
from typing import Literal

from angiogram.model.anatomy import Anatomy

Part = Literal["pixels", "encoder", "connector", "llm"]
Stream = Literal["image", "last"]
Site = Literal["pixels", "input", "output"]
Stage = Literal["pixels", "encoder", "received", "connected", "prompt"]


@dataclass(frozen=True)
class Tap:
    """One read-out.

    Attributes:
        name: the same for every family, e.g. `encoder.block.3`, `llm.block.17@last`.
        part: where in the flow it lies; `depth` counts up along the flow, shared by the two streams of a block.
        stage: which boxes of the batch's `Layout` say where its tokens lie; the whole prompt inside the LLM.
        stream: pooled over the image's tokens, or the last token of the prompt.
        module: module path, empty for `pixels`.
        site: the module's first input or its output.
        on_path: whether the answer depends on it; false for encoder blocks behind the one that the connector reads.
    """

    name: str
    part: Part
    stage: Stage
    stream: Stream
    depth: int
    module: str
    site: Site
    on_path: bool = True


def plan_taps(anatomy: Anatomy) -> tuple[Tap, ...]:
    """All taps of a model, from `pixels` to `llm.norm@last`.

    Without image tokens inside the LLM its only taps are those of the last token.
    """
    taps = [Tap("pixels", "pixels", "pixels", "image", 0, "", "pixels")]
    depth = 0
    for number, block in enumerate(anatomy.encoder_blocks):
        depth += 1
        used = number < anatomy.used_blocks
        taps.append(Tap(f"encoder.block.{number}", "encoder", "encoder", "image", depth, block, "output", used))
    depth += 1
    received = anatomy.received or anatomy.connector
    taps.append(Tap("encoder.out", "encoder", "received", "image", depth, received, "input"))
    for number, side in enumerate(anatomy.deepstack):
        depth += 1
        taps.append(Tap(f"connector.deepstack.{number}", "connector", "connected", "image", depth, side, "output"))
    depth += 1
    taps.append(Tap("connector.out", "connector", "connected", "image", depth, anatomy.connector, "output"))
    depth += 1
    if anatomy.image_tokens:
        taps.append(Tap("llm.in", "llm", "prompt", "image", depth, anatomy.llm_blocks[0], "input"))
    for number, block in enumerate(anatomy.llm_blocks):
        depth += 1
        if anatomy.image_tokens:
            taps.append(Tap(f"llm.block.{number}@image", "llm", "prompt", "image", depth, block, "output"))
        taps.append(Tap(f"llm.block.{number}@last", "llm", "prompt", "last", depth, block, "output"))
    taps.append(Tap("llm.norm@last", "llm", "prompt", "last", depth + 1, anatomy.llm_norm, "output"))
    return tuple(taps)
