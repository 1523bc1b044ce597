"""Options that several verbs share, so that they are the same everywhere."""

from dataclasses import dataclass
from pathlib import Path

import tyro

from angiogram.model.loading import Loading


@dataclass(frozen=True, kw_only=True)
class ModelOptions:
    """How the verb's MODEL is loaded; a verb inherits the options and gives `loading()` to `load_model`."""

    device: str = "auto"
    """auto (a GPU where there is one), cpu, cuda, or one GPU such as cuda:1"""
    precision: str = "auto"
    """auto (float32 on a CPU, bfloat16 on a GPU that computes in it), float32, bfloat16 or float16"""
    spread: tyro.conf.FlagCreatePairsOff[bool] = False
    """divide a model that is larger than one GPU over all GPUs and the host's memory"""
    trust_remote_code: tyro.conf.FlagCreatePairsOff[bool] = False
    """run the code that the model brings along; read it first"""
    anatomy: Path | None = None
    """a YAML file that says which module is what, for a model that Angiogram does not know"""

    def loading(self) -> Loading:
        """The options as `load_model` takes them.

        Raises:
            InputError: an option has a value that is not allowed, or two contradict each other.
        """
        return Loading(
            device=self.device,
            precision=self.precision,
            spread=self.spread,
            trust_remote_code=self.trust_remote_code,
            anatomy=self.anatomy,
        )
