"""A classifier's folder or hub id, what it is, and how it is loaded."""

from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AutoConfig, AutoImageProcessor, AutoModelForImageClassification

from angiogram.cache import Progress
from angiogram.errors import InputError, reason_of
from angiogram.files import sha256
from angiogram.hub import fetched, split_id
from angiogram.model.hub import settings_from_hub, weights_from_hub
from angiogram.model.packages import needs_package
from angiogram.model.quiet import quiet
from angiogram.train.references.head import check_read, for_classes, head_of

_SETTINGS, _WEIGHTS = ("config.json", "preprocessor_config.json"), (".safetensors", ".bin")
PICKLED = "pytorch_model*.bin"


class _Logits(nn.Module):
    """Pixels `[B, C, H, W]` -> logits `[B, K]`."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, pixels: Tensor) -> Tensor:
        return self.network(pixel_values=pixels).logits


class Source:
    """An image classifier of transformers, as it is before it is tuned.

    Args:
        source: a folder or hub id.
        progress: receives a line before weights are fetched.

    Attributes:
        name: the folder, or the hub id without its revision.
    """

    def __init__(self, source: str, progress: Progress) -> None:
        folder = Path(source).expanduser()
        self._is_here, self._progress = folder.is_dir(), progress
        self.name, self._revision = (str(folder), None) if self._is_here else split_id(source)

    @cached_property
    def folder(self) -> Path:
        """Where its settings lie; of a hub id its name is the commit.

        Raises:
            InputError: the hub does not give them.
        """
        return Path(self.name) if self._is_here else settings_from_hub(self.name, self._revision, code=False)

    @property
    def identity(self) -> str:
        """A hash of its files, or the commit on the hub.

        Raises:
            InputError: the folder holds no classifier, or the hub does not give it.
        """
        if not self._is_here:
            return f"{self.name} {self.folder.name}"
        files = sorted(path for path in self.folder.iterdir() if path.name in _SETTINGS or path.suffix in _WEIGHTS)
        if not files:
            raise InputError(f"The folder '{self.folder}' holds no image classifier: config.json is missing.")
        return " ".join(sha256(path) for path in files)

    def processor(self) -> Any:
        """Its image processor; with PIL wherever there is one, so that the pixels are the same on every machine.

        Raises:
            InputError: it cannot be loaded.
        """
        return self._load(AutoImageProcessor, backend="pil")

    def network(self, classes: int) -> nn.Module:
        """The network in float32, with a new head for K classes where its own has another number.

        Raises:
            InputError: it cannot be loaded, has no head for K classes, or something else than the head would be random.
        """
        config = for_classes(self._load(AutoConfig), classes)
        if not self._is_here:
            self._fetch_weights()
        network, report = self._load(
            AutoModelForImageClassification,
            config=config,
            dtype=torch.float32,
            ignore_mismatched_sizes=True,  # refused below where it is not the head
            output_loading_info=True,
        )
        check_read(self.name, network, head_of(network, config), report)
        return _Logits(network)

    def _fetch_weights(self) -> None:
        weights_from_hub(self.name, self.folder, self._progress)
        if not any(self.folder.glob("*.safetensors")):
            fetched(self.name, self.folder.name, wanted=(PICKLED,))

    def _load(self, kind: Any, **options: Any) -> Any:
        folder = self.folder
        try:
            with quiet():
                return kind.from_pretrained(folder, **options)
        except Exception as error:  # transformers, timm, safetensors and pickle each raise their own for odd files
            if (missing := needs_package(f"The reference '{self.name}'", error)) is not None:
                raise missing from error
            raise InputError(
                f"'{self.name}' is no image classifier that can be loaded here: {reason_of(error)}."
            ) from error
