"""Damaged files of every kind that is read: each becomes an image or is set aside with one clear sentence.

At least 200 files of each kind, or sets where the kind is a set: sound ones of packages' own tests, absurd ones made by
hand, bombs among them, and sound ones damaged as hypothesis draws it. They are opened as `angiogram diagnose` opens
them, in a process of their own, so that one that hangs or dies is seen and named. Accepted and set aside must be all
that were given. Writes results/damaged_files.json; the files stay in build/damaged_files. Names of kinds as arguments
look at these alone and write nothing. Exits with 1 where something is not as it must be.
"""

import re
import shutil
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from damaged import archives, dicom, dicom_series, further_rasters, rasters, tables, volumes
from damaged.names import names
from damaged.sets import FileKind, NameKind, SetKind
from damaged.watching import PATIENCE, Told, open_all
from record import record

KEPT = Path("build/damaged_files")
FEWEST = 200
MOST_MEMORY = 3 * 2**30
GOAL = (
    f"at least {FEWEST} of every kind: accepted + set aside = given, each set aside with one sentence that names it; "
    f"no crash, no silence of {PATIENCE:g} s, less than {MOST_MEMORY / 2**30:g} GiB of memory"
)
KINDS: dict[str, Callable[[], FileKind | SetKind | NameKind]] = {
    "PNG": rasters.png,
    "JPEG": rasters.jpeg,
    "TIFF": rasters.tiff,
    "BMP": rasters.bmp,
    "WebP": further_rasters.webp,
    "GIF": further_rasters.gif,
    "PNM": further_rasters.pnm,
    **dicom.KINDS,
    "DICOM series": dicom_series.series,
    "NIfTI": volumes.nii,
    "NIfTI, gzip": volumes.nii_gz,
    "names and links": names,
    "zip": archives.zips,
    "npz": archives.npz,
    "CSV": tables.csv_tables,
    "JSONL": tables.json_tables,
    "Parquet": tables.parquet_tables,
    "datasets folder": tables.dataset_folders,
}


def look(kind: str) -> dict[str, Any]:
    """Lay the files of a kind down, open them, and say what became of them."""
    folder = KEPT / re.sub(r"\W+", "-", kind.lower())
    shutil.rmtree(folder, ignore_errors=True)
    jobs = KINDS[kind]().lay(folder / "given")
    told = open_all(jobs, folder / "cache")
    given = sum(job.files or 1 for job in jobs)
    if told.peak > MOST_MEMORY:
        told.faults.append((kind, f"{told.peak / 2**30:.1f} GiB of memory"))
    if told.accepted + len(told.aside) != given:
        told.faults.append((kind, f"{given} given, {told.accepted + len(told.aside)} accounted for"))
    return summary(given, told)


def summary(given: int, told: Told) -> dict[str, Any]:
    """The counts of one kind."""
    reasons = Counter(plain(reason) for _, reason in told.aside)
    return {
        "given": given,
        "accepted": told.accepted,
        "set aside": len(told.aside),
        "reasons": dict(reasons.most_common()),
        "faults": [f"{name}: {fault}" for name, fault in told.faults],
        "slowest": [round(told.slowest[0], 2), told.slowest[1]],
        "peak_mib": round(told.peak / 2**20),
        "lines on standard error": told.noise,
    }


def plain(reason: str) -> str:
    """A reason without the names and numbers that differ from file to file."""
    words = re.sub(r"(?<!\w)'.*?'(?!\w)|(?<=[\w/])\S*/\S*", "'...'", reason)
    return re.sub(r"(?<![\w^])[-+]?\d[\d.]*(?:e[-+]?\d+)?", "N", words)[:160]


def main(chosen: list[str]) -> None:
    """Look at every kind, record."""
    found: dict[str, dict[str, Any]] = {}
    for kind in chosen or KINDS:
        one = found[kind] = look(kind)
        numbers = f"{one['given']} given, {one['accepted']} accepted, {one['set aside']} set aside"
        print(f"{kind}: {numbers}; slowest {one['slowest']}, {one['peak_mib']} MiB", flush=True)
        for fault in one["faults"]:
            print(f"  FAULT {fault}", flush=True)
    faults = sum(len(one["faults"]) for one in found.values())
    met = not faults and all(one["given"] >= FEWEST for one in found.values())
    if not chosen:
        record("damaged_files", faults, "faults", GOAL, met, spread="one run a kind", contenders={}, kinds=found)
    sys.exit(not met)


if __name__ == "__main__":
    main(sys.argv[1:])
