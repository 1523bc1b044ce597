"""Which tokens of the prompt are the image's."""

from typing import Any

from angiogram.errors import InputError
from angiogram.model.discover.described import Described
from angiogram.model.discover.finding import Finding
from angiogram.model.discover.language import Language
from angiogram.model.discover.trace import Trace


def find_image_tokens(model: Any, traced: Trace, language: Language, described: Described) -> Finding:
    """Compare the positions that the image changes with the id that the configuration names.

    Sets `model.config.image_token_id` where it is missing or not the one that is seen.

    Raises:
        InputError: the image changes rows of several words, so that no id stands for it.
    """
    ids = traced.inputs[0]["input_ids"][0].cpu()
    config = model.config
    if described.image_token_id is not None:
        config.image_token_id = described.image_token_id
    said: int | None = getattr(config, "image_token_id", None)
    rows = int(language.changed.sum())
    if not rows:
        return _read_by_cross_attention(model, ids, said)
    seen: list[int] = ids[language.changed].unique().tolist()
    if len(seen) > 1:
        raise InputError(
            f"The image changes what enters the LLM at tokens of {len(seen)} different ids ({seen[:4]}, ...), so that "
            "they cannot be told from words; only models whose image tokens share one id can be tapped."
        )
    where = "which is config.image_token_id"
    if said != seen[0]:
        config.image_token_id = seen[0]
        where = f"to which config.image_token_id was set (it was {said})"
    still = int((ids == seen[0]).sum()) - rows
    evidence = f"the image changes {rows} rows of llm.in, all at tokens of id {seen[0]}, {where}"
    if still:
        evidence += f"; {still} more of that id stay the same, such as ends of lines"
    return Finding("image_tokens", ("true",), "certain", evidence)


def _read_by_cross_attention(model: Any, ids: Any, said: int | None) -> Finding:
    if said is None or not bool((ids == said).any()):
        raise InputError(
            "The image changes the answer but no row that enters the LLM, and no token of the prompt stands for it, so "
            "that a batch cannot be told apart into its images; name the token's id in a YAML file with the line "
            "'image_token_id: 128256' and give that file with --anatomy."
        )
    evidence = "the image changes the answer but no row of llm.in: the LLM reads it by cross-attention"
    return Finding("image_tokens", ("false",), "certain", evidence)
