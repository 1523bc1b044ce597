"""The process in which radeval runs: pairs of texts in, JSON, scores out, the last line.

`python -m angiogram.evaluate.metrics.radeval_process` reads one object from standard input; see `clinical`.
"""

import json
import sys
from importlib import import_module
from typing import Any


def scores(kind: str, weights: str, refs: list[str], hyps: list[str]) -> dict[str, Any]:
    """What radeval says of each pair.

    Args:
        kind: chexbert, radgraph or bertscore.
        weights: the folder that they lie in.
        refs: the targets.
        hyps: the answers.
    """
    if kind == "chexbert":
        import torch

        module = import_module("radeval.metrics.f1chexbert.f1chexbert")
        vars(module)["CACHE_DIR"] = weights
        labeller = module.F1CheXbert(device="cuda" if torch.cuda.is_available() else "cpu")
        return {"refs": labeller.get_labels(refs), "hyps": labeller.get_labels(hyps)}
    if kind == "radgraph":
        graph = import_module("radeval.metrics.radgraph").F1RadGraph
        found = graph("all", model_type="radgraph-xl", model_cache_dir=weights, tokenizer_cache_dir=weights)
        _, (simple, partial, complete), *_ = found(refs=refs, hyps=hyps)
        return {"simple": list(simple), "partial": list(partial), "complete": list(complete)}
    scorer = import_module("radeval.metrics.bertscore.bertscore").BertScore()
    _, each = scorer(refs, hyps)
    return {"f1": each}


if __name__ == "__main__":
    given = json.load(sys.stdin)
    pairs = given["texts"]
    print(json.dumps(scores(given["kind"], given["weights"], [one for one, _ in pairs], [other for _, other in pairs])))
