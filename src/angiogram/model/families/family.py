"""What is known of a family before a model is loaded."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Family:
    """Candidate module paths for each part, tried in order.

    `encoder_blocks` and `llm_blocks` name the list that holds the blocks. `class_tokens` is the number of leading
    encoder tokens that are not patches and that the connector does not receive.
    """

    name: str
    encoder: tuple[str, ...]
    encoder_blocks: tuple[str, ...]
    connector: tuple[str, ...]
    llm: tuple[str, ...]
    llm_blocks: tuple[str, ...]
    llm_norm: tuple[str, ...]
    class_tokens: int
