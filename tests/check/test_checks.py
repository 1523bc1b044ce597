from dataclasses import replace

import pytest

from angiogram.check.checks import CHECKS, conclusion, run_checks, sound
from angiogram.check.result import Finding, Result
from angiogram.model.layouts.alone import ONE_BY_ONE
from angiogram.model.load import load_model
from tests.check.conftest import subject_of
from tests.model.tiny import FAMILIES
from tests.model.tiny.internvl import write_internvl


def verdicts(results):
    return {result.name: result.finding.verdict for result in results}


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_passes_every_check(load_tiny, family):
    results = run_checks(subject_of(load_tiny(family)), lambda _: None)
    assert verdicts(results) == {check.name: "ok" for check in CHECKS}, results
    assert conclusion(results) == "All 8 checks passed."


@pytest.mark.parametrize(
    "llm", ["qwen3", *(pytest.param(each, marks=pytest.mark.nightly) for each in ("qwen3_moe", "gpt_oss"))]
)
def test_internvl_3_5_passes_every_check_with_each_of_its_llms(tmp_path, llm):
    write_internvl(tmp_path, llm)
    loaded = load_model(str(tmp_path), tmp_path, print)
    assert loaded.anatomy.family == "internvl" and loaded.model.config.text_config.model_type == llm
    results = run_checks(subject_of(loaded), lambda _: None)
    assert verdicts(results) == {check.name: "ok" for check in CHECKS}, results


def test_our_own_model_passes_every_check(tiny):
    results = run_checks(subject_of(tiny), lambda _: None)
    assert set(verdicts(results).values()) == {"ok"}, results


def hooks(model):
    return [(len(module._forward_hooks), len(module._forward_pre_hooks)) for module in model.modules()]


def test_the_model_is_left_as_it_was(llava):
    subject = subject_of(llava)
    before = {name: weight.clone() for name, weight in llava.model.named_parameters()}
    subject.read(subject.images)  # transformers sets hooks of its own in the first pass
    set_before = hooks(llava.model)
    run_checks(subject, lambda _: None)
    for name, weight in llava.model.named_parameters():
        assert weight.requires_grad and weight.grad is None and weight.equal(before[name])
    assert hooks(llava.model) == set_before


def test_a_model_that_stops_is_wrong_in_its_own_words_and_the_next_check_goes_on(llava):
    def stop(*_):
        raise RuntimeError("the vision\x1b[2J tower is on fire\nsecond line")

    llava.model.model.vision_tower.register_forward_pre_hook(stop)
    said = []
    results = run_checks(subject_of(llava), said.append)
    assert len(results) == len(said) == 8 and not sound(results)
    reason = results[0].finding.reason
    assert reason == "It could not be done: RuntimeError: the vision [2J tower is on fire"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (("ok", "ok"), "All 2 checks passed."),
        (("ok", "wrong"), "1 of 2 checks failed: check 1."),
        (("wrong", "warning"), "1 of 2 checks failed: check 0."),
        (("warning", "ok"), "All 2 checks passed; with a warning: check 0."),
        (("ok", "not applicable"), "1 of 2 checks passed; not applicable: check 1."),
    ],
)
def test_the_conclusion_counts_and_names(given, sentence):
    results = [Result(f"check {i}", "", Finding(None, None, verdict, "")) for i, verdict in enumerate(given)]
    assert conclusion(results) == sentence
    assert sound(results) == ("wrong" not in given)


def test_a_model_that_is_given_one_image_at_a_time_has_no_batch_to_check(llava):
    alone = replace(llava, anatomy=replace(llava.anatomy, layout=ONE_BY_ONE))
    results = run_checks(subject_of(alone), lambda _: None)
    assert sound(results)
    skipped = [result.name for result in results if result.finding.verdict == "not applicable"]
    assert skipped == ["batched against single", "left against right padding"]
