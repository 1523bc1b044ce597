import numpy as np
import pytest
import torch

from angiogram.answer.calibrate import calibrated
from angiogram.answer.generate import continue_greedily
from angiogram.answer.labels import label_tree, path_tree
from angiogram.answer.likelihood import class_log_likelihoods, tree_logits
from angiogram.answer.prefill import prefill
from angiogram.answer.walk import walk_tree
from angiogram.errors import InputError
from angiogram.model.prompt import chat, pictures


@pytest.fixture
def asked(tiny, squares):
    """Two prompts of different length and their images, and the prefill of both, padded on the left."""
    prompts = [chat(tiny.processor, squares.question), chat(tiny.processor, squares.question * 2)]
    images = pictures([squares.read(row) for row in squares.rows[:2]])
    inputs = tiny.processor(images=images, text=prompts, return_tensors="pt", padding=True, padding_side="left")
    return prompts, images, prefill(tiny, inputs)


def test_the_tree_equals_one_full_forward_a_class(tiny, squares, asked):
    prompts, images, filled = asked
    tree = label_tree(tiny.processor.tokenizer, squares.classes)
    scores = class_log_likelihoods(filled, tree)
    for row, (prompt, image) in enumerate(zip(prompts, images, strict=True)):
        for k, name in enumerate(squares.classes):
            full = tiny.processor(images=[image], text=[prompt + name], return_tensors="pt")
            with torch.no_grad():
                log_probabilities = tiny.model(**full).logits[0].log_softmax(-1)
            ids = full["input_ids"][0]
            length = int(tree.lengths[k])
            expected = sum(log_probabilities[t - 1, ids[t]] for t in range(len(ids) - length, len(ids)))
            assert abs(float(scores[row, k]) - float(expected)) < 1e-4


def test_the_cache_is_left_as_the_prompt_left_it(tiny, squares, asked):
    filled = asked[2]
    before = [layer.keys for layer in filled.cache.layers]
    class_log_likelihoods(filled, label_tree(tiny.processor.tokenizer, squares.classes))
    continue_greedily(filled, torch.tensor([1]), 3)
    assert all(layer.keys is keys for layer, keys in zip(filled.cache.layers, before, strict=True))


def test_greedy_continuation_equals_generate_from_scratch(tiny, asked):
    prompts, images, filled = asked
    said = continue_greedily(filled, torch.arange(2), 6)
    for row, (prompt, image) in enumerate(zip(prompts, images, strict=True)):
        alone = tiny.processor(images=[image], text=[prompt], return_tensors="pt")
        expected = tiny.model.generate(**alone, max_new_tokens=6, do_sample=False)[0, alone["input_ids"].shape[1] :]
        kept = [t for t in expected.tolist() if t != tiny.processor.tokenizer.eos_token_id]
        assert [t for t in said[row].tolist() if t >= 0] == kept


def test_shared_beginnings_are_fed_once(tiny):
    tokenizer = tiny.processor.tokenizer
    tree = label_tree(tokenizer, ["left kidney", "left lung", "left"])
    assert len(tree.fed) == len({tuple(p) for p in _prefixes(tokenizer, ["left kidney", "left lung", "left"])})
    assert tree.ancestry().diagonal().all()


def _prefixes(tokenizer, names):
    for name in names:
        ids = tokenizer(name, add_special_tokens=False).input_ids
        yield from (ids[:end] for end in range(1, len(ids) + 1))


def test_a_name_without_tokens_is_refused(tiny):
    with pytest.raises(InputError, match="no tokens"):
        label_tree(tiny.processor.tokenizer, ["liver", ""])


def test_calibration_removes_what_is_said_of_every_image():
    rng = np.random.default_rng(0)
    log_likelihoods, bias = rng.normal(size=(20, 3)), np.array([5.0, 0.0, -3.0])
    folds = [(np.arange(10), np.arange(10, 20)), (np.arange(10, 20), np.arange(10))]
    assert np.allclose(calibrated(log_likelihoods + bias, folds), calibrated(log_likelihoods, folds))


def test_an_answer_inside_the_tree_is_the_greedy_one(tiny, squares, asked):
    """Names made of what the model says greedily: its answers are then known without a further forward pass."""
    filled = asked[2]
    said = continue_greedily(filled, torch.arange(2), 4)
    tree = path_tree([tuple(row) for row in said.tolist()])
    walked, known = walk_tree(tree_logits(filled, tree), tree, filled.ends, 4)
    assert known.all() and torch.equal(walked, said)


def test_an_answer_ends_inside_the_tree(tiny, asked):
    filled = asked[2]
    first, second = continue_greedily(filled, torch.arange(2), 2).unbind(1)
    tree = path_tree([(int(first[0]),)])
    ending = frozenset([int(second[0])])
    walked, known = walk_tree(tree_logits(filled, tree), tree, ending, 4)
    assert known[0] and walked[0].tolist() == [int(first[0]), -1, -1, -1]


def test_an_answer_that_leaves_the_tree_is_not_known(tiny, squares, asked):
    filled = asked[2]
    tree = label_tree(tiny.processor.tokenizer, squares.classes)
    said = continue_greedily(filled, torch.arange(2), 6)
    assert not {int(t) for t in said[:, 0]} & {tree.fed[0]}
    assert not walk_tree(tree_logits(filled, tree), tree, filled.ends, 6)[1].any()


def test_encoder_and_llm_may_differ_in_precision(tiny, asked, squares):
    tree = label_tree(tiny.processor.tokenizer, squares.classes)
    expected = class_log_likelihoods(asked[2], tree)
    tiny.model.model.vision_tower.double()
    assert tiny.model.dtype == torch.float64
    torch.testing.assert_close(class_log_likelihoods(asked[2], tree), expected)
