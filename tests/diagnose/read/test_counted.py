"""Words of a class and spellings of its name, read in the passes of the diagnosis itself."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from angiogram.answer.calibrate import calibrated
from angiogram.answer.labels import label_tree
from angiogram.answer.likelihood import class_log_likelihoods
from angiogram.answer.prefill import prefill
from angiogram.data.intake import examine
from angiogram.data.splits import assign
from angiogram.diagnose.collect.plan import plan
from angiogram.diagnose.run import diagnose
from angiogram.diagnose.settings import Settings
from angiogram.model.prompt import prepare
from angiogram.report.disk import write_report

SPELLED = ("left_kidney", "right_kidney", "liver", "left_lung")
SPOKEN = ("left kidney", "right kidney", "liver", "left lung")
SETTINGS = Settings(permutations=20, resamples=200, batch_size=5, orders=2)


def run(tiny, cases, folder, settings=SETTINGS):
    examined = examine(cases)
    splits = assign(examined.cases, 3, 0)
    found = diagnose(tiny, examined, splits, None, settings, folder / "run", folder / "cache", lambda _: None)
    write_report(found.diagnosis, folder / "run")
    return found.diagnosis, splits


def spelled(squares):
    names = dict(zip(squares.classes, SPELLED, strict=True))
    rows = tuple(replace(row, label=names[row.label]) for row in squares.rows)
    return replace(squares, classes=SPELLED, rows=rows, question="Which is it: {options}?")


@pytest.mark.nightly
def test_the_spoken_names_are_scored_in_the_same_passes(tiny, squares, tmp_path):
    cases = spelled(squares)
    settings = replace(SETTINGS, orders=1)
    diagnosis, splits = run(tiny, cases, tmp_path, settings)
    found = diagnosis.answers.wording
    assert found.counted == () and found.spelling is not None
    assert found.spelling.names == tuple((a, b) for a, b in zip(SPELLED, SPOKEN, strict=True) if a != b)

    planned = plan(tiny, cases, np.ones(len(cases), dtype=bool))
    tree, scores = label_tree(tiny.processor.tokenizer, SPOKEN), []
    with torch.no_grad():
        for row in cases.rows:
            filled = prefill(tiny, prepare(tiny.processor, planned.prompt, [cases.read(row)]))
            scores.append(class_log_likelihoods(filled, tree).numpy()[0])
    ((_, test),) = splits.pairs
    right = calibrated(np.stack(scores), splits.pairs)[test].argmax(axis=1) == cases.labels[test]
    answered = next(stage.accuracy.value for stage in diagnosis.stages if stage.key == "S")
    assert found.spelling.spoken.value == pytest.approx(float(right.mean()))
    assert found.spelling.cost.value == pytest.approx(float(right.mean()) - answered)


def test_names_that_are_words_cost_nothing(tiny, squares, tmp_path):
    cases = replace(squares, question="Which is it: {options}?")
    tree = plan(tiny, cases, np.ones(len(cases), dtype=bool)).tree
    assert tree is not None and len(tree.scored) == 4 and tree.beside == ()
    diagnosis, _ = run(tiny, cases, tmp_path)
    assert diagnosis.answers.wording.spelling is None and diagnosis.answers.wording.counted == ()


def test_every_part_of_a_diagnosis_counts_all_words(tiny, squares, tmp_path):
    further = (("liver", ("hepar", "liver tissue")), ("left lung", ("pulmo",)))
    cases = replace(squares, question="Which is it: {options}?", further=further)
    settings = replace(SETTINGS, ladder="full", remedies=True, causal=4)
    diagnosis, _ = run(tiny, cases, tmp_path, settings)
    words = {each.name: [word.text for word in each.words] for each in diagnosis.answers.wording.counted}
    assert words["liver"] == ["liver", "hepar", "liver tissue"] and words["left kidney"] == ["left kidney"]
    for each in diagnosis.answers.wording.counted:
        assert sum(word.share or 0.0 for word in each.words) == pytest.approx(1.0, abs=1e-5)
    assert [word.share for each in diagnosis.answers.wording.counted for word in each.words].count(None) == 1
    assert diagnosis.classes == squares.classes and diagnosis.lens
    assert "held by a shorter word" in (tmp_path / "run" / "report.html").read_text()


def test_a_model_that_says_another_word_of_the_class_is_right_by_it(tiny, squares, tmp_path):
    """The head always says "pulmo", which no class is called: as a further word of one it names that class."""
    tokens = tiny.processor.tokenizer("pulmo", add_special_tokens=False).input_ids
    path = [*tokens, tiny.processor.tokenizer.eos_token_id]
    after = dict(zip([None, *path[:-1]], path, strict=True))
    assert len(after) == len(path)  # no token twice: each says which is next
    seen: list[torch.Tensor] = []
    embedding, head = tiny.model.get_input_embeddings(), tiny.model.get_output_embeddings()
    hooks = [
        embedding.register_forward_hook(lambda _, given, __: seen.append(given[0])),
        head.register_forward_hook(lambda _, __, logits: raised(logits, seen[-1], after)),
    ]
    cases = replace(squares, question="Which is it: {options}?")
    settings = replace(SETTINGS, orders=1, ladder="free")
    try:
        alone, _ = run(tiny, cases, tmp_path / "alone", settings)
        several, _ = run(tiny, replace(cases, further=(("left lung", ("pulmo",)),)), tmp_path / "several", settings)
    finally:
        for hook in hooks:
            hook.remove()
    assert alone.answers.unparsed == 16 and several.answers.exact == 16
    (lung,) = [each for each in several.answers.wording.counted if each.name == "left lung"]
    assert lung.words[1].share == pytest.approx(1.0, abs=1e-3)


def raised(logits, fed, after):
    """Logits `[B, T, V]` with the next token of the path far above all others, behind the tokens `fed` `[B, L]`."""
    raised = logits.clone()
    last = fed[:, -logits.shape[1] :]
    for row, place in np.ndindex(*last.shape):
        raised[row, place, after.get(int(last[row, place]), after[None])] += 100
    return raised
