"""Text alone does not answer: over settings drawn at random, no wording of a question has one answer.

`measured.parquet` is the settings table of 40 radiographs (seed 0, 224 pixels), as drawing them takes minutes.
"""

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from angiogram.data.radiographs.rows import truth_of
from angiogram.data.radiographs.setting import setting
from angiogram.data.radiographs.taken import take
from angiogram.data.radiographs.tasks.questions import questions
from angiogram.data.radiographs.tasks.subject import Subject

MOST, ENOUGH = 0.9, 12
DRAWS = 40  # of wording and structures: so many that nearly every question is asked of every picture that allows it


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    return pl.read_parquet(Path(__file__).parent / "measured.parquet").to_dicts()


def answers(rows: list[dict[str, Any]]) -> Mapping[str, list[str]]:
    """The answers to each wording, one an image."""
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for row in rows:
        truth = truth_of(row)
        for draw in range(DRAWS):
            subject = Subject(
                row["id"], row["image"], row["split"], truth, np.random.default_rng((draw, row["number"]))
            )
            for entry in questions(subject):
                found[entry.prompt][row["id"]] = entry.target
    return {prompt: list(given.values()) for prompt, given in found.items()}


def test_no_wording_of_a_question_has_one_answer(rows: list[dict[str, Any]]):
    asked = {prompt: given for prompt, given in answers(rows).items() if len(given) >= ENOUGH}
    shares = {prompt: max(given.count(one) for one in given) / len(given) for prompt, given in asked.items()}
    assert len(asked) > 40
    assert not {prompt: share for prompt, share in shares.items() if share > MOST}


def test_the_table_of_measured_settings_is_what_is_measured(rows: list[dict[str, Any]], real_folder: Path):
    assert take(real_folder, setting(0, 0), 224, 0).truth == truth_of(rows[0])
