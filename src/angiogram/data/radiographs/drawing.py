"""Many radiographs in several processes: in parts, each whole or not there, so that a killed run goes on."""

import os
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from pathlib import Path

from angiogram.cache import Progress
from angiogram.data.radiographs.development import Window
from angiogram.data.radiographs.rows import frame_of, row_of
from angiogram.data.radiographs.setting import Setting
from angiogram.data.radiographs.taken import take
from angiogram.files import atomic_file

IMAGES, PARTS = "images", "parts"
PART = 25
"""Radiographs in a part: what a kill can cost each process."""


@dataclass(frozen=True)
class Shot:
    """One radiograph to take.

    Attributes:
        id: and the name of its file.
        how: its setting.
        removed: a structure that is taken out.
        window: of the first picture, where this is the second of a pair.
    """

    id: str
    how: Setting
    removed: str | None = None
    window: Window | None = None

    @property
    def image(self) -> str:
        """Path of its file from the set's folder."""
        return f"{IMAGES}/{self.id}.png"


@dataclass(frozen=True)
class Studio:
    """What all radiographs of a set share.

    Attributes:
        patient: folder of the patient.
        out: folder of the set.
        pixels: along each side.
        seed: of the set.
    """

    patient: Path
    out: Path
    pixels: int
    seed: int


def draw(studio: Studio, kind: str, shots: Sequence[Shot], processes: int, progress: Progress) -> list[Path]:
    """Draw what is not there yet.

    Args:
        studio: what they share.
        kind: of the shots: first word of the parts' names.
        shots: all of them, always in the same order.
        processes: that work at once; 1 works in this one.
        progress: told what is done.

    Returns:
        the parts' files, in order; each a table of rows.

    Raises:
        InputError: the disk is full or the folder cannot be written.
    """
    parts = {
        studio.out / PARTS / f"{kind}-{start:06d}-{PART}.parquet": shots[start : start + PART]
        for start in range(0, len(shots), PART)
    }
    missing = [(path, some) for path, some in parts.items() if not path.is_file()]
    done = len(shots) - sum(len(some) for _, some in missing)
    for drawn in _drawn(studio, missing, min(processes, len(missing))):
        done += drawn
        progress(f"radiographs: {done} of {len(shots)} {kind} drawn")
    return list(parts)


def _drawn(studio: Studio, parts: Sequence[tuple[Path, Sequence[Shot]]], processes: int) -> Iterable[int]:
    if processes <= 1:
        yield from (draw_part(studio, path, shots) for path, shots in parts)
        return
    # spawned, not forked: a forked child of a process whose torch has threads can hang
    with ProcessPoolExecutor(processes, get_context("spawn"), _start) as pool:
        work = [pool.submit(draw_part, studio, path, shots) for path, shots in parts]
        try:
            yield from (each.result() for each in as_completed(work))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def draw_part(studio: Studio, path: Path, shots: Sequence[Shot]) -> int:
    """Take these radiographs, write their images and, last, their rows; how many they are."""
    from PIL import Image

    rows: list[dict[str, object]] = []
    for shot in shots:
        taken = take(studio.patient, shot.how, studio.pixels, studio.seed, shot.removed, shot.window)
        with atomic_file(studio.out / shot.image) as file:
            Image.fromarray(taken.pixels).save(file, format="PNG")
        rows.append(row_of(shot.id, shot.image, shot.how, shot.removed, taken))
    with atomic_file(path) as file:
        frame_of(rows).write_parquet(file)
    return len(shots)


def _start() -> None:
    """One thread a process, and none outlives the process that started it, however that ends."""
    import torch

    torch.set_num_threads(1)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
