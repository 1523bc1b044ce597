import json
import math
from dataclasses import replace

import numpy as np
import pytest
from report_sample import sample_diagnosis, two_classes, without_reference

from angiogram.plain import plain
from angiogram.report.document import from_document, to_document
from angiogram.statistics.interval import Interval


@pytest.mark.parametrize("make", [sample_diagnosis, without_reference, two_classes])
def test_a_diagnosis_comes_back_equal(make):
    diagnosis = make()
    assert from_document(json.loads(json.dumps(to_document(diagnosis)))) == diagnosis


def test_numbers_that_json_lacks_become_null_and_come_back_as_nan():
    point = replace(sample_diagnosis().curve[0], twin=math.nan, strength=math.inf)
    document = to_document(sample_diagnosis(curve=(point,)))
    assert document["curve"][0]["twin"] is None and document["curve"][0]["strength"] is None
    assert math.isnan(from_document(document).curve[0].twin)


def test_numpy_scalars_are_numbers():
    document = plain((np.int64(3), np.float32(0.5), Interval(np.float64(0.1), 0.0, 1.0)))
    assert document == [3, 0.5, {"value": 0.1, "low": 0.0, "high": 1.0}]
    assert json.dumps(document)


def test_what_json_cannot_hold_is_refused():
    with pytest.raises(TypeError, match="ndarray"):
        plain((np.zeros(2),))
