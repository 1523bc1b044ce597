"""Cases as a classifier's own image processor prepares them."""

from typing import Any

import numpy as np
import PIL.Image
import torch
from torch import Tensor, nn

from angiogram.data.cases import Cases
from angiogram.errors import InputError, reason_of
from angiogram.tap.batches import cut
from angiogram.train.references.augment import augmented
from angiogram.train.references.classifier import Batch
from angiogram.train.references.task import Rows

SHIFT = 0.05
"""Of the image's height: how far an augmented image is moved."""
AT_ONCE = 64


class Pictures:
    """Pixels of cases, on the device of the network that reads them."""

    def __init__(self, processor: Any, cases: Cases, device: torch.device) -> None:
        self.processor, self.cases, self.device = processor, cases, device

    def prepared(self, rows: Rows) -> Tensor:
        """Pixels `[n, C, H, W]`.

        Raises:
            InputError: the processor cannot prepare them, or prepares them in another form.
        """
        images = [PIL.Image.fromarray(self.cases.read(self.cases.rows[row]).pixels).convert("RGB") for row in rows]
        try:
            pixels: Tensor = self.processor(images=images, return_tensors="pt")["pixel_values"]
        except Exception as error:  # each processor has its own way to stop
            raise InputError(
                f"The reference's image processor cannot prepare these images: {reason_of(error)}."
            ) from error
        if pixels.dim() != 4:
            raise InputError(
                f"The reference's image processor makes pixels of shape {list(pixels.shape)} of {len(rows)} images; "
                "only classifiers that take whole images, [images, channels, height, width], can be tuned."
            )
        return pixels

    def batches(self, rows: Rows, size: int) -> Batch:
        """Draws augmented images of these rows, and their labels."""

        def batch(chance: torch.Generator) -> tuple[Tensor, Tensor]:
            drawn = rows[torch.randint(len(rows), (size,), generator=chance).numpy()]
            pixels = self.prepared(drawn)
            moved = augmented(pixels, max(1, round(SHIFT * pixels.shape[-2])), chance)
            return moved.to(self.device), torch.from_numpy(self.cases.labels[drawn]).to(self.device)

        return batch

    @torch.no_grad()
    def named_by(self, network: nn.Module, rows: Rows) -> Rows:
        """The class that the network names for each row, as an index `[n]`."""
        parts = (self.prepared(np.array(part)).to(self.device) for part in cut(rows.tolist(), AT_ONCE))
        return torch.cat([network(pixels).argmax(dim=1).cpu() for pixels in parts]).numpy()
