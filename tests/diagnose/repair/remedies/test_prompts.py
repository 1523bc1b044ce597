"""Another question brings the answer where the model was asked in a way that it was taught to mistake."""

from dataclasses import replace

import numpy as np

from angiogram.data.splits import assign
from angiogram.diagnose.repair.remedies.judged import Judge
from angiogram.diagnose.repair.remedies.prompts import QUESTIONS, another_prompt
from angiogram.diagnose.repair.trial_cases import choose_trial
from angiogram.model.prompt import chat
from angiogram.statistics.bootstrap import resample_groups
from tests.diagnose.repair.conftest import MISLEADING, QUESTION


def tried(answering, asked, others):
    cases = replace(answering.cases, question=asked)
    asker = replace(answering, cases=cases, prompt=chat(answering.loaded.processor, asked))
    trial = choose_trial(cases, assign(cases, 5, 0), 0, 48)
    stored = asker.likelihoods(np.arange(len(cases)))
    judge = Judge(resample_groups(cases.groups[trial.judged]), 0.05, 0.25)
    return another_prompt(asker, others, stored, trial, judge, lambda _: None)


def test_the_question_that_it_was_taught_brings_the_answer(answering):
    found = tried(answering, MISLEADING, (QUESTION,))
    assert found.before < 0.2 and found.after.value > 0.9 and found.gain == "gain"
    assert f'"{QUESTION}"' in found.done and found.cases == 96


def test_a_worse_question_is_not_taken(answering):
    found = tried(answering, QUESTION, (MISLEADING,))
    assert found.before == found.after.value and found.gain == "no gain" and "None of 1" in found.done


def test_questions_beyond_the_context_are_left_out(answering, monkeypatch):
    monkeypatch.setattr(answering.loaded.model.config.get_text_config(), "max_position_embeddings", 60)
    found = tried(answering, QUESTION, ("Which structure is shown? " * 20,))
    assert "None of 0" in found.done and found.gain == "no gain"


def test_our_own_questions_fit_any_classes(answering):
    asked = [replace(answering.cases, question=question).ask() for question in QUESTIONS]
    assert sum("left kidney, right kidney, liver or left lung" in question for question in asked) == 2
    assert not any("{" in question for question in asked)
