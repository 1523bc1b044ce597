"""Rungs that cost passes, kept in the run folder: an interrupted or repeated run climbs none of them twice."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from angiogram.diagnose.collect.material import Material
from angiogram.diagnose.repair.rung import Rung
from angiogram.diagnose.settings import Settings
from angiogram.files import atomic_file, sha256_of_text
from angiogram.plain import built, plain

LADDER = "ladder.json"
RECIPE = 4  # raise it whenever a repair is made otherwise: what was climbed before is climbed again


@dataclass(frozen=True)
class Kept:
    """The rungs of one ladder on disk.

    Attributes:
        file: that holds them.
        key: equal where a rung that was climbed is the one that would be climbed again.
    """

    file: Path
    key: str

    def rung(self, name: str) -> Rung | None:
        """The one that was kept by this name; None where there is none, or the file is of another run or damaged."""
        found = self._rungs().get(name)
        try:
            return None if found is None else built(Rung, found)
        except (KeyError, TypeError, ValueError):
            return None

    def keep(self, name: str, rung: Rung) -> None:
        """Add a rung.

        Raises:
            InputError: the disk is full or the folder cannot be written.
        """
        rungs = self._rungs() | {name: plain(rung)}
        with atomic_file(self.file) as temporary:
            temporary.write_text(json.dumps({"key": self.key, "rungs": rungs}, indent=1))

    def _rungs(self) -> dict[str, dict[str, Any]]:
        try:
            content = json.loads(self.file.read_text())
            return dict(content["rungs"]) if content["key"] == self.key else {}
        except (OSError, ValueError, TypeError, KeyError):
            return {}


def kept_in(folder: Path, material: Material, settings: Settings) -> Kept:
    """The rungs of a run folder: of the same model, prompt, cases, folds and settings."""
    pairs = [(train.tolist(), test.tolist()) for train, test in material.splits.pairs]
    # Which rungs are climbed changes none of them.
    chosen, features = replace(settings, ladder="auto", remedies=False, other_questions=(), causal=0), material.store
    groups = material.examined.cases.groups.tolist()
    key = sha256_of_text(f"{RECIPE}{sorted(features.fingerprint.items())}{chosen}{groups}{pairs}")
    return Kept(folder / LADDER, key)
