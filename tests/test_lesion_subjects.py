"""The models that lesions are planted in, and the cases that they are taught."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from angiogram.answer.labels import label_tree
from angiogram.data.cases import Case, Cases
from angiogram.data.progress import silent
from angiogram.imaging.image import Image
from angiogram.model.load import load_model
from angiogram.model.prompt import chat, prepare

CLASSES = ("left lung lower lobe", "aorta")
FAMILIES = ("qwen2_vl", "gemma3")


@pytest.fixture(autouse=True)
def importable(monkeypatch):
    """The scripts import each other by name, as they do when they are run."""
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "benchmarks"))


def grey_cases(counts):
    """`counts[label]` cases of each class on either side, the one class dark, the other bright."""
    rows = [
        Case(f"{side}/{label}/{i}", f"{side}#{label}/{i}", label, f"{side}/{i}", side)
        for side in ("train", "test")
        for label, count in counts.items()
        for i in range(count)
    ]

    def read(case):
        chance = np.random.default_rng(sum(case.id.encode()))
        level = 60 if case.label == CLASSES[0] else 190
        return Image((level + chance.integers(-30, 30, (28, 28))).astype(np.uint8), ("made",))

    return Cases("greys", tuple(rows), tuple(counts), read, "What is shown: {options}?")


def test_every_class_has_as_many_cases_on_each_side_and_they_are_spread_over_the_set():
    from lesion_cases import balanced, of_classes

    cases = balanced(grey_cases({"left lung lower lobe": 9, "aorta": 3, "heart": 5}))
    assert set(Counter((row.split, row.label) for row in cases.rows).values()) == {3}
    ids = [row.id for row in cases.rows]
    assert [i[-1] for i in ids if i.startswith("train/left")] == ["0", "4", "8"]
    fewer = of_classes(cases, CLASSES)
    assert fewer.classes == CLASSES and len(fewer) == 12 and set(fewer.labels) == {0, 1}


def test_no_class_has_more_cases_than_a_suite_can_afford(monkeypatch):
    import lesion_cases

    monkeypatch.setattr(lesion_cases, "MOST", 2)
    cases = lesion_cases.balanced(grey_cases({"left lung lower lobe": 9, "aorta": 3}))
    assert set(Counter((row.split, row.label) for row in cases.rows).values()) == {2}


@pytest.mark.parametrize("family", FAMILIES)
def test_a_subject_has_16_image_tokens_and_a_token_for_every_word(tmp_path, family):
    from lesion_families import write_untrained

    cases = grey_cases({"left lung lower lobe": 1, "aorta": 1})
    write_untrained(family, tmp_path, [cases.ask(), *cases.classes], seed=0)
    loaded = load_model(str(tmp_path), tmp_path, silent)
    tokenizer = loaded.processor.tokenizer
    assert label_tree(tokenizer, CLASSES).lengths.tolist() == [4, 1]
    asked = chat(loaded.processor, cases.ask())
    inputs = prepare(loaded.processor, asked + "aorta", [cases.read(cases.rows[0])])
    assert int((inputs["input_ids"] == loaded.model.config.image_token_id).sum()) == 16
    assert int(inputs["input_ids"][0, -1]) == tokenizer.convert_tokens_to_ids("aorta")


@pytest.mark.parametrize("family", FAMILIES)
def test_a_subject_is_made_once_and_again_the_same(tmp_path, family):
    from lesion_subjects import Training, make_subject

    cases = grey_cases({"left lung lower lobe": 4, "aorta": 4})
    rows = np.arange(8)
    short = Training(sight=1, speech=1, batch_size=2)
    said = []
    folder = make_subject(family, cases, rows, tmp_path / "a", 0, said.append, short)
    weights = (folder / "model.safetensors").read_bytes()
    assert any(line.startswith("training") for line in said)
    assert not list((tmp_path / "a").glob("*.checkpoint"))

    said.clear()
    assert make_subject(family, cases, rows, tmp_path / "a", 0, said.append, short) == folder and not said
    again = make_subject(family, cases, rows, tmp_path / "b", 0, silent, short)
    assert again.name == folder.name and (again / "model.safetensors").read_bytes() == weights
    other = make_subject(family, cases, rows, tmp_path / "a", 1, silent, short)
    assert other != folder and (other / "model.safetensors").read_bytes() != weights


def test_a_subject_says_the_class_and_nothing_else(tmp_path):
    from lesion_subjects import Training, make_subject

    cases = grey_cases({"left lung lower lobe": 4, "aorta": 4})
    training = Training(sight=5, speech=30, batch_size=4, learning_rate=3e-3)
    folder = make_subject("gemma3", cases, np.arange(8), tmp_path, 0, silent, training)
    loaded = load_model(str(folder), tmp_path, silent)
    held_out = [row for row in cases.rows if row.split == "test"]
    inputs = prepare(loaded.processor, chat(loaded.processor, cases.ask()), [cases.read(row) for row in held_out])
    said = loaded.model.generate(**inputs, max_new_tokens=8, do_sample=False)[:, inputs["input_ids"].shape[1] :]
    words = loaded.processor.tokenizer.batch_decode(said, skip_special_tokens=True)
    assert words == [row.label for row in held_out]
