"""radeval itself, on random weights in the hub's layout: CheXbert and BERTScore run in their process, offline."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import BertConfig, BertModel, DistilBertConfig, DistilBertModel

from angiogram.evaluate.metrics.clinical import clinical_metrics
from angiogram.evaluate.metrics.metric import NotAssessedError
from angiogram.statistics.bootstrap import resample_groups
from tests.evaluate.judged import judged

pytestmark = pytest.mark.skipif(importlib.util.find_spec("radeval") is None, reason="radeval is not installed")
WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "no", "effusion", "mass", "heart", "is", "large", ".")
PAIRS = (("No effusion.", "No effusion."), ("The heart is large.", "A mass."), ("No mass.", "Effusion."))


def in_cache(folder: Path, name: str) -> Path:
    """A model's folder in the layout of the hub's cache."""
    root = folder / f"models--{name.replace('/', '--')}"
    (root / "refs").mkdir(parents=True)
    (root / "refs" / "main").write_text("0" * 40)
    snapshot = root / "snapshots" / ("0" * 40)
    snapshot.mkdir(parents=True)
    return snapshot


@pytest.fixture(scope="module")
def weights(tmp_path_factory) -> Path:
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("weights")
    small = {"vocab_size": len(WORDS), "max_position_embeddings": 512, "initializer_range": 1.0}
    config = BertConfig(hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16, **small)
    bert, distil = in_cache(folder, "bert-base-uncased"), in_cache(folder, "distilbert-base-uncased")
    for snapshot in (bert, distil):
        (snapshot / "vocab.txt").write_text("\n".join(WORDS))
        (snapshot / "tokenizer_config.json").write_text('{"do_lower_case": true, "model_max_length": 512}')
    config.save_pretrained(bert)
    DistilBertModel(DistilBertConfig(dim=16, n_layers=6, n_heads=2, hidden_dim=16, **small)).save_pretrained(distil)
    state = {f"module.bert.{key}": value for key, value in BertModel(config).state_dict().items()}
    for head in range(14):
        state[f"module.linear_heads.{head}.weight"] = torch.randn(4 if head < 13 else 2, 16)
        state[f"module.linear_heads.{head}.bias"] = torch.randn(4 if head < 13 else 2)
    torch.save({"model_state_dict": state}, in_cache(folder, "StanfordAIMI/RRG_scorers") / "chexbert.pth")
    return folder


def test_chexbert_and_bertscore_say_numbers_without_a_hub(weights):
    chexbert, _, bertscore = clinical_metrics(weights)
    found = [judged("report", said, target, number) for number, (said, target) in enumerate(PAIRS)]
    same = [judged("report", target, target, number) for number, (_, target) in enumerate(PAIRS)]
    draws = resample_groups(np.arange(len(PAIRS)), count=100)
    for metric in (chexbert, bertscore):
        assert metric.library == "radeval" and metric.version
        one, perfect = (metric.score(each).estimate(draws) for each in (found, same))
        assert 0 <= one.value <= perfect.value
        assert perfect.value == pytest.approx(1, abs=1e-4)
        assert 0 <= one.interval().low <= one.value <= one.interval().high <= 1
    assert one.value < 0.99  # of BERTScore: other words


def test_weights_that_are_no_weights_are_one_sentence(weights, tmp_path):
    (in_cache(tmp_path, "distilbert-base-uncased") / "config.json").write_text("{")
    with pytest.raises(NotAssessedError, match="radeval failed: "):
        clinical_metrics(tmp_path)[2].score([judged("report", "a", "b")])
    with pytest.raises(NotAssessedError, match="has no radgraph-xl"):
        clinical_metrics(weights)[1].score([judged("report", "a", "b")])
