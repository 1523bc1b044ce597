"""Which tokens are pooled with which weight: the mean over the image, and the means of a 2x2 grid.

A mean can hide what the LLM still sees when the class is a matter of position (left or right), so both are read:
row 0 of every image tap is the mean, rows 1 to 4 are the upper left, upper right, lower left and lower right
quarters. [own; the mean is what Zhu et al., arXiv 2604.08333, describe]

Of a volume the quarters are those of its slices, each averaged over all of them: left and right, front and back is what
classes are told by, and eight parts would double what a probe has to learn from the same cases. Whether a class is a
matter of its slice alone, the quarters do not say.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from angiogram.errors import InputError
from angiogram.model.layouts.place import everywhere

IMAGE_ROWS = 5
_HALVES = ((0.0, 0.5), (0.5, 1.0))


def quarter_weights(boxes: Tensor) -> Tensor:
    """`[4, T]` weights of tokens in these boxes `[T, 4]`: the share of each that lies in each quarter of the image.

    In a volume, `[T, 6]`, a quarter goes through all slices.

    A token without a place (NaN) weighs nothing, nor does one in the padding outside the image. Over the quarters the
    shares add up to the share that lies in the image: what the token weighs in the mean.

    >>> quarter_weights(torch.tensor([[0.0, 0.0, 0.5, 1.0]])).squeeze(1).tolist()
    [0.5, 0.5, 0.0, 0.0]
    """
    top, left, bottom, right = boxes[:, :4].unbind(dim=1)
    rows = torch.stack([_share(top, bottom, low, high) for low, high in _HALVES])  # [2, T]
    columns = torch.stack([_share(left, right, low, high) for low, high in _HALVES])
    return torch.einsum("yt,xt->yxt", rows, columns).reshape(4, -1).nan_to_num(0.0)


class Pooling:
    """Weighted means over the tokens of each image of a batch: of all of it, and of its quarters.

    Args:
        quarters: `[4, T_i]` for each image i, in the order in which the stage holds the images.
    """

    def __init__(self, quarters: Sequence[Tensor]) -> None:
        self._quarters = tuple(quarters)
        self._counts = [w.shape[1] for w in self._quarters]
        self._totals = _totals(self._quarters)
        self._ready: dict[torch.device, tuple[tuple[Tensor, ...], Tensor]] = {}

    def __call__(self, states: Tensor) -> Tensor:
        """Pool `[..., D]`, whose leading axes flatten to all images' tokens, to `[B, 5, D]`; all sums are in float32.

        A row without any weight is 0.

        Raises:
            InputError: the stage holds another number of tokens than the images have.
        """
        flat = states.reshape(-1, states.shape[-1]).float()  # [N, D]
        if len(flat) != sum(self._counts):
            raise InputError(
                f"A stage holds {len(flat)} tokens where the images of the batch have {sum(self._counts)}."
            )
        weights, totals = self._on(flat.device)
        if len(weights) == 1:
            sums = torch.bmm(weights[0], flat.view(len(self._counts), -1, flat.shape[1]))
        else:
            sums = torch.stack([w @ s for w, s in zip(weights, flat.split(self._counts), strict=True)])
        return _with_mean(sums) / totals

    def _on(self, device: torch.device) -> tuple[tuple[Tensor, ...], Tensor]:
        """The weights there, one stack `[B, 4, T]` where all images have as many tokens, and their sums `[B, 5, 1]`."""
        if device not in self._ready:
            here = tuple(w.to(device) for w in self._quarters)
            weights = (torch.stack(here),) if len(set(self._counts)) == 1 else here
            self._ready[device] = weights, self._totals.to(device)
        return self._ready[device]


class PromptPooling:
    """The five image rows and the last token of each prompt of a batch.

    Args:
        image_mask: `[B, L]`, true at image tokens.
        attention_mask: `[B, L]`, 0 at padding; the last token is the last one that is not padding.
        places: boxes `[t_i, 4]` of each row's image tokens; None where none stand in the prompt.

    Raises:
        InputError: a row holds another number of image tokens than its image has.
    """

    def __init__(self, image_mask: Tensor, attention_mask: Tensor, places: Sequence[Tensor] | None) -> None:
        batch, length = image_mask.shape
        quarters = torch.zeros(batch, 4, length)
        for row, boxes in enumerate(places or ()):
            at = image_mask[row].nonzero().squeeze(1)
            if len(at) != len(boxes):
                raise InputError(f"A prompt holds {len(at)} image tokens where its image has {len(boxes)}.")
            quarters[row, :, at] = quarter_weights(boxes)
        used = quarters.sum(dim=(0, 1)).nonzero().squeeze(1)  # only the stretch that holds image tokens is looked at
        self._span = slice(int(used[0]), int(used[-1]) + 1) if len(used) else slice(0, 0)
        self._quarters = quarters[:, :, self._span].contiguous()
        self._totals = _totals(list(self._quarters))
        self._last = (attention_mask * torch.arange(1, length + 1)).argmax(dim=1)
        self._rows = torch.arange(batch)
        self._ready: dict[torch.device, tuple[Tensor, Tensor]] = {}

    def __call__(self, states: Tensor) -> Tensor:
        """Pool `[B, L, D]` to `[B, 6, D]`, all sums in float32; image rows without image tokens are 0."""
        device = states.device
        if device not in self._ready:
            self._ready[device] = self._quarters.to(device), self._totals.to(device)
        weights, totals = self._ready[device]
        image = _with_mean(torch.bmm(weights, states[:, self._span].float())) / totals
        return torch.cat([image, states[self._rows, self._last][:, None].float()], dim=1)


def _with_mean(sums: Tensor) -> Tensor:
    """`[B, 4, D]` sums over the quarters -> `[B, 5, D]`, the sum over all of them first."""
    return torch.cat([sums.sum(dim=1, keepdim=True), sums], dim=1)


def _totals(quarters: Sequence[Tensor]) -> Tensor:
    """What the weights of each of the five rows add up to, `[B, 5, 1]`; 1 where there are none."""
    totals = _with_mean(torch.stack([w.sum(dim=1, keepdim=True) for w in quarters]))
    return totals.masked_fill(totals == 0, 1.0)


class ProportionalPooling:
    """Means over equal shares of a stage whose order of tokens is not known.

    Args:
        shares: for each image, the number of its image tokens in the prompt.
    """

    def __init__(self, shares: Sequence[int]) -> None:
        self._shares = tuple(shares)
        self._by_length: dict[int, Pooling] = {}

    def __call__(self, states: Tensor) -> Tensor:
        """As `Pooling`; every row is the mean.

        Raises:
            InputError: the tokens cannot be shared out in whole numbers.
        """
        tokens = states.numel() // states.shape[-1]
        if tokens not in self._by_length:
            self._by_length[tokens] = Pooling([quarter_weights(everywhere(count)) for count in self._counts(tokens)])
        return self._by_length[tokens](states)

    def _counts(self, tokens: int) -> list[int]:
        whole = sum(self._shares)
        if any(tokens * share % whole for share in self._shares):
            raise InputError(
                f"{tokens} tokens cannot be shared out to images with {self._shares} image tokens in their prompts; "
                "describe this model's token layout in an anatomy file, or give batches of one image."
            )
        return [tokens * share // whole for share in self._shares]


def _share(low: Tensor, high: Tensor, start: float, end: float) -> Tensor:
    """The share of each interval low..high that lies in start..end."""
    return (high.clamp(max=end) - low.clamp(min=start)).clamp(min=0) / (high - low)
