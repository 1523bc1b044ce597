"""What a model is put together of, as a recipe or a folder names it, and the model of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from angiogram.cache import Progress, cached_folder
from angiogram.errors import InputError, reason_of
from angiogram.files import sha256_of_text
from angiogram.model.build.assemble import Fitted, Parts, assemble
from angiogram.model.build.base import BASE, embedded_base
from angiogram.model.build.experts_from import start_experts
from angiogram.model.build.fresh import fresh_vit
from angiogram.model.located import EMBEDDED

ASSEMBLY_FILE = "assembly.json"


@dataclass(frozen=True)
class Assembly(Fitted):
    """Parts by name; see `model.build.assemble.Parts`.

    Attributes:
        vision: folder or hub id, "embedded" for the embedded model's, or the sizes of a fresh `VolumeVit`.
        text: folder or hub id, or "embedded".
        experts_from: models, as `load_model` takes them, whose trained MLPs a connector's experts start as: one for
            all, or one a task.
    """

    vision: str | Mapping[str, Any]
    text: str
    experts_from: Sequence[str] = field(default=(), kw_only=True)

    @property
    def fresh_encoder(self) -> bool:
        """Whether the encoder starts with weights drawn at random."""
        return not isinstance(self.vision, str)

    @property
    def embedded(self) -> bool:
        """Whether nothing but what Angiogram brings, and fresh weights, is in it."""
        return self.text == EMBEDDED and (self.fresh_encoder or self.vision == EMBEDDED)


def put_together(parts: Assembly, seed: int, folder: Path, cache: Path, progress: Progress) -> None:
    """Write the whole model into a folder that is there, with what it is put together of beside it.

    Args:
        parts: of it.
        seed: of fresh weights.
        folder: for the model.
        cache: where the embedded base is kept.
        progress: receives plain lines.

    Raises:
        InputError: a part or a model of `experts_from` cannot be loaded or does not fit the others.
    """

    def named(name: str) -> str:
        return str(embedded_base(cache, progress)) if name == EMBEDDED else name

    progress("putting the parts together")
    vision = named(parts.vision) if isinstance(parts.vision, str) else fresh_vit(parts.vision)
    model, processor = assemble(Parts(vision, named(parts.text), **parts.choices(), seed=seed))
    if parts.experts_from:
        start_experts(model, parts.experts_from, cache, progress)
    model.save_pretrained(str(folder))
    processor.save_pretrained(str(folder))
    write_assembly(parts, folder)


def assembled_base(parts: Assembly, cache: Path, progress: Progress) -> Path:
    """The folder of a model of embedded parts, put together once in the cache; its fresh weights say nothing yet.

    Raises:
        InputError: a part is not embedded, they do not fit each other, the cached folder is damaged, or the disk is
            full.
    """
    if not parts.embedded:
        raise InputError(f"Trained parts belong to embedded ones, not to '{parts.vision}' and '{parts.text}'.")
    digest = sha256_of_text(f"{BASE}:{_told(parts)}")[:16]
    return cached_folder(cache / f"assembled-{digest}", lambda folder: put_together(parts, 0, folder, cache, progress))


def write_assembly(parts: Assembly, folder: Path) -> None:
    """Write the file that `read_assembly` reads."""
    (folder / ASSEMBLY_FILE).write_text(_told(parts) + "\n", encoding="utf-8")


def read_assembly(folder: Path) -> Assembly | None:
    """What the folder's model is put together of; None where nothing says it.

    Raises:
        InputError: the file is damaged.
    """
    if not (folder / ASSEMBLY_FILE).is_file():
        return None
    try:
        return Assembly(**json.loads((folder / ASSEMBLY_FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise InputError(f"'{folder / ASSEMBLY_FILE}' is damaged: {reason_of(error)}.") from error


def _told(parts: Assembly) -> str:
    """Without what the weights of the connector say."""
    return json.dumps(asdict(replace(parts, experts_from=())), sort_keys=True)
