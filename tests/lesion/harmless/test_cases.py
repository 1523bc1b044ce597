"""The same cases listed, named or batched in another way: the same likelihoods of the same classes, the same folds."""

import numpy as np
import pytest

from angiogram.data.intake import examine
from angiogram.data.splits import assign
from angiogram.diagnose.collect.plan import LIKELIHOODS
from angiogram.diagnose.collect.reference import Reference
from angiogram.diagnose.settings import Settings
from angiogram.errors import InputError
from angiogram.lesion.harmless.change import HARMLESS, harmless_named, unharmed
from angiogram.lesion.subject import Subject, diagnose_briefly
from angiogram.probe.evaluate import evaluated_cases

NAMES = [name for name in HARMLESS if harmless_named(name).plant is None]


@pytest.fixture
def subject(tiny, squares):
    examined = examine(squares)
    splits = assign(examined.cases, 3, 0)
    judged = evaluated_cases(splits.pairs, len(examined.cases))
    predicted = np.where(np.arange(len(judged)) % 5 == 0, 0, examined.cases.labels[judged])
    settings = Settings(permutations=19, resamples=200, batch_size=8)
    return Subject(tiny, examined, splits, Reference("known", predicted), settings)


def truth_of(subject: Subject) -> list[tuple[str, str, str]]:
    """(case, class, what the specialist says), of the judged cases."""
    cases = subject.examined.cases
    judged = evaluated_cases(subject.splits.pairs, len(cases))
    names = [cases.classes[index] for index in subject.reference.predicted]
    return [(cases.rows[i].id.split(" ")[0], cases.rows[i].label, name) for i, name in zip(judged, names, strict=True)]


def test_the_registry_names_its_changes():
    assert [name for name in HARMLESS if harmless_named(name).name != name] == [] and len(HARMLESS) >= 8
    with pytest.raises(InputError, match="did you mean 'cases-doubled'"):
        harmless_named("cases-double")


@pytest.mark.parametrize("name", NAMES)
def test_every_case_keeps_its_class_its_specialist_its_pixels_and_its_side(subject, name):
    with unharmed(subject, name) as same:
        assert set(truth_of(same)) == set(truth_of(subject))
        for one, other in ((subject, same), (same, subject)):
            for pair, others in zip(one.splits.pairs, other.splits.pairs, strict=True):
                for side, against in zip(pair, others, strict=True):
                    ids = [
                        {s.examined.cases.rows[i].id.split(" ")[0] for i in rows}
                        for s, rows in ((one, side), (other, against))
                    ]
                    assert ids[0] == ids[1]
        examined = same.examined
        assert len(examined.hashes) == len(examined.shapes) == len(examined.thumbnails) == len(examined.cases)
        again = examine(examined.cases)
        assert again.hashes == examined.hashes and (again.thumbnails == examined.thumbnails).all()
        assert len({row.group for row in examined.cases.rows}) == len(
            {row.group for row in subject.examined.cases.rows}
        )


@pytest.mark.nightly
def test_likelihoods_are_the_same(subject, tmp_path):
    whole = diagnose_briefly(subject, subject.loaded, tmp_path / "whole", lambda _: None)
    intact = likelihoods(subject, whole)
    for name in NAMES:
        with unharmed(subject, name) as same:
            run = diagnose_briefly(same, same.loaded, tmp_path / name, lambda _: None)
        found = likelihoods(same, run)
        assert found.keys() >= intact.keys()
        for case, scores in found.items():
            known = intact[case.split(" ")[0]]
            assert {key: pytest.approx(value, abs=1e-4) for key, value in known.items()} == scores, name
        reference = run.accounting.accuracies["R"].value
        assert reference == pytest.approx(whole.accounting.accuracies["R"].value), name


def likelihoods(subject, run) -> dict[str, dict[str, float]]:
    """Case -> class -> log-likelihood."""
    cases = subject.examined.cases
    rows = np.asarray(run.material.store.read(LIKELIHOODS)).reshape(len(cases), -1, len(cases.classes))[:, 0]
    return {
        row.id: dict(zip(cases.classes, map(float, own), strict=True))
        for row, own in zip(cases.rows, rows, strict=True)
    }
