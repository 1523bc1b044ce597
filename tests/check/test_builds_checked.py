"""Every build passes every check."""

import pytest

from angiogram.check.checks import run_checks
from angiogram.check.drawn import CLASSES, QUESTION, drawn_pictures
from angiogram.check.subject import Subject
from angiogram.model.depth import in_kind
from angiogram.model.load import load_model
from tests.model.build.every import BUILDS, cases_for


@pytest.mark.parametrize("build", BUILDS)
def test_a_build_can_be_diagnosed(build, squares, tmp_path):
    BUILDS[build](tmp_path)
    loaded = load_model(str(tmp_path), tmp_path, lambda _: None)
    cases = cases_for(loaded, squares)
    for images, question, classes in (
        (tuple(cases.read(row) for row in cases.rows[:3]), cases.ask(), cases.classes),
        (tuple(in_kind(loaded.processor, picture) for picture in drawn_pictures()), QUESTION, CLASSES),
    ):
        results = run_checks(Subject(loaded, images, question, classes), lambda _: None)
        assert not [result for result in results if result.finding.verdict != "ok"]
