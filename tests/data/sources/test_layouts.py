"""Folders as public sets bring them: each opens by its path, and says what it took for what."""

import zipfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from angiogram.data.cases import Cases
from angiogram.data.sources import open_cases
from angiogram.data.sources.options import SourceOptions
from angiogram.data.sources.tabular.columns import TableOptions
from angiogram.errors import InputError


def picture(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(len(str(path)))
    Pillow.fromarray(rng.integers(0, 256, (12, 12), dtype=np.uint8)).save(path)


def mask(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.zeros((12, 12), np.uint8)
    pixels[3:7, 4:9] = 255
    Pillow.fromarray(pixels).save(path)


def opened(root: Path, **options: str) -> Cases:
    return open_cases(str(root), root.parent / "cache", options=SourceOptions(**options))  # type: ignore[arg-type]


def sides(cases: Cases) -> Counter[tuple[str, str | None]]:
    return Counter((row.label, row.split) for row in cases.rows)


def busi(root: Path) -> Path:
    for label, count in (("benign", 3), ("malignant", 2), ("normal", 2)):
        for i in range(1, count + 1):
            picture(root / label / f"{label} ({i}).png")
            mask(root / label / f"{label} ({i})_mask.png")
    mask(root / "benign" / "benign (1)_mask_1.png")
    return root


def test_masks_beside_their_images_are_left_out_and_counted(tmp_path: Path) -> None:
    cases = opened(busi(tmp_path / "BUSI"))
    assert sides(cases) == {("benign", None): 3, ("malignant", None): 2, ("normal", None): 2}
    assert any("8 files are masks" in said for said in cases.statements) and not cases.doubts


def test_an_archive_in_a_folder_is_named(tmp_path: Path) -> None:
    root = busi(tmp_path / "BUSI")
    with zipfile.ZipFile(root / "malignant" / "more.zip", "w") as archive:
        archive.write(root / "benign" / "benign (1).png", "malignant (9).png")
    said = "The archive 'malignant/more.zip' in it is not opened; unpack it if it holds images, too."
    assert said in opened(root).statements
    (root / "rest.tar.gz").write_bytes(b"")
    assert any("2 archives in it, 'malignant/more.zip' among them," in each for each in opened(root).statements)


def test_a_prefix_of_many_names_is_no_patient(tmp_path: Path) -> None:
    names = [f"IM-{i:04}-000{k}" for i in range(12) for k in range(2)]
    names += [f"NORMAL2-IM-{i:04}-000{k}" for i in range(15) for k in range(2)]
    for number, name in enumerate(names):
        picture(tmp_path / "set" / "ab"[number // 2 % 2] / f"{name}.png")
    proposed = next(said for said in opened(tmp_path / "set").statements if "--group-pattern" in said)
    assert "would make 27 groups" in proposed
    assert len({row.group for row in opened(tmp_path / "set", group_pattern=proposed.split("'")[3]).rows}) == 27


def test_patients_in_several_classes_are_said(tmp_path: Path) -> None:
    for label, first in (("benign", 0), ("malignant", 2)):
        for patient in range(first, first + 4):
            picture(tmp_path / "set" / label / f"patient{patient}" / "1.png")
    assert "2 of these stand in several classes, and are one patient each." in opened(tmp_path / "set").statements


def test_pictures_of_kinds_that_are_not_read_are_counted(tmp_path: Path) -> None:
    root = busi(tmp_path / "set")
    for name in ("benign/a.heic", "benign/b.HEIC", "normal/c.mp4"):
        (root / name).write_bytes(b"")
    said = "3 pictures or films in it are of a kind that is not read (.heic, .mp4); convert to PNG."
    assert said in opened(root).statements


def test_a_folder_that_holds_an_archive_alone_is_not_called_empty(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "all.zip").write_bytes(b"")
    with pytest.raises(InputError, match=r"has no images\. The archive 'all\.zip' in it is not opened; unpack it"):
        opened(tmp_path / "set")


def test_an_image_that_is_named_like_a_mask_stays(tmp_path: Path) -> None:
    for label in ("a", "b"):
        for name in ("one.png", "one_mask.png", "two_seg.png"):
            picture(tmp_path / "set" / label / name)
    cases = opened(tmp_path / "set")
    assert len(cases) == 6 and "2 files are named like masks" in cases.doubts[0]


@pytest.mark.parametrize("inside", [True, False])
def test_folders_of_images_and_masks(tmp_path: Path, inside: bool) -> None:
    for label in ("a", "b"):
        for i in range(2):
            for kind, write in (("images", picture), ("masks", mask)):
                write(tmp_path / "set" / (f"{label}/{kind}" if inside else f"{kind}/{label}") / f"{i}.png")
    cases = opened(tmp_path / "set")
    assert sides(cases) == {("a", None): 2, ("b", None): 2}
    assert any("4 files are masks" in said for said in cases.statements)


def test_ct_covid(tmp_path: Path) -> None:
    for label in ("CT_COVID", "CT_NonCOVID"):
        for i in range(2):
            picture(tmp_path / "COVID-CT" / label / f"2020.02.{i}-p{i}-8.png")
    cases = opened(tmp_path / "COVID-CT")
    assert cases.classes == ("CT COVID", "CT non COVID")
    assert any("'CT_NonCOVID' as 'CT non COVID'" in said for said in cases.statements)


def kermany(root: Path, *sides: str) -> Path:
    for side in sides:
        for i in range(2):
            for k in range(2):
                picture(root / side / "NORMAL" / f"person{i}_virus_{k}.jpeg")
                picture(root / side / "PNEUMONIA" / f"person{i + 50}_bacteria_{k}.jpeg")
    return root


def test_kermany_and_a_patient_in_the_name(tmp_path: Path) -> None:
    root = kermany(tmp_path / "chest_xray", "train", "val", "test")
    cases = opened(root)
    assert cases.classes == ("normal", "pneumonia") and cases.has_split
    assert sides(cases)["pneumonia", "train"] == 8 and sides(cases)["pneumonia", "test"] == 4
    proposed = next(said for said in cases.statements if "--group-pattern" in said)
    pattern = proposed.split("'")[3]
    assert "4 groups" in proposed
    assert len(set(opened(root, group_pattern=pattern).groups.tolist())) == 4
    assert {row.group for row in opened(root, group_pattern=r"(person\d+)_").rows} == {
        "person0", "person1", "person50", "person51",
    }  # fmt: skip
    with pytest.raises(InputError, match=r"--group-pattern 'p\(' is no regular expression"):
        opened(root, group_pattern="p(")
    with pytest.raises(InputError, match=r"--group-pattern 'mdb' fits none of the 24 names"):
        opened(root, group_pattern="mdb")


@pytest.mark.parametrize(
    ("folders", "judged"),
    [
        (("Train", "valid", "TEST"), "TEST"),
        (("train", "val"), "val"),
        (("train", "valid", "test"), "test"),
        (("train", "validation", "test"), "test"),
        (("training", "testing"), "testing"),
    ],
)
def test_words_of_splits(tmp_path: Path, folders: tuple[str, ...], judged: str) -> None:
    cases = opened(kermany(tmp_path / "set", *folders))
    assert cases.classes == ("normal", "pneumonia")
    assert {row.id.partition("/")[0] for row in cases.rows if row.split == "test"} == {judged}
    if "test" not in [folder.lower() for folder in folders] and "testing" not in folders:
        assert any("there is no test part, so that 'val' is judged" in said for said in cases.statements)


def test_a_split_below_the_classes_and_one_that_is_not_used(tmp_path: Path) -> None:
    for label in ("a", "b"):
        for side in ("train", "test"):
            picture(tmp_path / "set" / label / side / "1.png")
    cases = opened(tmp_path / "set")
    assert cases.has_split and cases.classes == ("a", "b")
    ignored = open_cases(str(tmp_path / "set"), tmp_path, options=SourceOptions(ignore_split=True))
    assert not ignored.has_split and any("not used" in said for said in ignored.statements)


def test_a_split_beside_something_else_is_a_doubt(tmp_path: Path) -> None:
    root = kermany(tmp_path / "set", "train", "test", "chest_xray")
    assert any("'chest_xray' stands beside them" in doubt for doubt in opened(root).doubts)


def test_patients_below_classes_and_classes_below_patients(tmp_path: Path) -> None:
    for i in range(7):
        for label in ("0", "1"):
            picture(tmp_path / "idc" / str(8863 + i) / label / f"{8863 + i}_x{i}.png")
        for label in ("benign", "malignant"):
            picture(tmp_path / "below" / label / f"patient{i}" / "1.png")
    cases = opened(tmp_path / "idc")
    assert cases.classes == ("0", "1") and len(set(cases.groups.tolist())) == 7 and not cases.doubts
    assert any("each is taken for one patient" in said for said in cases.statements)
    cases = opened(tmp_path / "below")
    assert cases.classes == ("benign", "malignant") and len(set(cases.groups.tolist())) == 7 and not cases.doubts


def test_kinds_below_classes_are_a_doubt_until_they_are_named(tmp_path: Path) -> None:
    for label, kinds in (("benign", ("adenosis", "fibroadenoma")), ("malignant", ("ductal", "lobular"))):
        for kind in kinds:
            for i in range(2):
                picture(tmp_path / "set" / label / kind / f"{i}.png")
    cases = opened(tmp_path / "set")
    assert cases.classes == ("benign", "malignant")
    assert "--folders class, any/class or class/group" in cases.doubts[0]
    assert opened(tmp_path / "set", folders="any/class").classes == ("adenosis", "ductal", "fibroadenoma", "lobular")
    named = opened(tmp_path / "set", folders="class/group")
    assert len(set(named.groups.tolist())) == 4 and not named.doubts
    for wrong, said in (
        ("class/patient", "no level for --folders 'patient'; known are any, class, group"),
        ("group/any", "names no class"),
        ("class/class", "names 'class' twice"),
        ("split/class", "calls level 1 the split"),
        ("any/class/group", "names 3 levels of folders, and the images have 2"),
    ):
        with pytest.raises(InputError, match=said):
            opened(tmp_path / "set", folders=wrong)


def test_folders_of_numbers_are_asked_about(tmp_path: Path) -> None:
    for label in "01234":
        picture(tmp_path / "set" / label / "1.png")
    doubt = opened(tmp_path / "set").doubts[0]
    assert "'0', '1' and 3 more: they may be classes or patients; say --folders class" in doubt
    assert not opened(tmp_path / "set", folders="class").doubts


def test_what_archives_leave_behind_is_passed_over(tmp_path: Path) -> None:
    root = busi(tmp_path / "Dataset_BUSI")
    picture(root / "__MACOSX" / "benign" / "._benign (1).png")
    picture(root / "benign" / "._benign (1).png")
    assert len(opened(root)) == 7


def test_a_zip_of_a_folder(tmp_path: Path) -> None:
    root = busi(tmp_path / "Dataset_BUSI")
    with zipfile.ZipFile(tmp_path / "archive.zip", "w") as archive:
        for file in sorted(root.rglob("*.png")):
            archive.write(file, file.relative_to(tmp_path))
            archive.writestr(f"__MACOSX/{file.relative_to(tmp_path).parent}/._{file.name}", b"\0")
    for _ in range(2):  # the second time from the cache
        cases = opened(tmp_path / "archive.zip")
        assert cases.name == "archive" and len(cases) == 7 and cases.classes == ("benign", "malignant", "normal")
        assert cases.read(cases.rows[0]).pixels.shape == (12, 12)


def test_zips_that_cannot_be_unpacked(tmp_path: Path) -> None:
    (tmp_path / "no.zip").write_bytes(b"no zip")
    with pytest.raises(InputError, match=r"no\.zip' cannot be unpacked: File is not a zip file"):
        opened(tmp_path / "no.zip")
    for name in ("../out.png", "/out.png", "..\\out.png"):
        with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
            archive.writestr(name, b"x")
        with pytest.raises(InputError, match="a name that leaves its folder"):
            opened(tmp_path / "bad.zip")
    assert not (tmp_path / "out.png").exists()


def test_a_zip_of_which_too_much_comes_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("angiogram.imaging.bomb.FREE", 2**16)
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/1.png", bytes(2**22))
    with pytest.raises(InputError, match=r"bomb\.zip' says that 4194304 bytes come out of its \d+; at most 1024 MiB"):
        opened(tmp_path / "bomb.zip")
    assert not list(tmp_path.glob("unpacked-*"))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_zip_that_holds_a_name_twice_loses_neither_in_silence(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "twice.zip", "w") as archive:
        archive.writestr("a/1.png", b"one")
        archive.writestr("a/1.png", b"other")
    with pytest.raises(InputError, match=r"twice\.zip' holds 'a/1\.png' twice; it is not unpacked"):
        opened(tmp_path / "twice.zip")


@pytest.mark.parametrize(
    ("names", "said"), [(["a/" + 300 * "x"], "File name too long"), (["a/x", "a/x/y"], "Not a directory|File exists")]
)
def test_names_in_a_zip_that_no_file_can_have(tmp_path: Path, names: list[str], said: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
    with pytest.raises(InputError, match=rf"a\.zip' holds a name that cannot be unpacked: ({said})\."):
        opened(tmp_path / "a.zip")


def test_names_in_a_zip_that_are_no_text(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a/\xe9.png", b"x")
    whole = (tmp_path / "a.zip").read_bytes()
    (tmp_path / "a.zip").write_bytes(whole.replace("\xe9".encode(), b"\xff\xfe"))
    with pytest.raises(InputError, match=r"a\.zip' cannot be unpacked: 'utf-8' codec can't decode"):
        opened(tmp_path / "a.zip")


def test_a_table_beside_images_is_offered(tmp_path: Path) -> None:
    for i in range(3):
        picture(tmp_path / "set" / "images" / f"{i}.png")
    (tmp_path / "set" / "labels.csv").write_text("image,label\n0.png,a\n1.png,b\n2.png,a\n")
    with pytest.raises(InputError, match=r"only the class 'images'.*stand in 'labels\.csv', say which column"):
        opened(tmp_path / "set")
    assert opened(tmp_path / "set" / "labels.csv").classes == ("a", "b")
    options = SourceOptions(TableOptions(label=("label",)))
    assert open_cases(str(tmp_path / "set"), tmp_path, options=options).classes == ("a", "b")
    (tmp_path / "set" / "more.csv").write_text("image,label\n")
    with pytest.raises(InputError, match=r"holds 2 tables, 'labels\.csv' and 'more\.csv' among them; open the one"):
        open_cases(str(tmp_path / "set"), tmp_path, options=options)


def test_ham10000(tmp_path: Path) -> None:
    rows = [("HAM_0000118", "ISIC_0027419", "bkl"), ("HAM_0000118", "ISIC_0025030", "bkl"),
            ("HAM_0002730", "ISIC_0026769", "nv"), ("HAM_0001466", "ISIC_0031633", "nv")]  # fmt: skip
    for i, (_, image, _) in enumerate(rows):
        picture(tmp_path / "ham" / f"HAM10000_images_part_{i % 2 + 1}" / f"{image}.jpg")
    lines = ["lesion_id,image_id,dx,dx_type,age,sex,localization"]
    lines += [f"{lesion},{image},{dx},histo,80.0,male,scalp" for lesion, image, dx in rows]
    (tmp_path / "ham" / "HAM10000_metadata.csv").write_text("\n".join(lines))
    cases = opened(tmp_path / "ham" / "HAM10000_metadata.csv")
    assert len(set(cases.groups.tolist())) == 3 and cases.classes == ("bkl", "nv")
    assert [name for name, _ in cases.rows[0].columns] == ["dx_type", "age", "sex", "localization"]
    assert cases.read(cases.rows[0]).pixels.shape == (12, 12)


def test_two_label_columns_of_one_table(tmp_path: Path) -> None:
    for i in range(4):
        picture(tmp_path / "set" / "images" / f"IDRiD_00{i}.jpg")
    lines = [f"IDRiD_00{i},{i % 2},{i // 2}" for i in range(4)]
    (tmp_path / "set" / "t.csv").write_text("\n".join(["Image name,Retinopathy grade,Risk of macular edema ", *lines]))
    with pytest.raises(InputError, match="it has Image name, Retinopathy grade, Risk of macular edema; name it with"):
        opened(tmp_path / "set" / "t.csv")
    options = SourceOptions(TableOptions(label=("Risk of macular edema",)))
    cases = open_cases(str(tmp_path / "set" / "t.csv"), tmp_path, options=options)
    assert cases.labels.tolist() == [0, 0, 1, 1]


def test_a_table_for_each_side_of_the_split(tmp_path: Path) -> None:
    root = tmp_path / "idrid"
    for part, word in (("a. Training Set", "a. Training Labels"), ("b. Testing Set", "b. Testing Labels")):
        for i in range(4):  # the same names on both sides, as the authors gave them
            picture(root / "images" / part / f"IDRiD_00{i}.jpg")
        lines = [f"IDRiD_00{i},{i % 2}" for i in range(4)]
        (root / "labels").mkdir(exist_ok=True)
        (root / "labels" / f"{word}.csv").write_text("\n".join(["Image name,Retinopathy grade", *lines]))
    options = SourceOptions(TableOptions(label=("Retinopathy grade",)))
    cases = open_cases(str(root), tmp_path, options=options)
    assert sides(cases) == {("0", "train"): 2, ("1", "train"): 2, ("0", "test"): 2, ("1", "test"): 2}
    assert all(("Training" in row.path) == (row.split == "train") for row in cases.rows)
    (root / "labels" / "b. Testing Labels.csv").write_text("Image name,grade\nIDRiD_000,1\n")
    with pytest.raises(InputError, match="are of one set, but 'Retinopathy grade' is a column of one of them only"):
        open_cases(str(root), tmp_path, options=options)


def test_links_to_folders_are_followed_once(tmp_path: Path) -> None:
    root = busi(tmp_path / "elsewhere")
    (tmp_path / "set").mkdir()
    for label in ("benign", "malignant"):
        (tmp_path / "set" / label).symlink_to(root / label)
    (root / "benign" / "loop").symlink_to(tmp_path / "set")
    assert sides(opened(tmp_path / "set")) == {("benign", None): 3, ("malignant", None): 2}


def test_images_beside_the_folders_are_counted(tmp_path: Path) -> None:
    root = busi(tmp_path / "set")
    picture(root / "overview.png")
    assert any("1 image beside the folders has no class" in said for said in opened(root).statements)


def test_a_folder_of_papers_among_the_classes_is_left_out(tmp_path: Path) -> None:
    root = busi(tmp_path / "set")
    (root / "docs" / "more").mkdir(parents=True)
    (root / "docs" / "more" / "readme.txt").write_text("read me")
    assert "Folders without images are left out: 'docs'." in opened(root).statements
    (root / "docs" / "scan.heic").write_bytes(b"")
    with pytest.raises(InputError, match=r"The class 'docs' in .* If it is no class, say --folders class\."):
        opened(root)
    cases = opened(root, folders="class")
    assert len(cases.classes) == 3 and "Folders without images are left out: 'docs'." in cases.statements


def test_copies_at_another_depth_are_a_doubt_that_leaves_them_out(tmp_path: Path) -> None:
    for label in ("yes", "no"):
        for i in range(3):
            picture(tmp_path / "set" / label / f"{i}.png")
            picture(tmp_path / "set" / "brain_scans" / label / f"{i}.png")
    assert "--folders class --leave-out brain_scans if not" in opened(tmp_path / "set").doubts[0]
    cases = opened(tmp_path / "set", folders="class")
    assert not cases.doubts and cases.without_classes(["brain_scans"]).classes == ("no", "yes")


def test_sides_in_longer_names_are_the_split(tmp_path: Path) -> None:
    cases = opened(kermany(tmp_path / "set", "training_images", "test_images"))
    assert cases.has_split and cases.classes == ("normal", "pneumonia") and not cases.doubts
    cases = opened(tmp_path / "set", folders="split/class")
    assert sides(cases)["pneumonia", "train"] == 4


def parquet(path: Path, **columns: list[object]) -> None:
    table = pytest.importorskip("pyarrow").table(columns)
    pytest.importorskip("pyarrow.parquet").write_table(table, path)


def test_a_parquet_beside_class_folders_that_is_not_about_them(tmp_path: Path) -> None:
    root = busi(tmp_path / "set")
    parquet(root / "embeddings.parquet", x=[1.0, 2.0])
    cases = opened(root)
    assert cases.classes == ("benign", "malignant", "normal")
    assert any("and is not read; --image-column and --label-column name them" in each for each in cases.statements)
    files = [f"benign/benign ({i}).png" for i in (1, 2, 3)]
    parquet(root / "embeddings.parquet", file=files, kind=["a", "a", "b"])
    options = SourceOptions(TableOptions(label=("kind",)))
    assert open_cases(str(root), tmp_path, options=options).classes == ("a", "b")
    parquet(root / "embeddings.parquet", file=files, label=["a", "a", "b"])
    assert opened(root).classes == ("a", "b")
