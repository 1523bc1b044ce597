"""An annotation table opens as a labelled image set, and a labelled image set as an annotation table."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pillow
from tests.data.annotations.entries import entry

from angiogram.answer import asking
from angiogram.data.annotations.entry import Answer, Entry, frame_of
from angiogram.data.annotations.formats.write import write_as
from angiogram.data.annotations.given import judged
from angiogram.data.annotations.named import source
from angiogram.data.annotations.named.source import NamedSource, Uncertain
from angiogram.data.annotations.of_cases import entries_of_cases
from angiogram.data.annotations.table import Annotations
from angiogram.data.cases import Cases
from angiogram.data.phantom import volumes
from angiogram.data.sources import open_cases, open_findings
from angiogram.data.sources.options import SourceOptions
from angiogram.data.sources.tabular.columns import TableOptions
from angiogram.errors import InputError
from angiogram.evaluate.opened import entry_of
from angiogram.imaging.read import Preparation

WHOLE = SourceOptions(how=Preparation.parse(slice="all"))
OPTIONS = ("normal", "enlarged", "huge")
SIZE = "Is the heart normal, enlarged or huge?"


def asked(number: int, label: str, prompt: str = SIZE, options: tuple[str, ...] = OPTIONS, **more: Any) -> Entry:
    answer = Answer(label=label, options=options)
    return entry(number, "multi_class", prompt=prompt, target=label, answer=answer, **more)


def shown(number: int, *labels: str, unsure: tuple[str, ...] = (), **more: Any) -> Entry:
    return entry(number, "multi_label", answer=Answer(labels=labels, unsure=unsure, options=("edema", "mass")), **more)


def written(folder: Path, *entries: Entry, name: str = "t.parquet") -> str:
    for i in range(8):
        Pillow.fromarray(np.full((4, 4), 20 * i, np.uint8)).save(folder / f"{i}.png")
    write_as(Annotations(frame_of(entries), folder, ("Said.",)), folder / name)
    return str(folder / name)


def opened(path: str, finding: str | None = None) -> Cases:
    return open_cases(path, Path(path).parent / "cache", options=SourceOptions(finding=finding))


@pytest.mark.parametrize("name", ["t.parquet", "t.csv", "t.jsonl", "t.json", "t"])
def test_its_question_with_classes(tmp_path: Path, name: str):
    sides = ("train", "validation", "test", "train")
    entries = [asked(i, OPTIONS[i % 2], split=side, group=f"p{i // 2}") for i, side in enumerate(sides)]
    path = written(tmp_path, *entries, entry(5), name=name)
    cases = opened(path)
    assert open_findings(path, tmp_path) == ()
    assert sorted((row.id, row.label, row.group, row.split) for row in cases.rows) == [
        ("e0", "normal", "p0", "train"), ("e1", "enlarged", "p0", "train"),
        ("e2", "normal", "p1", "test"), ("e3", "enlarged", "p1", "train"),
    ]  # fmt: skip
    assert cases.classes == ("enlarged", "normal")  # none is huge
    assert cases.ask() == "Is the heart enlarged or normal?"
    assert {cases.read(row).pixels[0, 0].item() for row in cases.rows} == {0, 20, 40, 60}
    assert "The split is the column 'split'; 'validation' is used for training." in cases.statements
    assert cases.statements[0] == "Said."


def test_images_of_no_known_patient(tmp_path: Path):
    twice = [asked(i, OPTIONS[i % 2], group=None, image=f"{i // 2}.png") for i in range(3)]
    cases = opened(written(tmp_path, *twice))
    assert [row.group for row in cases.rows] == ["0.png", "0.png", "e2"]
    assert not cases.has_split


def test_findings_one_after_another(tmp_path: Path):
    path = written(
        tmp_path, shown(0, "edema"), shown(1, unsure=("edema",)), shown(2), shown(3, "edema", "mass"), shown(4, "mass")
    )
    assert open_findings(path, tmp_path) == ("edema", "mass")
    cases = opened(path, "edema")
    assert [(row.id, row.label) for row in cases.rows] == [("e0", "yes"), ("e2", "no"), ("e3", "yes"), ("e4", "no")]
    assert cases.ask() == "Does the image show edema: no or yes?"
    with pytest.raises(InputError, match="holds 2 findings, several of which one image may show: edema, mass; name"):
        opened(path)
    with pytest.raises(InputError, match=r"'oedema'; known are edema, mass; did you mean 'edema'\?"):
        opened(path, "oedema")


def test_several_questions_are_named_and_one_goes_before_findings(tmp_path: Path):
    view = [asked(10 + i, label, "Which view?", ("AP", "PA"), image=f"{i}.png") for i, label in enumerate(("AP", "PA"))]
    size = [asked(i, OPTIONS[i % 2]) for i in range(4)]
    both = written(tmp_path, *size, *view, shown(6, "edema"))
    assert open_findings(both, tmp_path) == (SIZE, "Which view?")
    cases = opened(both, "Which view?")
    assert cases.classes == ("AP", "PA") and cases.question == "Which view? Answer with one of these: {options}."
    one = opened(written(tmp_path, *size, shown(6, "edema")))
    assert any("it also asks for 2 findings, which --finding names: edema, mass" in said for said in one.statements)


def test_a_table_without_classes_is_one_sentence(tmp_path: Path):
    path = written(tmp_path, entry(0), entry(1), entry(2, "report"))
    with pytest.raises(InputError, match=r"has no classes: neither multi_class .* but vqa \(2\), report \(1\)"):
        opened(path)


def test_rows_that_break_a_rule_are_said(tmp_path: Path):
    cases = opened(written(tmp_path, asked(0, "normal"), asked(1, "huge"), asked(2, "tiny")))
    assert len(cases) == 2
    assert "1 of 3 entries break a rule and are not taken; `angiogram data table` says why." in cases.statements


def _read(folder: Path, uncertain: Uncertain) -> Annotations:
    return Annotations(frame_of([asked(i, OPTIONS[i % 2]) for i in range(4)]), folder)


SMALL = NamedSource("small", "A small set", "CC0", "Make it.", _read)


def test_a_named_source_opens_by_name_and_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(source._NAMED, "small", f"{__name__}:SMALL")
    written(tmp_path)
    cases = opened(f"small:{tmp_path}")
    assert cases.name == "small" and len(cases) == 4 and cases.statements[0] == "A small set (CC0)."
    assert cases.read(cases.rows[1]).pixels[0, 0] == 20
    with pytest.raises(InputError, match=r"There is no folder '.*none'. Make it."):
        opened(f"small:{tmp_path / 'none'}")
    with pytest.raises(InputError, match=r"There is no named source 'smal'; known are .*did you mean 'small'"):
        opened(f"smal:{tmp_path}")


def test_a_folder_of_classes_becomes_questions(tmp_path: Path):
    for name in ("cyst", "mass"):
        (tmp_path / "set" / name).mkdir(parents=True)
        for i in range(2):
            Pillow.fromarray(np.full((4, 4), i, np.uint8)).save(tmp_path / "set" / name / f"{i}.png")
    given = entries_of_cases(str(tmp_path / "set"), tmp_path / "cache")
    entries = judged(given).accepted.entries.collect()
    assert given.images == tmp_path / "set"
    assert entries["image"].to_list() == ["cyst/0.png", "cyst/1.png", "mass/0.png", "mass/1.png"]
    assert entries.select("prompt", "target", "group").row(0) == (
        "Which of these does the image show: cyst or mass?", "cyst", None,
    )  # fmt: skip
    assert entries["answer"].struct.field("options")[0].to_list() == ["cyst", "mass"]
    write_as(judged(given).accepted, tmp_path / "t.parquet")
    again = open_cases(str(tmp_path / "t.parquet"), tmp_path / "cache")
    assert [row.label for row in again.rows] == ["cyst", "cyst", "mass", "mass"]
    assert again.question == "Which of these does the image show: {options}?"


def test_a_drawn_set_becomes_the_questions_that_a_diagnosis_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    few = volumes.slab_plan
    monkeypatch.setattr(volumes, "slab_plan", lambda body: few(body)[::80])
    given = entries_of_cases("phantom-volumes", tmp_path)
    found = judged(given).accepted
    one = entry_of(found.entries.collect().row(0, named=True))
    assert asking.asked(one) == one.prompt == volumes.QUESTION and len(one.answer.options or ()) == 24
    write_as(found, tmp_path / "t.parquet")
    drawn, again = (open_cases(each, tmp_path, options=WHOLE) for each in ("phantom-volumes", f"{tmp_path}/t.parquet"))
    assert again.ask() == drawn.ask() and [row.split for row in again.rows] == [row.split for row in drawn.rows]
    for row, same in zip(drawn.rows, again.rows, strict=True):
        assert (row.id, row.label, row.group) == (same.id, same.label, same.group)
        assert np.array_equal(drawn.read(row).pixels, again.read(same).pixels)


def test_findings_of_a_table_become_one_question_an_image(tmp_path: Path):
    written(tmp_path)
    rows = ["0.png,a,1,0", "1.png,a,0,1", "2.png,b,-1,0", "3.png,c,1,1", "4.png,d,0,0", "5.png,e,0,"]
    (tmp_path / "set.csv").write_text("\n".join(["path,patient,Edema,Pleural_Mass", *rows]))
    options = SourceOptions(TableOptions(label=("Edema", "Pleural_Mass")))
    entries = judged(entries_of_cases(str(tmp_path / "set.csv"), tmp_path / "cache", options=options)).accepted.entries
    found = {row["id"]: row for row in entries.collect().to_dicts()}
    assert found["3.png"]["answer"]["labels"] == ["Edema", "Pleural Mass"]
    assert found["2.png"]["answer"]["unsure"] == ["Edema"] and found["2.png"]["target"] == "none of these"
    assert found["0.png"]["group"] == "a" and found["0.png"]["target"] == "Edema"


def test_pictures_of_an_archive_keep_their_place(tmp_path: Path):
    arrays = {f"{part}_images": np.zeros((4, 8, 8), np.uint8) for part in ("train", "val", "test")}
    arrays |= {f"{part}_labels": np.array([[0], [1], [0], [1]]) for part in ("train", "val", "test")}
    np.savez(tmp_path / "own.npz", **arrays)
    found = judged(entries_of_cases(str(tmp_path / "own.npz"), tmp_path)).accepted
    assert found.entries.collect()["image"][0] == "own.npz#train/0" and found.images == tmp_path
    write_as(found, tmp_path / "t.parquet")
    cases = open_cases(str(tmp_path / "t.parquet"), tmp_path)
    assert cases.has_split and cases.read(cases.rows[0]).pixels.shape[:2] == (8, 8)
