"""Which columns tell who somebody is, when or where: the whole dictionary of DICOM, and how tables spell it."""

import re

import pytest

pytest.importorskip("pydicom", reason="the extra [dicom] is not installed")

from pydicom.datadict import DicomDictionary

from angiogram.data.sources.tabular.personal import told_by

_OTHERWISE = re.compile(  # values of any kind, versions, and words for the hours of a day that is not said
    r"Selector|Version|Trial$|^Time$|FunctionalSyncPulse|DistributionName|EffectiveTime|AlarmDecision|ControlPointTime"
)


def keywords(*kinds: str) -> list[str]:
    return [
        keyword
        for kind, _, _, _, keyword in DicomDictionary.values()
        if kind in kinds and keyword and not _OTHERWISE.search(keyword)
    ]


def spellings(keyword: str) -> set[str]:
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", keyword)
    return {keyword, apart, apart.lower(), apart.replace("_", " "), apart.replace("_", "-").upper()}


def test_every_name_of_a_person_in_dicom_is_known() -> None:
    names = keywords("PN")
    assert len(names) > 25
    assert [name for key in names for name in spellings(key) if told_by(name) not in ("who", "person")] == []


def test_every_date_and_clock_time_in_dicom_is_known() -> None:
    times = keywords("DA", "DT", "TM")
    assert len(times) > 150
    assert [name for key in times for name in spellings(key) if told_by(name) not in ("when", "who")] == []


def test_every_instance_in_dicom_is_known_and_its_kind_is_kept() -> None:
    uids = [keyword for keyword in keywords("UI") if keyword.endswith("UID")]
    kinds = {keyword for keyword in uids if re.search("ClassUID|SyntaxUID", keyword)}
    assert len(kinds) > 10 and {told_by(keyword) for keyword in kinds} == {None}
    assert {told_by(keyword) for keyword in set(uids) - kinds} == {"who"}


@pytest.mark.parametrize(
    ("told", "names"),
    [
        (
            "who",
            "patient_id PatientID patientid Patient's_ID patient subject_id MRN mrn_hash AccessionNumber accession_no "
            "OtherPatientIDs IssuerOfPatientID study_id case_id name surname lastname initials DOB date_of_birth "
            "dateofbirth birth_year SOPInstanceUID seriesinstanceuid uid PatientAddress phone email zip ssn "
            "hospital_number PatientComments clinical_history report Geburtsdatum",
        ),
        ("when", "StudyDate study_date studydate date exam_dt AcquisitionTime scan_datetime timestamp taken_date"),
        (
            "site",
            "InstitutionName institution hospital hospital_name hospital_id clinic center Centre_ID medical_centre "
            "department InstitutionalDepartmentName ClinicalTrialSiteName university",
        ),
        ("person", "ReferringPhysicianName OperatorsName operator reader reader1 radiologist_id annotated_by"),
        ("device", "StationName DeviceSerialNumber serial_no StationAETitle"),
        ("description", "StudyDescription series_description ProtocolName"),
        (
            None,
            "age PatientAge sex PatientSex PatientWeight view ViewPosition PatientPosition site scanner device "
            "device_id scanner_name Manufacturer ManufacturerModelName Modality KVP SliceThickness EchoTime "
            "RepetitionTime ExposureTime WindowCenter window_center year study_year lesion_id fold source licence kind "
            "probe location localization country skin_type smoking_history hospitalized fluid candidate update "
            "validated time_of_flight survival_time SeriesNumber reader_1_grade smartphone",
        ),
    ],
)  # fmt: skip
def test_usual_spellings(told: str | None, names: str) -> None:
    found = {name: told_by(name.replace("_", " ") if "'" in name else name) for name in names.split()}
    assert {name: kind for name, kind in found.items() if kind != told} == {}


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (["2019-06-07", "", "2020-01-31"], "when"), (["20190607", "20191231"], "when"), (["7.6.2019"], "when"),
        (["2019-06-07 14:05:00+00:00"], "when"),
        (["06/07/19 14:05"], "when"), (["2019-06-07T14:05:00.5Z"], "when"), (["14:05", "9:30:01", "n/a"], "when"),
        (["2019-06-07", "never"], "when"), (["20190607", "NA"], "when"),
        (["20190607", "7"], None), (["2019", "2020"], None), (["20199999"], None), (["3.5", "1.25"], None),
        (["Quirrell^Wilhelmina", ""], "who"), (["1.2.840.10008.1.2.1"], "who"),
        (["1.2.3"], None), (["5.1.10"], None), (["1:10"], None),
        (["Quirrell/1.dcm"], "who"), (["left arm", "hospital"], None), ([], None),
    ],
)  # fmt: skip
def test_values_tell_where_the_name_does_not(values: list[str], told: str | None) -> None:
    assert told_by("what", values) == told


def test_a_site_is_kept_unless_it_names_a_house() -> None:
    assert told_by("site", ["left arm", "trunk"]) is None and told_by("site", ["A", "B"]) is None
    assert told_by("anatomical_site", ["Planted Hospital", "B"]) == "site"
