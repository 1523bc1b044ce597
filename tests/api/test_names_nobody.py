"""A whole run on DICOM files: no name and no picture with text in it is in anything that is written, said or raised."""

import base64
import io
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from PIL import Image as Pillow
from pyarrow import parquet

pytest.importorskip("pydicom", reason="the extra [dicom] is not installed")

import angiogram as ag
from angiogram.api.diagnosing import diagnose
from angiogram.cli.data import Audit, Inspect, Split
from angiogram.data.cases import Cases
from angiogram.errors import InputError
from tests.imaging.dicom.planted_files import PLANTED, WORDS, write

NAMES = ("Quirrell", "Wilhelmina", "Ollivander", "Garrick", "Dursley", "Vernon")
FOLDERS = ("Quirrell^Wilhelmina", "Ollivander, Garrick", "Dursley_Vernon")
MARK = 137  # the grey of what is burned in, and of nothing else
TOLD = {"folds": 2, "permutations": 20, "resamples": 200, "batch_size": 6}


def drawn(root: Path, burned: bool = True) -> Path:
    """Two classes, three patients with six images each in each of them, by name; one image is truncated."""
    rng = np.random.default_rng(0)
    for number in range(36):
        label, patient = ("normal", "effusion")[number % 2], FOLDERS[number // 2 % 3]
        pixels = rng.integers(0, 100, (56, 56), dtype=np.uint8)
        pixels[28 * (number % 2) :][:28] += 110
        pixels[pixels == MARK] += 1
        pixels[0, :2] = 0, 255  # the whole range: greys stay as they are
        if burned:
            pixels[4:24, 4:50] = MARK
        folder = root / f"{label}" / f"{patient} {label[0]}"
        folder.mkdir(parents=True, exist_ok=True)
        attributes = {"BurnedInAnnotation": "YES"} if burned else {}
        path = folder / f"{patient}-{number}.dcm"
        write(path, pixels, number=number, SeriesInstanceUID=f"1.2.{number}", **attributes)
        if number == 7:
            path.write_bytes(path.read_bytes()[:-40])
    return root


def opened(root: Path, **options: str) -> Cases:
    return ag.open_cases(root, folders="class/group", cache=root.parent / "cache", progress=None, **options)


def texts(*folders: Path) -> Iterator[tuple[str, str]]:
    """Every file below as text, tables read; but for what is its user's alone: which case is which, unpacked files."""
    for path in (path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()):
        if not path.name.startswith("case-names-") and not any(each.startswith("unpacked-") for each in path.parts):
            yield path.name, str(path)
            yield path.name, path.read_bytes().decode("latin-1")
            if path.suffix == ".parquet":
                yield path.name, str(parquet.ParquetFile(path).read().to_pylist())


def assert_nobody(said: str, where: str = "") -> None:
    assert [word for word in (*NAMES, *WORDS, "PLANTED") if word in said] == [], where


def marked(picture: Pillow.Image) -> bool:
    return int((np.asarray(picture.convert("L")) == MARK).sum()) > 200


def pictures(text: str) -> list[Pillow.Image]:
    return [Pillow.open(io.BytesIO(base64.b64decode(found))) for found in re.findall(r"iVBORw0KGgo[\w+/]+=*", text)]


@pytest.mark.parametrize(
    "shown", ["auto", *(pytest.param(each, marks=pytest.mark.nightly) for each in ("all", "none"))]
)
def test_a_run_names_nobody_and_shows_text_only_where_it_is_asked_to(tiny, tmp_path, capfd, caplog, shown):
    caplog.set_level("DEBUG")
    lines: list[str] = []
    cases = opened(drawn(tmp_path / "set"))
    run = diagnose(
        tiny, cases, tmp_path / "run", cache=tmp_path / "cache", progress=lines.append, pictures=shown, **TOLD
    )
    assert run.diagnosis.making.burned_in == 35 and len(run.diagnosis.quarantined) == 1
    for name, text in texts(tmp_path / "run", tmp_path / "cache"):
        assert_nobody(text, name)
    assert_nobody("\n".join([*lines, caplog.text, *capfd.readouterr(), repr(cases.rows), *cases.statements]))
    assert run.diagnosis.examples
    seen = [picture for name in ("report.html", "report.json") for picture in pictures((run.folder / name).read_text())]
    assert any(map(marked, seen)) == (shown == "all")
    assert bool(run.diagnosis.evidence) == (shown == "all")
    warned = any("text burned into the pixels" in sentence for sentence in run.diagnosis.warnings)
    assert warned and "How the images were made" in (run.folder / "report.html").read_text()


def test_a_case_goes_by_one_name_and_the_cache_alone_says_which_it_is(tmp_path):
    cases = opened(drawn(tmp_path / "set"))
    again = opened(tmp_path / "set")
    assert cases.rows == again.rows and len({row.id for row in cases.rows}) == 36
    assert len({row.group for row in cases.rows}) == 6
    (key,) = (tmp_path / "cache").glob("case-names-*.json")
    assert key.stat().st_mode & 0o077 == 0
    text = key.read_text()
    assert all(f'"{row.id}"' in text for row in cases.rows) and "Dursley_Vernon-5.dcm" in text
    (tmp_path / "cache" / "dicom-salt").unlink()
    assert not {row.id for row in opened(tmp_path / "set").rows} & {row.id for row in cases.rows}


def test_what_looks_at_a_set_names_nobody(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    drawn(tmp_path / "set")
    told = {"folders": "class/group", "cache": tmp_path / "cache"}
    Inspect("set", tmp_path / "out" / "sheet.png", **told).run()
    Split("set", tmp_path / "out" / "split.csv", folds=2, **told).run()
    Audit("set", tmp_path / "out" / "audit.json", tmp_path / "out" / "pairs.png", folds=2, **told).run()
    for name, text in texts(tmp_path / "out"):
        assert_nobody(text, name)
    assert_nobody("".join(capsys.readouterr()))
    assert not any(marked(Pillow.open(tmp_path / "out" / name)) for name in ("sheet.png", "pairs.png"))
    Inspect("set", tmp_path / "out" / "sheet.png", pictures="all", **told).run()
    assert marked(Pillow.open(tmp_path / "out" / "sheet.png"))


def test_only_what_has_text_in_it_is_left_out(tiny, tmp_path):
    run = diagnose(
        tiny, opened(drawn(tmp_path / "set", burned=False)), tmp_path / "run", cache=tmp_path / "cache",
        progress=None, **TOLD,
    )  # fmt: skip
    assert run.diagnosis.making.burned_in == 0 and all(each.thumbnail for each in run.diagnosis.examples)


def emptied(root: Path) -> None:
    for path in root.glob("normal/*/*.dcm"):
        path.write_bytes(path.read_bytes()[:-40])


def of_two_patients(root: Path) -> None:
    folder = root / "normal" / FOLDERS[0]
    folder.mkdir(exist_ok=True)
    for i in range(3):
        write(
            folder / f"{FOLDERS[1]}-{i}.dcm", np.zeros((4, 4), np.int16), number=90 + i, PatientID=f"PLANTED-{i}",
            ImageOrientationPatient=[1, 0, 0, 0, 1, 0], ImagePositionPatient=[0, 0, i], PixelSpacing=[1, 1],
        )  # fmt: skip


@pytest.mark.parametrize(("fault", "options"), [(emptied, {}), (of_two_patients, {"folders": "class"})])
def test_an_error_names_nobody(tiny, tmp_path, capfd, fault, options):
    fault(drawn(tmp_path / "set"))
    lines: list[str] = []
    told = {"folders": "class/group", **options}
    with pytest.raises(InputError) as caught:
        cases = ag.open_cases(tmp_path / "set", cache=tmp_path / "cache", progress=lines.append, **told)
        diagnose(tiny, cases, tmp_path / "run", cache=tmp_path / "cache", progress=lines.append, **TOLD)
    error: BaseException | None = caught.value
    while error:
        assert_nobody(repr(error))
        error = error.__context__
    assert_nobody("".join([*lines, *capfd.readouterr()]))


def test_folders_of_patients_that_are_names_are_hidden_in_sets_of_other_files(tmp_path):
    for number in range(12):
        folder = tmp_path / "set" / "ab"[number % 2] / FOLDERS[number // 2 % 3]
        folder.mkdir(parents=True, exist_ok=True)
        Pillow.new("L", (8, 8), number).save(folder / f"{number}.png")
    (folder / "bad.png").write_bytes(b"no picture")
    cases = opened(tmp_path / "set")
    assert len({row.group for row in cases.rows}) == 3
    said = [*cases.statements, repr(cases.rows)]
    for row in cases.rows:
        try:
            cases.read(row)
        except InputError as error:
            said.append(str(error))
            assert str(error).startswith(f"'{row.id}' is not a readable PNG")
    assert_nobody("".join(said))
    numbered = tmp_path / "numbered"
    for number in range(12):
        folder = numbered / "ab"[number % 2] / f"patient{number // 2 % 3}"
        folder.mkdir(parents=True, exist_ok=True)
        Pillow.new("L", (8, 8), number).save(folder / f"{number}.png")
    assert {row.group for row in opened(numbered).rows} == {"patient0", "patient1", "patient2"}


def test_a_table_names_nobody_either(tmp_path):
    drawn(tmp_path / "set")
    files = sorted((tmp_path / "set").rglob("*.dcm"))
    lines = ["image;label;patient;PatientName;scanner"]
    lines += [f"{p.relative_to(tmp_path)};{p.parts[-3]};{p.parts[-2]};{p.parts[-2]};A" for p in files]
    (tmp_path / "set.csv").write_text("\n".join(line.replace(",", "").replace(";", ",") for line in lines))
    for path in files:
        if "," in str(path):
            target = Path(str(path).replace(",", ""))
            target.parent.mkdir(parents=True, exist_ok=True)
            path.rename(target)
    cases = ag.open_cases(tmp_path / "set.csv", cache=tmp_path / "cache", progress=None)
    assert len(cases) == 36 and len({row.group for row in cases.rows}) == 6
    assert any("What may name a patient is not kept: PatientName." in said for said in cases.statements)
    assert dict(cases.rows[0].columns) == {"scanner": "A"}
    assert_nobody("".join([repr(cases.rows), *cases.statements]))


def zipped(root: Path) -> Path:
    return Path(shutil.make_archive(str(root.parent / "packed"), "zip", root))


def held(root: Path) -> Path:
    """A table that holds the files, and columns that tell who, when and where."""
    files = sorted(root.rglob("*.dcm"))
    told = {
        "image": [{"bytes": path.read_bytes(), "path": str(path.relative_to(root))} for path in files],
        "label": [path.parts[-3] for path in files],
        "patient": [path.parts[-2] for path in files],
        "scanner": ["AB"[i // 3 % 2] for i in range(len(files))],
        "site": [f"{PLANTED['InstitutionName']} {i // 3 % 2}" for i in range(len(files))],
        "original": [str(path) for path in files],
        **{keyword: [value] * len(files) for keyword, value in PLANTED.items()},
    }
    told["InstitutionName"] = told["site"]
    parquet.write_table(pa.table(told), root.parent / "held.parquet")
    return root.parent / "held.parquet"


@pytest.mark.parametrize("packed", [pytest.param(zipped, marks=pytest.mark.nightly), held])
def test_a_zip_and_a_table_that_holds_the_files_name_nobody(
    tiny: object, tmp_path: Path, capsys: pytest.CaptureFixture[str], packed: Callable[[Path], Path]
) -> None:
    path = packed(drawn(tmp_path / "set", burned=False))
    shutil.rmtree(tmp_path / "set")
    lines: list[str] = []
    told = {"folders": "class/group"} if packed is zipped else {}
    cases = ag.open_cases(path, cache=tmp_path / "cache", progress=lines.append, **told)
    assert len(cases) == 36 and len({row.group for row in cases.rows}) == 6
    assert all(row.id.startswith("case-") and row.group.startswith("group-") for row in cases.rows)
    run = diagnose(tiny, cases, tmp_path / "run", cache=tmp_path / "cache", progress=lines.append, **TOLD)
    assert len(run.diagnosis.quarantined) == 1
    Inspect(str(path), tmp_path / "out" / "sheet.png", cache=tmp_path / "cache", **told).run()
    for name, text in texts(tmp_path / "run", tmp_path / "cache", tmp_path / "out"):
        assert_nobody(text, name)
    assert_nobody("\n".join([*lines, *capsys.readouterr(), repr(cases.rows), *cases.statements]))
    if packed is held:
        assert {name for name, _ in cases.rows[0].columns} == {
            "scanner", "site", "InstitutionName", "ReferringPhysicianName", "StudyDescription"
        }  # fmt: skip
        assert "site 2" in repr(run.diagnosis)
    else:
        below = list((tmp_path / "cache").glob("unpacked-*"))
        assert len(below) == 1 and below[0].stat().st_mode & 0o077 == 0
