"""A truth that is hidden and read again is the same entry."""

import pytest

from angiogram.data.annotations.tasks import ON_IMAGES
from angiogram.evaluate.pseudo.question import answered, hidden
from angiogram.evaluate.tasks.task import evaluated_task
from tests.data.annotations.entries import entry

RIGHT = {"rec": "[10, 20, 50, 60]", "calculation": "0.52", "multi_label": "effusion"}


@pytest.mark.parametrize("task", ON_IMAGES)
def test_an_answer_makes_an_entry_of_a_question_again(task):
    truth = entry(0, task)
    question = hidden(truth)
    assert question.target == "" and question.confidence is None
    assert question.answer.value is None and question.answer.labels is None
    said = RIGHT.get(task) or truth.answer.label or truth.target
    again = answered(question, evaluated_task(task).read(said, True, question), 0.5, "a model")
    assert again.target and (again.confidence, again.source, again.id) == (0.5, "a model", truth.id)
    assert again.answer.options == truth.answer.options
