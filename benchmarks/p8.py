"""P8: two ranks against one.

`collect` under `accelerate launch`, alone and with two processes that talk over gloo (`--multi_gpu`: with `--cpu` it
starts only one), one thread each, over the same images. Timed from the moment when the store is there (models are
loaded and the shapes known) to the last batch. The value is the median over the rounds of the time alone / the time of
two; the files of both stores must be the same, byte for byte. Two ranks need two free cores: `load` says how many
processes wanted to run before each launch.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from contest import PINNED, Turn, arguments, paired, summary, table
from p5 import DISK
from p7 import bytes_of
from record import record

GOAL, BATCHES = 1.7, 6
CONTENDERS = {"one rank": "one process", "two ranks": "two processes, gloo"}


def main() -> None:
    """Referee, or one rank of a contender."""
    parser = arguments(__doc__ or "", rounds=2)
    parser.add_argument("--folder", type=Path, help="where a contender collects")
    options = parser.parse_args()
    if options.contender:
        return part(options)
    turns: dict[str, list[Turn]] = {name: [] for name in CONTENDERS}
    same = []
    DISK.mkdir(exist_ok=True)
    for number in range(options.rounds):
        with tempfile.TemporaryDirectory(dir=DISK) as name:
            for ranks, contender in enumerate(CONTENDERS, start=1):
                turns[contender].append(launched(options, contender, ranks, Path(name) / contender))
            same.append(len({json.dumps(digests(Path(name) / contender)) for contender in CONTENDERS}) == 1)
        print(f"round {number + 1} of {options.rounds}", file=sys.stderr)
    spread = paired(turns["one rank"], turns["two ranks"])
    path = record(
        "P8",
        spread["median"],
        "x faster with two ranks",
        f"at least {GOAL} where cores are free, and the same bytes",
        spread["median"] >= GOAL and all(same),
        spread=spread,
        contenders=table(turns, {}, CONTENDERS, "one rank"),
        measured=options.commit,
        same_bytes=all(same),
        load=summary([turn["load"] for found in turns.values() for turn in found]),
        model=options.shape,
        batch=options.batch,
        images=options.batch * BATCHES,
    )
    print(path)


def launched(options: Any, contender: str, ranks: int, folder: Path) -> Turn:
    """One run; the first rank's seconds."""
    load = os.getloadavg()[0]
    command = [
        sys.executable, "-m", "accelerate.commands.launch", "--multi_gpu" if ranks > 1 else "--cpu",
        "--num_processes", str(ranks), "--num_machines",
        "1", "--mixed_precision", "no", "--dynamo_backend", "no", "--num_cpu_threads_per_process", "1",
        *(["--main_process_port", "0"] if ranks > 1 else []), sys.argv[0], "--contender", contender, "--shape",
        options.shape, "--batch", str(options.batch), "--folder", str(folder),
    ]  # fmt: skip
    subprocess.run(command, env=os.environ | PINNED, check=True, stdout=sys.stderr)
    return {"seconds": json.loads(folder.with_suffix(".json").read_text())["seconds"], "load": load}


def part(options: Any) -> None:
    """One rank."""
    from angiogram.diagnose.collect.fill import collect
    from angiogram.diagnose.collect.plan import plan
    from angiogram.tap.ranks import joined_ranks
    from subjects import batch, forward, pictures, subject

    said: list[float] = []  # the first line comes when the shapes are known
    with joined_ranks() as ranks:
        if ranks.count != 1 + list(CONTENDERS).index(options.contender):
            raise RuntimeError(f"{options.contender} has {ranks.count} ranks.")
        loaded, examined = subject(options.shape, processor=True), pictures(options.shape, options.batch * BATCHES)
        forward(loaded, batch(loaded, options.shape, 1)[0])
        planned = plan(loaded, examined.cases, np.zeros(len(examined.cases), dtype=bool))
        ranks.exchange("ready")
        collect(planned, examined, {}, options.folder, options.batch, lambda _: said.append(time.perf_counter()), ranks)
        taken = time.perf_counter() - said[0] if said else 0.0
    if ranks.is_first:
        options.folder.with_suffix(".json").write_text(json.dumps({"seconds": taken}))


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file of a store."""
    from hashlib import sha256

    return {name: sha256(content).hexdigest() for name, content in sorted(bytes_of(folder).items())}


if __name__ == "__main__":
    main()
