"""What models are given of drawn pictures in this environment, and what they answer."""

import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor


def seen(folder: Path) -> dict[str, Tensor]:
    """What the processor prepares of three pictures in one batch, and the likelihoods of the class names."""
    # Not above: what transformers finds installed is settled when it is imported.
    from angiogram.check.drawn import CLASSES, QUESTION, drawn_pictures
    from angiogram.check.subject import Subject
    from angiogram.model.load import load_model
    from angiogram.model.prompt import prepare

    subject = Subject(load_model(str(folder), folder, print), drawn_pictures()[:3], QUESTION, CLASSES)
    inputs = prepare(subject.loaded.processor, subject.prompt, subject.images)
    tensors = {name: value.contiguous() for name, value in inputs.items() if isinstance(value, Tensor)}
    return tensors | {"likelihoods": subject.together.likelihoods}


def import_torchvision() -> None:
    """Import it; a torch without CUDA cannot load its compiled operators, two of which it nevertheless asks for."""
    try:
        import torchvision
    except RuntimeError:
        for name in ("nms", "qnms"):
            torch.library.define(f"torchvision::{name}", "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        import torchvision  # noqa: F401


if __name__ == "__main__":
    import_torchvision()
    file, *folders = map(Path, sys.argv[1:])
    save_file({f"{folder.name} {name}": value for folder in folders for name, value in seen(folder).items()}, file)
