"""COVID-CT: images from the lists of the split, patients from the tables."""

from pathlib import Path

from tests.data.annotations.named.downloads import covid_ct, text
from tests.data.annotations.named.opened import rows

from angiogram.data.annotations.named.source import open_named

EXPECTED = {
    "CT_COVID/2020.02.10.20021584-p6-52%0.png": ("COVID-19", "covid-ct Patient 2", "train"),
    "CT_COVID/2020.02.10.20021584-p6-52%1.png": ("COVID-19", "covid-ct Patient 2", "train"),
    "CT_COVID/a.png": ("COVID-19", "covid-ct Patient 3", "validation"),
    "CT_COVID/b.png": ("COVID-19", None, "test"),
    "CT_NonCOVID/1%0.jpg": ("non-COVID", "covid-ct crawled_patient_1", "train"),
    "CT_NonCOVID/1%1.jpg": ("non-COVID", "covid-ct crawled_patient_1", "train"),
    "CT_NonCOVID/43.png": ("non-COVID", "covid-ct medpix_patient_67", "validation"),
    "CT_NonCOVID/Non-Covid (7).png": ("non-COVID", "covid-ct medpix_patient_68", "test"),
}


def found(folder: Path) -> dict[str, tuple[str, str | None, str]]:
    return {
        row["image"]: (row["target"], row["group"], row["split"]) for row in rows("covid-ct", folder, "multi_class")
    }


def test_class_patient_and_side_of_each_image(tmp_path: Path):
    assert found(covid_ct(tmp_path)) == EXPECTED
    said = open_named("covid-ct", tmp_path).statements
    assert "The tables name no patient of 1 of the images; each is its own group." in said


def test_the_table_may_be_a_csv(tmp_path: Path):
    root = covid_ct(tmp_path) / "COVID-CT-master"
    (root / "COVID-CT-MetaInfo.xlsx").unlink()
    text(
        root / "COVID-CT-MetaInfo.csv",
        "File name,Patient ID,Captions",
        '2020.02.10.20021584-p6-52%0.png,Patient 2,"[\'Figure 1, ""A"".\n(B)\']"',
        "2020.02.10.20021584-p6-52%1,Patient 2 ,",
        "a.png,Patient 3,",
    )
    assert found(tmp_path) == EXPECTED


def test_without_the_second_table_the_others_have_no_known_patient(tmp_path: Path):
    (covid_ct(tmp_path) / "COVID-CT-master" / "NonCOVID-CT-MetaInfo.csv").unlink()
    assert [patient for label, patient, _ in found(tmp_path).values() if label == "non-COVID"] == [None] * 4
