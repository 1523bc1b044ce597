"""Real answers of real medical models; see benchmarks/real_answers.py."""

import re

import pytest
from benchmarks.real_answers import ANSWERS, PROSE, lines, vqa_answers

from angiogram.evaluate.metrics.classes import accuracy
from angiogram.evaluate.read.options import read_option
from angiogram.evaluate.tasks.closed import is_closed

pytestmark = pytest.mark.skipif(not ANSWERS.is_dir(), reason="the real answers in ../shared/data are not there")


@pytest.mark.parametrize("name", PROSE)
def test_what_is_read_of_prose_is_what_it_declares(name):
    read = 0
    for row in lines(ANSWERS / "medgemma15" / f"gen_{name}_val.jsonl"):
        reading = read_option(row["output_text"], row["finish_reason"] == "eos", PROSE[name])
        declared = re.search(r"best (?:description|answer)[^*]*\*\*([^*]+)\*\*", row["output_text"])
        if reading.status == "mention" and declared and declared[1].strip() in PROSE[name]:
            assert reading.label == declared[1].strip(), row["output_text"]
            read += 1
    assert read > 50


def test_closed_answers_are_read_and_counted_as_a_plain_comparison_counts_them():
    rows = lines(ANSWERS / "qwen2vl_vqarad" / "lora_rank16.jsonl")
    same = [row["prediction"] == row["reference"] for row in rows if row["qtype"] == "closed"]
    closed = [each for each in vqa_answers("lora_rank16") if is_closed(each.entry)]
    assert accuracy().score(closed).values.tolist() == same
