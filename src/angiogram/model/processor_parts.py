"""Which parts of a processor a folder holds, and where a tuned checkpoint's missing ones are taken from."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from angiogram.files import sha256, sha256_of_text

VOCABULARIES = ("tokenizer.json", "tokenizer.model", "vocab.json", "tekken.json")
TOKENIZER, IMAGE_PROCESSOR, CHAT_TEMPLATE = "tokenizer", "image processor", "chat template"
NEEDED = (TOKENIZER, IMAGE_PROCESSOR)
TEMPLATES = ("chat_template.jinja", "chat_template.json")
SETTINGS = "processor_config.json"
READ = (".json", ".jinja", ".model", ".txt")  # suffixes of all files that a processor is read from


@dataclass(frozen=True)
class Sources:
    """For each part of a processor the folder (or hub id) that it is read from.

    Attributes:
        settings: of the processor's own class, and of which class it is.
    """

    tokenizer: str
    image_processor: str
    chat_template: str
    settings: str


def lacking(folder: Path) -> tuple[str, ...]:
    """The parts that a folder does not hold, of tokenizer, image processor and chat template."""
    settings = _content(folder / SETTINGS)
    has_template = settings.get("chat_template") or _content(folder / "tokenizer_config.json").get("chat_template")
    held = {
        TOKENIZER: any((folder / name).is_file() for name in VOCABULARIES),
        IMAGE_PROCESSOR: (folder / "preprocessor_config.json").is_file() or "image_processor" in settings,
        CHAT_TEMPLATE: bool(has_template) or any((folder / name).is_file() for name in TEMPLATES),
    }
    return tuple(part for part, there in held.items() if not there)


def sources(folder: str, base: str | None) -> Sources:
    """The folder's own parts, and those of `base` that it lacks."""
    if base is None:
        return Sources(folder, folder, folder, folder)
    missing = lacking(Path(folder))
    tokenizer, image_processor, chat_template = (
        base if part in missing else folder for part in (TOKENIZER, IMAGE_PROCESSOR, CHAT_TEMPLATE)
    )
    settings = folder if (Path(folder) / SETTINGS).is_file() else base
    return Sources(tokenizer, image_processor, chat_template, settings)


def digest_of_parts(folder: Path) -> str:
    """One digest over all files of a folder that a processor may be read from."""
    kept = sorted(path for path in folder.iterdir() if path.is_file() and path.suffix in READ)
    return sha256_of_text("".join(f"{path.name}:{sha256(path)}" for path in kept))


def _content(file: Path) -> dict[str, Any]:
    """A file's settings; none where it is missing or damaged, which whoever reads it in earnest says."""
    try:
        found: Any = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
