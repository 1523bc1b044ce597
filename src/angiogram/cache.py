"""The user's cache: folders made once, taken for whole only with a manifest that still fits their files."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from angiogram.errors import InputError
from angiogram.files import atomic_folder, sha256

MANIFEST = "manifest.json"
Progress = Callable[[str], None]


def default_cache() -> Path:
    """The folder for converted models and images when the user names none."""
    from platformdirs import user_cache_path  # late: only who names no folder needs the package

    return user_cache_path("angiogram", appauthor=False)


def cached_folder(folder: Path, make: Callable[[Path], None]) -> Path:
    """Return `folder`, made by `make(temporary folder)` when it is not there yet and checked when it is.

    A manifest with the SHA-256 of every file is written last, before the folder takes its name. Where two processes
    make the same folder at once, the first to finish stays.

    Raises:
        InputError: a file is missing or differs from the manifest, or the disk is full.
    """
    if folder.exists():
        _check(folder)
        return folder
    with atomic_folder(folder, keep_existing=True) as temporary:
        make(temporary)
        sums = {p.relative_to(temporary).as_posix(): sha256(p) for p in sorted(temporary.rglob("*")) if p.is_file()}
        (temporary / MANIFEST).write_text(json.dumps(sums, indent=1))
    return folder


def _check(folder: Path) -> None:
    remedy = f"delete the folder '{folder}' and run again, it will be made anew."
    try:
        sums = _sums(json.loads((folder / MANIFEST).read_text()))
    except (OSError, ValueError):
        raise InputError(f"The cache folder has no readable {MANIFEST}; {remedy}") from None
    for name, expected in sums.items():
        file = folder / name
        if not file.is_file() or sha256(file) != expected:
            raise InputError(f"A file of the cache is damaged or missing; {remedy}")  # its name may be a patient's


def _sums(manifest: Any) -> dict[str, str]:
    if not isinstance(manifest, dict) or not manifest:
        raise ValueError("a manifest names at least one file")
    sums = cast(dict[str, Any], manifest)
    if not all(isinstance(digest, str) for digest in sums.values()):
        raise ValueError("a manifest holds digests")
    return sums
