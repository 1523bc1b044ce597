import pytest

from angiogram.diagnose.settings import Settings
from angiogram.errors import InputError


@pytest.mark.parametrize(
    "wrong",
    [
        {"margin": 0.0},
        {"margin": 5.0},
        {"permutations": 0},
        {"batch_size": 0},
        {"seed": -1},
        {"probe": "rigde"},
        {"causal": 1},
        {"causal": -3},
        {"ladder": "Free"},
        {"orders": 1.5},
        {"other_questions": "What is shown?", "remedies": True},
    ],
)
def test_what_cannot_be_computed_with_is_refused(wrong):
    with pytest.raises(InputError, match=str(next(iter(wrong.values())))):
        Settings(**wrong)
