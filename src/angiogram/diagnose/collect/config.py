"""`config.json` of a run folder: the settings that its features were made with."""

import json
from dataclasses import asdict
from pathlib import Path

from angiogram.diagnose.settings import Settings
from angiogram.files import atomic_file


def write_config(folder: Path, model: str, cases: str, settings: Settings, fingerprint: dict[str, str]) -> None:
    """`config.json`: every setting, with the fingerprint that guards the features."""
    content = {"model": model, "cases": cases, "settings": asdict(settings), "fingerprint": fingerprint}
    with atomic_file(folder / "config.json") as file:
        file.write_text(json.dumps(content, indent=1))
