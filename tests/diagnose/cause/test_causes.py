"""The causal tests inside a whole diagnosis, to the report and back."""

import re
from dataclasses import replace

import numpy as np
import pytest

from angiogram.data.cases import Case, Cases
from angiogram.data.intake import examine
from angiogram.data.splits import assign
from angiogram.diagnose.cause.causes import drawn_evenly
from angiogram.diagnose.cause.result import Causes
from angiogram.diagnose.cause.windows import places, sliding_windows
from angiogram.diagnose.run import diagnose
from angiogram.diagnose.settings import Settings
from angiogram.imaging.image import Image
from angiogram.model.load import LoadedModel
from angiogram.report.disk import read_report, write_report
from tests.diagnose.cause.lesioned import asked_of, labelled_by_itself
from tests.model.tiny import TINY

CLASSES = ("left kidney", "right kidney", "liver")
SHAPES = ((56, 56), (40, 90))
OFTEN = ("llava",)  # the others, also those without a line of image tokens: `make nightly`


@pytest.fixture(scope="module")
def cases() -> Cases:
    """72 coarse random pictures of two shapes, two of a group; every second group is held out."""
    rng = np.random.default_rng(0)
    shapes = [SHAPES[i // 4 % 2] for i in range(72)]
    pixels = [np.kron(rng.integers(0, 256, (4, 4, 3)), np.ones((28, 30, 1)))[: s[0], : s[1]] for s in shapes]
    rows = tuple(
        Case(str(i), f"drawn#{i}", CLASSES[i % 3], f"g{i // 2}", "test" if i % 4 < 2 else "train") for i in range(72)
    )
    return Cases("drawn", rows, CLASSES, lambda row: Image(pixels[int(row.id)].astype(np.uint8), ("drawn",)), "Which?")


def held_out_labelled_by_itself(loaded: LoadedModel, cases: Cases) -> Cases:
    """The class of each held-out case is what the model answers, so that cases of other answers are of other classes.

    In the diagnosis the answers are calibrated on the training cases alone, so that a few may differ.
    """
    own = labelled_by_itself(asked_of(loaded, cases)).cases.rows
    pairs = zip(cases.rows, own, strict=True)
    return replace(cases, rows=tuple(itself if row.split == "test" else row for row, itself in pairs))


def whole(loaded, cases, folder, lines=None, **settings):
    settings = Settings(permutations=2, resamples=200, batch_size=7, **settings)
    examined = examine(cases)
    progress = (lambda _: None) if lines is None else lines.append
    return diagnose(
        loaded, examined, assign(cases, 3, 0), None, settings, folder / "run", folder / "cache", progress
    ).diagnosis


@pytest.mark.parametrize(
    "name", [name if name in OFTEN else pytest.param(name, marks=pytest.mark.nightly) for name in TINY]
)
def test_every_family_is_tested_for_use(name, cases, load_family, tmp_path):
    lines: list[str] = []
    loaded = load_family(name)
    labelled = held_out_labelled_by_itself(loaded, cases)
    diagnosis = whole(loaded, labelled, tmp_path, lines, causal=34)
    found = diagnosis.causes
    assert isinstance(found, Causes) and found.cases == 34 and found.blocks == len(loaded.anatomy.llm_blocks)
    readers = 2 if name == "mllama" else found.blocks
    assert len(found.windows) == 2 * readers and [w.rows for w in found.whole] == ["last", "later"]
    assert found.whole[1].moved > 0.001
    (cost,) = (line for line in lines if line.startswith("causal tests: "))
    count = int(cost.split()[2])
    assert count == 34 * (3 + 2 * readers)
    places, pairs = len(found.interchange), 2 * found.pairs
    most = 4 * 34  # untouched and exchanged, within and between classes
    assert pairs >= 16 and count + pairs * (1 + places) <= found.passes <= count + pairs * (1 + 3 * places) + most
    assert f" and {most} for exchanges within and between classes" in cost
    assert found.by_class is not None and 16 <= found.by_class.cases <= 34
    gap = found.by_class.other.value - found.by_class.same.value
    assert found.by_class.difference.value == pytest.approx(gap)
    if name == "mllama":
        assert [p.block for p in found.interchange] == [None] and "at the connector's output alone" in found.notes[0]
    else:
        assert [p.block for p in found.interchange] == [None, *range(found.blocks)] and not found.notes
        assert found.interchange[-1].stayed.value == 1
    assert found.interchange[0].followed.value > 0.9
    write_report(diagnosis, tmp_path / "run")
    assert len(read_report(tmp_path / "run")["causes"]["windows"]) == len(found.windows)
    assert 'id="causes"' in (tmp_path / "run" / "report.html").read_text()


@pytest.mark.nightly
def test_it_is_left_out_unless_it_is_asked_for(cases, load_family, tmp_path):
    diagnosis = whole(load_family("llava"), cases, tmp_path)
    assert diagnosis.causes is None
    assert any("was not tested (--causal does)" in why for why in diagnosis.not_assessed)


def test_too_few_pairs_are_not_exchanged_and_that_is_said(cases, load_family, tmp_path):
    loaded = load_family("llava")
    few = whole(loaded, held_out_labelled_by_itself(loaded, cases), tmp_path, causal=10).causes
    assert few.interchange == () and few.pairs == 0
    note, within = few.notes
    assert few.by_class is None and within.startswith("Images of the same class were not exchanged: only ")
    assert re.fullmatch(
        r"Images were not exchanged: only \d pairs of different classes have different answers and as many image "
        r"tokens, in \d independent sets? of groups; 8 pairs in 2 sets are needed\.", note
    )  # fmt: skip


def test_two_patients_who_exchange_with_each_other_are_one_piece_of_evidence(cases, load_family, tmp_path):
    loaded = load_family("llava")
    labelled = held_out_labelled_by_itself(loaded, cases)
    rows = [replace(r, group=r.group if r.split == "train" else str(r.label == "liver")) for r in labelled.rows]
    found = whole(loaded, replace(labelled, rows=tuple(rows)), tmp_path, causal=34).causes
    assert found.groups == 2 and found.interchange == ()
    assert "in 1 independent set of groups; 8 pairs in 2 sets are needed." in found.notes[0]


@pytest.mark.nightly
def test_the_untouched_answer_is_that_of_the_stage_and_a_repeat_gives_the_same(cases, load_family, tmp_path):
    first = whole(load_family("llava"), cases, tmp_path, causal=36)
    (stage,) = (stage for stage in first.stages if stage.key == "S")
    assert first.causes.cases == first.evaluated == 36
    assert first.causes.accuracy.value == stage.accuracy.value
    assert whole(load_family("llava"), cases, tmp_path, causal=36).causes == first.causes


def test_cases_are_drawn_evenly_over_the_classes():
    labels = np.array([0] * 50 + [1] * 30 + [2] * 4)
    drawn = drawn_evenly(labels, 30, seed=1)
    assert np.bincount(labels[drawn]).tolist() == [13, 13, 4] and len(set(drawn.tolist())) == 30
    assert drawn_evenly(labels, 30, seed=1).tolist() == drawn.tolist() != drawn_evenly(labels, 30, seed=2).tolist()
    assert len(drawn_evenly(labels, 500, seed=0)) == 84


@pytest.mark.parametrize("depth", [1, 2, 3, 4, 7, 10, 18, 28, 32, 80])
def test_windows_cover_every_block_and_end_with_the_last(depth):
    windows = sliding_windows(range(depth))
    assert {block for window in windows for block in window} == set(range(depth))
    assert windows[-1][-1] == depth - 1 and len({len(window) for window in windows}) == 1
    assert len(windows) <= 14 and len(windows) == len(set(windows))
    assert places(depth)[-1] == depth - 1 and len(places(depth)) <= 14
    assert sliding_windows([3, 8, 13])[-1] == (13,)
