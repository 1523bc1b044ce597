"""The LLM: the last list of blocks as long as the prompt, behind the words and before the answer."""

from dataclasses import dataclass

import torch
from torch import Tensor

from angiogram.errors import InputError
from angiogram.model.discover.chains import Chain, within
from angiogram.model.discover.finding import Certainty, Finding
from angiogram.model.discover.missing import not_found
from angiogram.model.discover.trace import Call, Trace


@dataclass(frozen=True)
class Language:
    """The LLM's parts.

    Attributes:
        blocks: its list of blocks.
        words: path of the embedding of words; None where none was seen.
        changed: `[L]`, the prompt's positions at which the image changes what enters the first block.
        finding: of the blocks.
    """

    blocks: Chain
    words: str | None
    changed: Tensor
    finding: Finding

    @property
    def first(self) -> Call:
        """The first block's call: what began before it made its input."""
        return self.blocks.calls[0]


def find_language(traced: Trace, lists: list[Chain], given: tuple[str, ...] | None) -> Language:
    """Choose the LLM's blocks among the lists.

    Raises:
        InputError: no list takes the whole prompt.
    """
    shape = (1, traced.prompt_length)
    fit = [chain for chain in lists if _entering(chain)[:2] == shape and chain.calls[-1].gave_depends]
    if given is not None:
        fit = [Chain(tuple(traced.of(path) for path in given), 0)]
    if not fit:
        _check_streams(traced, lists)
        raise not_found(
            "llm_blocks",
            f"no list of blocks takes the {traced.prompt_length} tokens of the prompt and depends on the image",
            "model.language_model.layers",
        )
    blocks = fit[-1]
    changed = traced.changed(blocks.calls[0])
    ids = traced.inputs[0]["input_ids"][0].cpu()
    text = ~torch.isin(ids, ids[changed])  # an image's ends of lines do not change with it
    words, kept = _words(traced, blocks.calls[0], text)
    proved = words is not None and kept == int(text.sum()) and blocks.linked
    steps = f"each of the {len(blocks.calls)} blocks receives what the one before it gave"
    if not blocks.linked:
        steps = f"{blocks.links} of {len(blocks.calls) - 1} steps from block to block were seen"
    evidence = f"{steps}; they hold all {traced.prompt_length} tokens of the prompt"
    if words is None:
        evidence += "; its word rows are no embedding's own, as where positions are added to them"
    else:
        evidence += f"; {kept} of {int(text.sum())} word rows of the first block's input come from {words}"
    certainty: Certainty = "certain" if proved else "likely" if blocks.linked or kept else "unsure"
    certainty = "given" if given is not None else certainty
    return Language(blocks, words, changed, Finding("llm_blocks", blocks.paths, certainty, evidence))


def find_norm(traced: Trace, language: Language) -> Finding:
    """The module that takes what the last block gave and keeps its shape.

    Raises:
        InputError: none does.
    """
    last = language.blocks.calls[-1]
    assert last.gave is not None
    for call in traced.calls:
        if call.began < last.ended or call.given is None or call.gave is None:
            continue
        if call.gave.shape == last.gave.shape and bool(call.given.same(last.gave).all()):
            return Finding("llm_norm", (call.path,), "certain", "it receives what the last block gave, row by row")
    raise not_found(
        "llm_norm", "no module of the same width receives what the LLM's last block gives", "model.language_model.norm"
    )


def find_llm(language: Language, norm: str, encoder_blocks: tuple[str, ...]) -> Finding:
    """The deepest module that holds the blocks, the final norm and, where it does not hold the encoder, the words."""
    inside = [*language.blocks.paths, norm]
    with_words = common([*inside, language.words]) if language.words else ""
    for path, evidence in (
        (with_words, "the deepest module that holds the LLM's blocks, its final norm and the embedding of words"),
        (common(inside), "the deepest module that holds the LLM's blocks and its final norm"),
    ):
        if path and not any(within(block, path) for block in encoder_blocks):
            return Finding("llm", (path,), "certain", evidence)
    return Finding("llm", (language.blocks.parent,), "likely", "no module but the list itself holds the LLM alone")


def common(paths: list[str]) -> str:
    """The deepest module that holds all of them; empty where only the whole model does.

    >>> common(["a.b.c", "a.b.d.e"])
    'a.b'
    """
    shared: list[str] = []
    for names in zip(*(path.split(".")[:-1] for path in paths), strict=False):
        if len(set(names)) > 1:
            break
        shared.append(names[0])
    return ".".join(shared)


def _check_streams(traced: Trace, lists: list[Chain]) -> None:
    """Refuse blocks that hand on several states a token, as hyper-connections and AltUp do."""
    for chain in reversed(lists):
        given = chain.calls[0].given
        if given is not None and len(given.shape) == 4 and traced.prompt_length in given.shape[1:3]:
            raise InputError(
                f"The LLM's blocks in '{chain.parent}' hand on several states of each token {given.shape}, but a tap "
                "reads one, so that this LLM cannot be tapped."
            )


def _entering(chain: Chain) -> tuple[int, ...]:
    given = chain.calls[0].given
    return given.shape if given is not None and len(given.shape) == 3 else ()


def _words(traced: Trace, first: Call, text: Tensor) -> tuple[str | None, int]:
    """The embedding of words, and how many of the text's rows in the LLM's input are its own."""
    assert first.given is not None
    best: tuple[str | None, int] = None, 0
    for call in traced.calls:
        if call.ended > first.began or call.given is None or call.gave is None or call.given.floating:
            continue
        kept = int((first.given.found_in(call.gave) & text).sum())
        if call.leaf and kept > best[1]:
            best = call.path, kept
    return best
