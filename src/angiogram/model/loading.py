"""How a model is to be loaded: on what, in which precision, with whose code."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from angiogram.errors import InputError, unknown

PRECISIONS = ("auto", "float32", "bfloat16", "float16")


@dataclass(frozen=True)
class Loading:
    """The choices that belong to the machine and to trust, not to the diagnosis.

    Attributes:
        device: "auto" (a GPU where there is one, else the CPU), "cpu", "cuda" or "cuda:N".
        precision: "auto" (float32 on a CPU; on a GPU bfloat16 where it computes in it, else float32) or a name in
            `PRECISIONS`.
        spread: divide the model over all GPUs, and what does not fit there over the host's memory.
        trust_remote_code: run the code that the model brings along.
        anatomy: a YAML file that says which module is what, instead of what Angiogram finds.
        base: folder or hub id of the model that an adapter, or a checkpoint without processor files, was tuned from;
            by default the one that it names itself.
        placement: module path -> device (a name, "disk" or the number of a GPU), instead of `spread`'s own division.
        offload: where a `placement` on "disk" may write.
    """

    device: str = "auto"
    precision: str = "auto"
    spread: bool = False
    trust_remote_code: bool = False
    anatomy: Path | None = None
    base: str | None = None
    placement: Mapping[str, str | int] | None = None
    offload: Path | None = None

    def __post_init__(self) -> None:
        """Refuse names of no device or precision, and choices that contradict each other.

        Raises:
            InputError: names the choice and what is allowed.
        """
        if not re.fullmatch(r"auto|cpu|cuda(:\d+)?", self.device):
            raise InputError(f"There is no device '{self.device}'; allowed are auto, cpu, cuda, cuda:0, cuda:1, ...")
        if self.precision not in PRECISIONS:
            raise unknown("precision", self.precision, PRECISIONS)
        if self.spread and self.device != "auto":
            raise InputError(f"--spread uses all GPUs; give it without --device, or --device {self.device} without it.")


AUTO = Loading()
