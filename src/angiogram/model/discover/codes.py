"""Models that hand an image to their LLM as words: tokens of a codebook that the embedding of words holds as well."""

from typing import Any

from angiogram.errors import InputError
from angiogram.model.discover.language import Language
from angiogram.model.discover.rows import rows_of


def check_features(model: Any, language: Language) -> None:
    """Refuse an image that enters the LLM as rows of the embedding of words: no module gives them as its features.

    Raises:
        InputError: every row that the image changes stands in that embedding, bit for bit.
    """
    words = model.get_input_embeddings()
    entering, changed = language.first.given, language.changed
    assert entering is not None
    if not changed.any() or getattr(words, "weight", None) is None:
        return
    if bool(entering.found_in(rows_of(words.weight))[changed].all()):
        raise InputError(
            f"A model of type '{model.config.model_type}' turns the image into tokens of its own vocabulary, which "
            "enter the LLM as words do: it has no connector whose features a tap could read."
        )
