"""Other views of an image that show the same: never flipped or turned, since left and right are classes. [own]"""

import torch
from torch import Tensor, nn


def augmented(pixels: Tensor, shift: int, chance: torch.Generator) -> Tensor:
    """Each image moved by up to `shift` pixels, with its own contrast, brightness and noise.

    Args:
        pixels: standardised, `[B, C, H, W]`.
        shift: in pixels.
        chance: decides; on the CPU.
    """
    count, _, height, width = pixels.shape
    padded = nn.functional.pad(pixels, (shift,) * 4, mode="replicate")
    offsets = torch.randint(2 * shift + 1, (count, 2), generator=chance).tolist()
    moved = torch.stack(
        [image[:, y : y + height, x : x + width] for image, (y, x) in zip(padded, offsets, strict=True)]
    )
    contrast = 1 + 0.2 * torch.randn(count, 1, 1, 1, generator=chance)
    brightness = 0.2 * torch.randn(count, 1, 1, 1, generator=chance)
    return moved * contrast + brightness + 0.1 * torch.randn(moved.shape, generator=chance)
