"""The seven points of the accounting, measured or not."""

import numpy as np
import pytest

from angiogram.diagnose.collect.reference import Reference
from angiogram.diagnose.read.stages import Named, named_reference, stages
from angiogram.diagnose.terms import STAGES
from angiogram.statistics.interval import Interval

TRUTH = np.array([0, 1, 1])


def test_a_stage_is_right_where_it_names_the_class_and_a_number_stays_a_number():
    assert Named(np.array([0, 1, -1]), "read").reading(TRUTH).tolist() == [True, True, False]
    assert Named(None, "given", number=0.9).reading(TRUTH) == 0.9
    with pytest.raises(ValueError, match="predictions or a number"):
        Named(None, "nothing").reading(TRUTH)


def test_a_specialist_may_be_known_by_its_accuracy_alone():
    known = named_reference(Reference(source="Smith 2024, Table 2", accuracy=0.93))
    assert known.predicted is None and known.number == 0.93 and known.note == "Smith 2024, Table 2."


def test_what_was_not_measured_is_shown_without_an_accuracy():
    shown = stages({"V": Named(TRUTH, "read", tap="encoder.out")}, {"V": Interval(0.8, 0.7, 0.9)})
    assert tuple(stage.key for stage in shown) == STAGES
    assert [(stage.key, stage.tap) for stage in shown if stage.accuracy is not None] == [("V", "encoder.out")]
    assert all(stage.note == "not measured" for stage in shown if stage.key != "V")
