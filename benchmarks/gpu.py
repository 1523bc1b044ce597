"""P1, P2, P3 and P6 on a GPU: Qwen2.5-VL-7B in its published shape, bfloat16, random weights made on the device.

It writes `results/P1-gpu.json` and so on, with the device named, and stops at nothing: what could not be run is said at
the end. On a machine that holds PyTorch >= 2.11 and transformers >= 5 (with the accelerate, numpy, pillow, peft, scipy
and sentencepiece that usually come along), and neither Angiogram nor git, from the root of a copy of this checkout:

    python benchmarks/gpu.py --commit 1a2b3c4

Each contender has a process and a copy of the weights (17 GB) of its own, all at once: 80 GB hold four, and the fifth
of P1, nnsight, wants more. Where that package is missing it is left out, with the reason in the result. Without a GPU
`--device cpu --shape tiny --batch 2 --suffix=-try` tries the way through.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
MEASURES = ("p1", "p2", "p3", "p6")


def main() -> None:
    """Run each measure in a process of its own."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--measures", nargs="+", default=MEASURES, choices=MEASURES)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--shape", default="7b")
    parser.add_argument("--batch", default="8", help="images a forward pass")
    parser.add_argument("--suffix", default="-gpu", help="behind the names of the results")
    parser.add_argument("--commit", help="what is measured, where git is not there to say it")
    options = parser.parse_args()
    given = ["--device", options.device, "--shape", options.shape, "--batch", options.batch]
    given += [f"--suffix={options.suffix}"]  # it begins with a dash
    given += ["--commit", options.commit] if options.commit else []
    path = os.pathsep.join(filter(None, [str(HERE.parent / "src"), os.environ.get("PYTHONPATH")]))
    failed = []
    for measure in options.measures:
        print(f"== {measure}", flush=True)
        command = [sys.executable, os.path.relpath(HERE / f"{measure}.py"), *given]
        if subprocess.run(command, env=os.environ | {"PYTHONPATH": path}, check=False).returncode:
            failed.append(measure)
    if failed:
        sys.exit(f"could not be run: {', '.join(failed)}")


if __name__ == "__main__":
    main()
