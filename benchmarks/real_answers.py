"""What the evaluation reads from real answers of real medical models, and its scores of them.

`python benchmarks/real_answers.py` writes benchmarks/results/real_answers.json; it needs ../shared/data/answers.

- Qwen2-VL-2B on the 451 VQA-RAD test questions, zero-shot and with LoRA: closed questions through the reader of yes and
  no, open ones through the word scores, with intervals over the questions and paired differences to zero-shot.
- MedGemma-1.5-4B on DermaMNIST and BloodMNIST: prose through the reader of options. Half of the answers (by the parity
  of the image's number) were looked at while the reader was chosen; the other half is frozen.
"""

import json
import sys
from collections import Counter
from pathlib import Path

import numpy as np

from angiogram.data.annotations.entry import Answer, Entry
from angiogram.evaluate.metrics.metric import Judged
from angiogram.evaluate.metrics.scores import difference
from angiogram.evaluate.read.options import read_option
from angiogram.evaluate.tasks.task import evaluated_task
from angiogram.statistics.bootstrap import resample_groups

ANSWERS = Path(__file__).parents[2] / "shared" / "data" / "answers"
RESULT = Path(__file__).parent / "results" / "real_answers.json"
VQA = ("zero_shot", "lora_rank4", "lora_rank8", "lora_rank16", "lora_quick")
DERMA = (
    "actinic keratoses and intraepithelial carcinoma", "basal cell carcinoma", "benign keratosis-like lesions",
    "dermatofibroma", "melanoma", "melanocytic nevi", "vascular lesions",
)  # fmt: skip
BLOOD = (
    "basophil", "eosinophil", "erythroblast", "immature granulocytes(myelocytes, metamyelocytes and promyelocytes)",
    "lymphocyte", "monocyte", "neutrophil", "platelet",
)  # fmt: skip
PROSE = {"dermamnist": DERMA, "bloodmnist": BLOOD}
HALVES = ("looked at", "frozen")


def lines(file: Path) -> list[dict]:
    """One object a line."""
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def vqa_answers(name: str) -> list[Judged]:
    """Each question as an entry of its own group, and the answer as it is read."""
    found: list[Judged] = []
    for row in lines(ANSWERS / "qwen2vl_vqarad" / f"{name}.jsonl"):
        options = ("yes", "no") if row["qtype"] == "closed" else None
        entry = Entry(str(row["id"]), "-", "vqa", row["question"], row["reference"], "VQA-RAD", Answer(options=options))
        found.append(Judged(entry, evaluated_task("vqa").read(row["prediction"], True, entry)))
    return found


def vqa_scores() -> dict:
    """Every metric of every model, with its interval and what it gained on zero-shot."""
    answers = {name: vqa_answers(name) for name in VQA}
    result: dict = {}
    for name, judged in answers.items():
        scores = {}
        for metric in evaluated_task("vqa").metrics():
            if metric.name in ("AUROC", "accuracy of the likeliest option"):
                continue  # no likelihoods are published
            own = [each for each in judged if metric.on(each.entry)]
            before = [each for each in answers["zero_shot"] if metric.on(each.entry)]
            draws = resample_groups(np.arange(len(own)))
            now, then = metric.score(own), metric.score(before)
            value = now.estimate(draws).interval()
            change = difference(now, then, draws).interval()
            scores[metric.name] = {
                "n": len(own),
                "value": [round(x, 4) for x in (value.value, value.low, value.high)],
                "minus zero-shot": [round(x, 4) for x in (change.value, change.low, change.high)],
            }
        result[name] = {"status": dict(Counter(each.reading.status for each in judged)), "scores": scores}
    return result


def prose(name: str) -> dict:
    """How MedGemma's prose is read, in halves."""
    result: dict = {}
    for place, half in enumerate(HALVES):
        rows = [
            row for row in lines(ANSWERS / "medgemma15" / f"gen_{name}_val.jsonl") if row["image_index"] % 2 == place
        ]
        read = [read_option(row["output_text"], row["finish_reason"] == "eos", PROSE[name]) for row in rows]
        right = [each.label == PROSE[name][row["true_label"]] for each, row in zip(read, rows, strict=True)]
        result[half] = {
            "answers": len(rows),
            "status": dict(Counter(each.status for each in read)),
            "accuracy": round(float(np.mean(right)), 4),
        }
    return result


def sample(name: str, half: int, count: int, seed: int) -> None:
    """Print parsed answers for a person to read: what was read, and the words."""
    rows = [row for row in lines(ANSWERS / "medgemma15" / f"gen_{name}_val.jsonl") if row["image_index"] % 2 == half]
    for number in np.random.default_rng(seed).permutation(len(rows))[:count]:
        row = rows[number]
        read = read_option(row["output_text"], row["finish_reason"] == "eos", PROSE[name])
        print(f"[{row['image_index']}] {read.status}: {read.label} | {' '.join(row['output_text'].split())}")


def main() -> None:
    """Measure, and keep what was read by eye."""
    result = {
        "command": "python benchmarks/real_answers.py",
        "qwen2vl_vqarad": vqa_scores(),
        "medgemma15": {name: prose(name) for name in PROSE},
    }
    audit = json.loads(RESULT.read_text())["read by eye"] if RESULT.exists() else None
    RESULT.write_text(json.dumps({**result, "read by eye": audit}, indent=1) + "\n")
    print(json.dumps(result["medgemma15"], indent=1))


if __name__ == "__main__":
    if len(sys.argv) == 5:  # NAME HALF COUNT SEED: parses to be read by eye
        sample(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
    else:
        main()
