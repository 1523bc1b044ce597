"""What is known of a family before a model is loaded."""

from dataclasses import dataclass

# A module path, or several whose blocks follow one another.
Path = str | tuple[str, ...]


@dataclass(frozen=True)
class Family:
    """Candidate module paths for each part, tried in order, and how the family lays out its tokens.

    `encoder_blocks` and `llm_blocks` name the lists that hold the blocks.

    Attributes:
        layout: a name in `angiogram.model.layouts.layout.LAYOUTS`.
        deepstack: list of further connectors, whose outputs are added between the first LLM blocks.
        carried: inputs `[B, L, ...]` that go on with every further token of an answer, repeating their last entry.
        image_tokens: whether image tokens stand in the LLM's prompt; false where it reads them by cross-attention.
    """

    name: str
    encoder: tuple[str, ...]
    encoder_blocks: tuple[Path, ...]
    connector: tuple[str, ...]
    llm: tuple[str, ...]
    llm_blocks: tuple[str, ...]
    llm_norm: tuple[str, ...]
    layout: str
    deepstack: tuple[str, ...] = ()
    carried: tuple[str, ...] = ()
    image_tokens: bool = True
