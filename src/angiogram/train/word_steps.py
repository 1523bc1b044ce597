"""Steps that bring an image's tokens near the words for it, without a pass through the LLM.

What the closed form (`closed_form.py`) solves for a connector alone, by gradients and so for the encoder as well: an
encoder that starts with weights drawn at random learns to tell the classes apart at a small part of the cost of a step
through the LLM, and its tokens arrive where the LLM knows the words. [own]
"""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from angiogram.errors import InputError
from angiogram.model.build.configuration import AngiogramConfig
from angiogram.model.load import LoadedModel, input_device
from angiogram.model.prompt import chat, in_precision, prepare
from angiogram.train.closed_form import word_embeddings
from angiogram.train.draws.drawn import Draw
from angiogram.train.draws.table import Entries
from angiogram.train.piece import Piece, Pieces

SHARPNESS = 10.0  # of the choice between words


def word_pieces(loaded: LoadedModel, source: Entries, draw: Draw) -> Pieces:
    """Steps on the labels of drawn entries, one pass each.

    Args:
        loaded: a model from parts; its embeddings of words stay as they are.
        source: whose labels are told apart.
        draw: of it, gives all entries of a step.

    Raises:
        InputError: the model is no such one, or an entry has no image or no label.
    """
    if loaded.model.config.model_type != AngiogramConfig.model_type:
        raise InputError(f"Words are learnt by models from parts; '{loaded.name}' is none.")
    for entry in source.entries:
        if entry.image is None or entry.answer.label is None:
            raise InputError(f"Words are learnt from images with a label each; the entry '{entry.id}' has none.")
    labels = sorted({str(entry.answer.label) for entry in source.entries})
    words = word_embeddings(loaded, labels).detach().float()  # [K, D]

    def pieces(step: int) -> Sequence[Piece]:
        drawn = draw(step)
        images = [each.image for each in drawn if each.image is not None]
        inputs = prepare(loaded.processor, chat(loaded.processor, drawn[0].entry.prompt), images)
        pixels = in_precision(loaded.model, inputs)["pixel_values"].to(input_device(loaded.model))
        own = torch.tensor([labels.index(str(each.entry.answer.label)) for each in drawn], device=pixels.device)

        def losses(model: Any) -> Mapping[str, Tensor]:
            tokens: Tensor = model.model.get_image_features(pixels)  # [B, T, D]
            return {"words": word_loss(tokens.mean(dim=1).float(), words, own)}

        return (Piece(losses, {"words": 1.0}, tuple(each.entry.id for each in drawn)),)

    return pieces


def word_loss(tokens: Tensor, words: Tensor, own: Tensor) -> Tensor:
    """How hard images are to tell by the words in them, and how far they are from their own.

    With `c` the `word_shares` and `s` the words' mean squared distance from their mean, the mean over images of
    `|t - w_y|^2 / s - log softmax(SHARPNESS * c)_y`.

    Args:
        tokens: of images, `[B, D]`.
        words: of all classes, `[K, D]`.
        own: number of each image's word, `[B]`.

    >>> words = torch.eye(3)
    >>> near, far = (float(word_loss(words + away, words, torch.arange(3))) for away in (0.0, 1.0))
    >>> near < 0.01 < far
    True
    """
    spread = (words - words.mean(dim=0)).square().sum(dim=1).mean()
    away = (tokens - words[own]).square().sum(dim=1).mean() / spread
    return away + nn.functional.cross_entropy(SHARPNESS * word_shares(tokens, words), own)


def word_shares(tokens: Tensor, words: Tensor) -> Tensor:
    """Tokens `[B, D]` taken apart into words `[K, D]`, `[B, K]`: `c` of `t = m + sum_k c_k (w_k - m)` by least squares.

    `m` is the words' mean. Words that lie near each other, such as two sides, so count as much as any.

    >>> word_shares(torch.tensor([[0.9, 0.1]]), torch.eye(2)).argmax(dim=1)
    tensor([0])
    """
    middle = words.mean(dim=0)
    return (tokens - middle) @ torch.linalg.pinv(words - middle, rtol=1e-4)
