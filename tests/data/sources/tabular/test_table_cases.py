"""A table with one row an image: columns found or named, odd rows set aside, one sentence for what cannot be used."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from angiogram.data.intake import examine
from angiogram.data.sources import open_cases
from angiogram.data.sources.options import SourceOptions
from angiogram.data.sources.tabular.columns import TableOptions
from angiogram.data.table import read_table, table_rows, write_table
from angiogram.errors import InputError

SHARED = Path(__file__).parents[5] / "shared" / "data"


def images(folder, *names):
    for number, name in enumerate(names):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        Pillow.fromarray(np.full((4, 4), number, np.uint8)).save(file)


@pytest.fixture
def table(tmp_path):
    """Writes a table beside four images; opens it."""
    images(tmp_path, "a.png", "b.png", "c.png", "d.png")

    def opened(text, name="set.csv", encoding="utf-8", **options):
        (tmp_path / name).write_bytes(text.encode(encoding))
        return open_cases(str(tmp_path / name), tmp_path, options=SourceOptions(TableOptions(**options)))

    return opened


USUAL = "File Name,dx,Patient ID,Split,scanner,sex\na.png,cyst,p1,train,GE,f\nb.png,stone,p2,training,,m\n"
USUAL += "c.png,cyst,p3,test,GE,\nd.png,stone,p3,test,Philips,f\n"


def test_usual_names_are_found_and_further_columns_kept(table, tmp_path):
    cases = table(USUAL)
    assert cases.classes == ("cyst", "stone") and cases.has_split
    assert [(row.id, row.label, row.group, row.split) for row in cases.rows] == [
        ("a.png", "cyst", "p1", "train"), ("b.png", "stone", "p2", "train"),
        ("c.png", "cyst", "p3", "test"), ("d.png", "stone", "p3", "test"),
    ]  # fmt: skip
    assert cases.rows[1].columns == (("scanner", ""), ("sex", "m"))
    assert cases.read(cases.rows[2]).pixels[0, 0] == 2
    examined = examine(cases)
    assert examined.cases.select([3]).rows[0].columns == (("scanner", "Philips"), ("sex", "f"))
    write_table(table_rows(examined), tmp_path / "cases.parquet")
    assert read_table(tmp_path / "cases.parquet")[0].columns == (("scanner", "GE"), ("sex", "f"))


@pytest.mark.parametrize(("separator", "name", "encoding"), [(";", "x.csv", "utf-8-sig"), ("\t", "x.tsv", "utf-8")])
def test_separators_and_a_byte_order_mark(table, separator, name, encoding):
    assert len(table(USUAL.replace(",", separator), name, encoding)) == 4


def test_columns_may_be_named_and_differ_in_case(table):
    text = "pic,grade,who\na.png,1,x\nb.png,2,x\nc.png,1,y\nd.png,2,z\n"
    cases = table(text, image="pic", label=("Grade",), group=("who",))
    assert cases.classes == ("1", "2") and [row.group for row in cases.rows] == ["x", "x", "y", "z"]
    assert any("Groups are the column 'who'" in statement for statement in cases.statements)


def test_rows_without_an_image_are_set_aside_and_those_without_a_class_left_out(table):
    text = "image,label\na.png,x\nb.png,y\nc.png,x\nd.png,y\nmissing.png,x\n,y\na.png,\na.png,x\n"
    cases = table(text)
    assert [row.id for row in cases.rows] == [
        "a.png",
        "b.png",
        "c.png",
        "d.png",
        "missing.png",
        "row 6",
        "a.png (row 8)",
    ]
    assert any("1 of 8 rows have no class" in statement for statement in cases.statements)
    kept, quarantined, *_ = examine(cases)
    assert len(kept) == 5
    assert "There is no image" in quarantined[0].reason and "row 6 names no image" in quarantined[1].reason


def test_a_patient_that_is_not_known_is_a_group_of_its_own(table):
    cases = table("image,label,patient\na.png,x,p\nb.png,y,\nc.png,x,\nd.png,y,p\n")
    assert len(set(cases.groups.tolist())) == 3


@pytest.mark.parametrize("empty", ["", "NaN", "n/a", "NA"])
def test_a_missing_class_is_none_and_a_missing_patient_no_patient(table, empty):
    cases = table(f"image,label,patient\na.png,x,{empty}\nb.png,y,{empty}\nc.png,{empty},p1\nd.png,x,p1\n")
    assert [(row.id, row.label) for row in cases.rows] == [("a.png", "x"), ("b.png", "y"), ("d.png", "x")]
    assert len({row.group for row in cases.rows}) == 3
    assert "1 of 4 rows have no class and are left out." in cases.statements
    assert any("2 rows name none, and are a group each" in said for said in cases.statements)


def test_labels_that_differ_in_capitals_only_are_one_class(table):
    cases = table("image,label\na.png,Cyst\nb.png,cyst\nc.png,Cyst\nd.png,stone\n")
    assert cases.classes == ("Cyst", "stone")
    assert any("'Cyst' and 'cyst' are one class" in said for said in cases.statements)


def test_measured_numbers_are_no_classes(tmp_path):
    images(tmp_path, *(f"{i}.png" for i in range(14)))
    (tmp_path / "set.csv").write_text("image,label\n" + "".join(f"{i}.png,{i / 4}\n" for i in range(14)))
    with pytest.raises(InputError, match=r"holds 14 measured numbers, such as 0\.0; cut them into classes"):
        open_cases(str(tmp_path / "set.csv"), tmp_path)


def test_a_column_of_present_absent_and_unsure_is_a_finding(table):
    cases = table("image,Pleural Effusion\na.png,1.0\nb.png,0.0\nc.png,-1.0\nd.png,1.0\n", label=("Pleural Effusion",))
    assert [row.label for row in cases.rows] == ["yes", "no", "yes"] and "pleural effusion" in cases.question


def test_columns_that_may_be_the_class_are_named(table):
    text = "image,Age,MEL,NV\n" + "".join(f"{name}.png,{i},{i % 2},{1 - i % 2}\n" for i, name in enumerate("abcdab"))
    with pytest.raises(InputError, match=r"name it with --label-column; it may be MEL or NV\.$"):
        table(text)


@pytest.mark.parametrize("prefix", ["/home/other/data/", "C:\\scans\\", "../elsewhere/"])
def test_a_table_that_was_written_elsewhere_finds_its_images(tmp_path, prefix):
    images(tmp_path, "x/0.png", "x/1.png", "y/0.png", "y/1.png")
    mark = "\\" if "\\" in prefix else "/"
    rows = "".join(f"{prefix}{name}{mark}{i}.png,{name}\n" for name in "xy" for i in range(2))
    (tmp_path / "set.csv").write_text(f"image,label\n{rows}")
    cases = open_cases(str(tmp_path / "set.csv"), tmp_path)
    assert [cases.read(row).pixels[0, 0] for row in cases.rows] == [0, 1, 2, 3]
    assert any("read without their first folders" in said for said in cases.statements)


def test_an_image_that_is_not_there_is_never_another_of_the_same_name(table, tmp_path):
    images(tmp_path, "x/0.png", "y/0.png", "y/1.png")
    cases = table("image,label\nx/0.png,x\nx/1.png,x\ny/0.png,y\ny/1.png,y\n")
    assert "1 of 4 rows name an image that is not there; they are set aside." in cases.statements
    with pytest.raises(InputError, match=r"x/1\.png"):
        cases.read(cases.rows[1])


def test_no_image_where_the_table_says_is_one_sentence(table):
    with pytest.raises(InputError, match=r"None of the 3 images that '.*' names is there; .* --image-folder"):
        table("image,label,age\nq/1.png,x,1\nq/2.png,y,2\nq/3.png,y,2\n")


def test_a_table_opened_from_inside_its_folder_finds_paths_that_begin_with_that_folder(tmp_path, monkeypatch):
    images(tmp_path / "Set", "train/0.png", "train/1.png")
    (tmp_path / "Set" / "t.csv").write_text("image,label\nSet/train/0.png,x\nSet/train/1.png,y\nSet/train/0.png,y\n")
    monkeypatch.chdir(tmp_path / "Set")
    cases = open_cases("t.csv", tmp_path)
    assert [cases.read(row).pixels[0, 0] for row in cases.rows] == [0, 1, 0]


def test_masks_are_not_meant_where_an_image_is(tmp_path):
    images(tmp_path, "images/0.png", "images/1.png", "masks/0.png", "masks/1.png")
    (tmp_path / "t.csv").write_text("image,label\n0.png,x\n1.png,y\n0.png,y\n")
    cases = open_cases(str(tmp_path / "t.csv"), tmp_path)
    assert [cases.read(row).pixels[0, 0] for row in cases.rows] == [0, 1, 0]


def test_a_split_with_other_words_may_be_left_aside(tmp_path):
    images(tmp_path, "a.png", "b.png", "c.png")
    (tmp_path / "t.csv").write_text("image,label,split\na.png,x,train\nb.png,y,test\nc.png,x,exclude\n")
    with pytest.raises(InputError, match=r"holds 'exclude'.*or --ignore-split leaves it aside\.$"):
        open_cases(str(tmp_path / "t.csv"), tmp_path)
    assert not open_cases(str(tmp_path / "t.csv"), tmp_path, options=SourceOptions(ignore_split=True)).has_split


def test_images_in_folders_below_and_without_suffix_are_found(tmp_path):
    images(tmp_path, "frames/one/a.jpg", "frames/two/a.jpg", "frames/b.png", "other/c.png")
    (tmp_path / "t.csv").write_text("image,label\none/a,x\nb,y\nc.png,x\ntwo/a.jpg,y\n")
    cases = open_cases(str(tmp_path / "t.csv"), tmp_path)
    assert [Path(row.path).relative_to(tmp_path).as_posix() for row in cases.rows] == [
        "frames/one/a.jpg", "frames/b.png", "other/c.png", "frames/two/a.jpg",
    ]  # fmt: skip
    (tmp_path / "t.csv").write_text("image,label\na,x\nb,y\na,x\nb,y\n")
    with pytest.raises(InputError, match=r"'a' may be frames/one/a\.jpg or frames/two/a\.jpg; .* --image-folder"):
        open_cases(str(tmp_path / "t.csv"), tmp_path)
    cases = open_cases(
        str(tmp_path / "t.csv"), tmp_path, options=SourceOptions(TableOptions(folder=Path("frames/one")))
    )
    assert cases.rows[0].path.endswith("one/a.jpg")
    with pytest.raises(InputError, match=r"There is no folder 'nowhere' \(--image-folder\)"):
        open_cases(str(tmp_path / "t.csv"), tmp_path, options=SourceOptions(TableOptions(folder=Path("nowhere"))))


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        ("image,label\na.png,x\nb.png,x\n", {}, "column 'label' of '.*' holds only the class 'x'; .* --label-column"),
        ("image,label\na.png,\nb.png,\n", {}, "column 'label' of '.*' is empty"),
        ("image,label\na.png,x\nb.png,y\n", {}, "another value in each of its 2 rows, and no class has two cases"),
        ("image,grade\na.png,x\n", {}, "no column that is usually the label .*; it has image, grade; name it with"),
        ("image,clas\na.png,x\n", {}, "name it with --label-column; did you mean 'clas'"),
        ("image,grade\na.png,x\n", {"label": ("grad",)}, "has no column 'grad' .*; did you mean 'grade'"),
        ("image,label\na.png,x\n", {"group": ("label",), "label": ("label",)}, "'label' of .* named for two things"),
        ("image,label,label\na.png,x,y\n", {}, "has 2 columns named 'label'"),
        ("image,label\na.png,x,y\n", {}, "Line 2 of '.*' has 3 values for 2 columns"),
        ("image,label\n", {}, "has no rows below a line that names its columns"),
        ("", {}, "has no rows"),
        ('image,label\n"a.png,x\n', {}, "cannot be read as a table"),
        (
            "image,label,split\na.png,x,train\nb.png,y,test\nc.png,x,dunno\nd.png,y,test\n", {},
            "split column 'split' of '.*' holds 'dunno'; it must say train or test in every row",
        ),
        (
            "image,label,part\na.png,x,test\nb.png,y,test\nc.png,x,test\n", {"split": "part"},
            "split column 'part' of '.*' holds only 'test'",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_one_sentence(table, text, options, said):
    with pytest.raises(InputError, match=said) as caught:
        table(text, **options)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_text(table):
    with pytest.raises(InputError, match=r"cannot be read as a table: .* save it as UTF-8"):
        table("image,label\na.png,Zyste ü\n", encoding="latin-1")


def test_numbered_folds_are_no_split_and_stay_a_column(table):
    cases = table("image,label,fold\na.png,x,0\nb.png,y,1\nc.png,x,2\nd.png,y,0\n")
    assert not cases.has_split and cases.rows[2].columns == (("fold", "2"),)
    assert any("does not divide training from test" in statement for statement in cases.statements)


def test_classes_may_be_left_out(table):
    cases = table("image,label\na.png,x\nb.png,y\nc.png,z\nd.png,x\n")
    assert cases.without_classes(["z"]).classes == ("x", "y") and len(cases.without_classes(["z"])) == 3
    with pytest.raises(InputError, match=r"no class in '.*', which is to be left out, 'q'; known are x, y, z"):
        cases.without_classes(["q"])
    with pytest.raises(InputError, match="has 1 class; at least two"):
        cases.without_classes(["x", "y"])


@pytest.mark.skipif(not (SHARED / "pocus").is_dir(), reason="the lung ultrasound set is not on this machine")
def test_the_lung_ultrasound_manifest(tmp_path):
    cases = open_cases(str(SHARED / "pocus" / "manifest.csv"), tmp_path)
    assert len(cases) == 164 and len(set(cases.groups.tolist())) == 13
    assert [name for name, _ in cases.rows[0].columns] == ["kind", "probe", "licence", "source"]
    assert cases.read(cases.rows[0]).pixels.size > 0


@pytest.mark.skipif(not (SHARED / "idrid").is_dir(), reason="the retina set is not on this machine")
@pytest.mark.parametrize(("column", "classes"), [("Retinopathy grade", "01234"), ("risk of macular edema", "012")])
def test_either_task_of_the_retina_tables(tmp_path, column, classes):
    for table, folder, count in (("a. IDRiD_Disease Grading_Training Labels", "train", 413),
                                 ("b. IDRiD_Disease Grading_Testing Labels", "test", 103)):  # fmt: skip
        options = TableOptions(label=(column,), folder=Path(folder))
        cases = open_cases(str(SHARED / "idrid" / f"{table}.csv"), tmp_path, options=SourceOptions(options))
        assert len(cases) == count and cases.classes == tuple(classes)
        assert cases.read(cases.rows[0]).pixels.ndim == 3
