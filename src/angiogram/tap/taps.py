"""Every place where a model is read, in the order in which the image flows."""

from dataclasses import dataclass
from typing import Literal

from angiogram.model.anatomy import Anatomy

Part = Literal["pixels", "encoder", "connector", "llm"]
Stream = Literal["image", "last"]
Site = Literal["pixels", "input", "output"]


@dataclass(frozen=True)
class Tap:
    """One read-out.

    Attributes:
        name: the same for every family, e.g. `encoder.block.3`, `llm.block.17@last`.
        part: where in the flow it lies; `depth` counts up along the flow, shared by the two streams of a block.
        stream: pooled over the image's tokens, or the last token of the prompt.
        module: module path, empty for `pixels`.
        site: the module's first input or its output.
        class_tokens: leading tokens to leave out before pooling.
    """

    name: str
    part: Part
    stream: Stream
    depth: int
    module: str
    site: Site
    class_tokens: int = 0


def plan_taps(anatomy: Anatomy) -> tuple[Tap, ...]:
    """All taps of a model, from `pixels` to `llm.norm@last`."""
    taps = [Tap("pixels", "pixels", "image", 0, "", "pixels")]

    def add(name: str, part: Part, stream: Stream, depth: int, module: str, site: Site, class_tokens: int = 0) -> None:
        taps.append(Tap(name, part, stream, depth, module, site, class_tokens))

    depth = 0
    for number, block in enumerate(anatomy.encoder_blocks):
        depth += 1
        add(f"encoder.block.{number}", "encoder", "image", depth, block, "output", anatomy.class_tokens)
    add("encoder.out", "encoder", "image", depth + 1, anatomy.connector, "input")
    add("connector.out", "connector", "image", depth + 2, anatomy.connector, "output")
    add("llm.in", "llm", "image", depth + 3, anatomy.llm_blocks[0], "input")
    depth += 3
    for number, block in enumerate(anatomy.llm_blocks):
        depth += 1
        add(f"llm.block.{number}@image", "llm", "image", depth, block, "output")
        add(f"llm.block.{number}@last", "llm", "last", depth, block, "output")
    add("llm.norm@last", "llm", "last", depth + 1, anatomy.llm_norm, "output")
    return tuple(taps)
