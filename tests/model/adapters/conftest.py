"""Real adapters, made by PEFT on tiny models and saved by it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from peft import PeftConfig, PeftModel, get_peft_model
from transformers import AutoModelForImageTextToText

from tests.model.tiny import write_tiny


@pytest.fixture(scope="session")
def base_folder(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folder of a family's tiny model, written once; not to be changed."""
    written: dict[str, Path] = {}

    def write(family: str) -> Path:
        if family not in written:
            written[family] = tmp_path_factory.mktemp(family)
            write_tiny(family, written[family])
        return written[family]

    return write


def read(folder: Path) -> Any:
    """The tiny model of a folder, by transformers alone."""
    return AutoModelForImageTextToText.from_pretrained(folder).eval()


def tune(base: Path, settings: PeftConfig, folder: Path, seed: int = 1) -> PeftModel:
    """An adapter whose every weight was changed, saved in `folder`; the tuned model, not merged."""
    torch.manual_seed(seed)
    tuned = get_peft_model(read(base), settings)
    with torch.no_grad():
        for name, weight in tuned.named_parameters():
            if weight.requires_grad:
                weight.add_(torch.randn_like(weight) * (0.2 if "magnitude" in name else 0.1))
    tuned.eval().save_pretrained(str(folder))
    return tuned
