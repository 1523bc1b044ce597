"""P6: images a second over a set of images.

From pictures to stored rows of every tap (mean over the image tokens and last token, no answers):
- angiogram: `collect`, in batches, the next one prepared in a worker process meanwhile, stopped behind the last tap;
- one by one: the pattern of VLM-Lens: batch 1, hooks set for each sample, a whole forward pass, and a committed
  database row for each tensor.
The value is the median over the rounds of images a second, angiogram / one by one, for the 16 image tokens of the
embedded model. Beside it stands the same for 256 image tokens. The model has one thread in both; on a CPU so many
tokens keep it busy with arithmetic also one image at a time, and a batch does not make arithmetic cheaper.
"""

import io
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from contest import Turn, arguments, contest, paired, play, table
from p1 import bare_hooks
from p5 import DISK
from record import record

GOAL = 2.0
CONTENDERS = {
    "angiogram": "batches, prepared ahead, into the feature store",
    "one by one": "batch 1, hooks set per sample, a committed database row a tensor",
}


def main() -> None:
    """Referee or contender."""
    options = arguments(__doc__ or "", rounds=3, batch=16, shape="few").parse_args()
    if options.contender:
        return play(lambda: part(options))

    def measured(shape: str, batch: int, rounds: int) -> Any:
        given = ["--device", options.device, "--shape", shape, "--batch", str(batch)]
        return contest(list(CONTENDERS), given, rounds, warm=0)

    turns, failed = measured(options.shape, options.batch, options.rounds)
    spread = paired(turns["angiogram"], turns["one by one"], "images a second")
    many = measured("small", 4, 1)[0] if options.device == "cpu" and options.shape == "few" else None
    path = record(
        f"P6{options.suffix}",
        spread["median"],
        "x the images a second of one by one",
        f"at least {GOAL:g}",
        spread["median"] >= GOAL,
        spread=spread,
        contenders=table(turns, failed, CONTENDERS, "one by one", "images a second", "images a second"),
        device=options.device,
        measured=options.commit,
        model=options.shape,
        batch=options.batch,
        images=images_of(options),
        with_256_image_tokens=many and paired(many["angiogram"], many["one by one"], "images a second"),
    )
    print(path)


def images_of(options: Any) -> int:
    """As many as take some seconds."""
    return options.batch * (2 if options.device == "cpu" else 16)


def part(options: Any) -> Callable[[], Turn]:
    """Images a second of one contender."""
    from subjects import batch, forward, pictures, subject

    loaded, examined = (
        subject(options.shape, options.device, processor=True),
        pictures(options.shape, images_of(options)),
    )
    forward(loaded, batch(loaded, options.shape, 1)[0])
    way = {"angiogram": angiogram, "one by one": one_by_one}[options.contender]
    DISK.mkdir(exist_ok=True)

    def turn() -> Turn:
        with tempfile.TemporaryDirectory(dir=DISK) as folder:
            start = time.perf_counter()
            way(loaded, examined, Path(folder), options.batch)
            return {"images a second": len(examined.cases) / (time.perf_counter() - start)}

    return turn


def angiogram(loaded: Any, examined: Any, folder: Path, size: int) -> None:
    """As `diagnose` does it for the random twin."""
    from angiogram.diagnose.collect.fill import collect
    from angiogram.diagnose.collect.plan import plan

    collect(plan(loaded, examined.cases, None), examined, {}, folder / "store", size, lambda line: None)


def one_by_one(loaded: Any, examined: Any, folder: Path, size: int) -> None:
    """As VLM-Lens does it."""
    import torch

    from angiogram.model.prompt import chat, prepare
    from subjects import forward

    connection = sqlite3.connect(folder / "tensors.db")
    connection.execute("CREATE TABLE tensors (name TEXT, tap TEXT, tensor BLOB)")
    for case in examined.cases.rows:
        prompt = chat(loaded.processor, examined.cases.ask())
        inputs = prepare(loaded.processor, prompt, [examined.cases.read(case)]).to(loaded.device)
        with bare_hooks(loaded, inputs) as rows:
            forward(loaded, inputs)
        for tap, tensor in rows.items():
            packed = io.BytesIO()
            torch.save(tensor.cpu(), packed)
            connection.execute("INSERT INTO tensors VALUES (?, ?, ?)", (case.id, tap, packed.getvalue()))
            connection.commit()
    connection.close()


if __name__ == "__main__":
    main()
