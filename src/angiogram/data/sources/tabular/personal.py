"""Columns of a table that tell who somebody is, when something was, or where and by whom it was made.

Names are those of DICOM (the attributes that part 15 of the standard, table E.1-1, has removed or replaced) and the
usual spellings of tables; what no name gives away, the values may.
"""

import re
from collections.abc import Sequence
from typing import Literal

from angiogram.data.nuisance import NO_VALUE

Told = Literal["who", "when", "site", "person", "device", "description"]
"""who, when: of a person, or of a day; the others: a place, one of its staff, a machine, what staff typed."""

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z](?!s(?![a-z]))[a-z])")
_PERSON = r"(?:patient|pat|pt|subject|person|participant|proband|donor)s?"
_VISIT = r"(?:admission|visit|encounter|episode|study|exam|examination|case|order|procedure|procedure_step)s?"
_ID = r"(?:ids?|identifiers?|numbers?|no|nr|num|key|code|hash)"
_STAFF = (
    r"(?:physician|doctor|operator|performer|reader|reviewer|evaluator|creator|author|observer|interpreter|recorder|"
    r"transcriber|technician|technologist|radiographer|radiologist|pathologist|dermatologist|sonographer|surgeon|nurse|"
    r"rater|annotator|grader|photographer|practitioner|responsible_person)s?"
)
_EVENT = (
    r"(?:study|series|acquisition|content|creation|exam|examination|scan|visit|admission|admitting|discharge|report|"
    r"death|image|capture|review|calibration|start|stop|end|verified|read|arrival|completion|request|recording|recorded|"
    r"observation|treatment|transcription|approval|procedure|overlay|curve|exit|return|plan|structure_?set|biopsy|"
    r"surgery|diagnosis|strength_?reference)"
)


def _any_of(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


# Of a column's words, in lower case and joined by "_".
_REGISTER = _any_of(
    r"(?:^|_)(?:mrn|ssn|nhs|empi|pesel)(?:_|\d|$)|medical_?record|accession|social_?security|insurance|passport",
    r"hospital_?(?:number|no|nr)$",
)
_WHO = _any_of(
    rf"(?:^|_){_PERSON}_?(?:\w+_)?names?(?:_|$)",
    r"^(?:(?:full|first|last|given|family|maiden|middle|sur|fore|vor|nach)_?)?names?$|(?:^|_)initials$",
    rf"(?:^|_){_PERSON}_?(?:uu?)?{_ID}(?:_|$)|(?:^|_){_VISIT}_?(?:uu?)?(?:ids?|identifier|numbers?|no|nr)(?:_|$)",
    r"^(?:patient|subject|participant|person|proband|case)s?$|^(?:pid|ptid|patid|subid)$",
    r"birth|(?:^|_)dob(?:_|$)|geburt|nacimiento|naissance",
    r"(?<!class)(?<!syntax)_uids?(?:_|$)|^uids?$|(?:instance|series|study|reference)_?uid",
    r"address|(?:^|_|tele)phone|(?:^|_)fax(?:_|$)|e_?mail|telecom|(?:^|_)zip(?:_?code)?$|post_?code|postal|residence",
    r"(?:^|_)comments?(?:_|$)|(?:patient|clinical|medical)_?(?:history|notes?)|narrative|anamnes|free_?text",
    r"^(?:report|notes?|remarks?|impressions?)(?:_?text)?$",
)
_WHEN = _any_of(
    r"(?:^|_)(?:dates?|datetimes?|date_?time|time_?stamp|date_?stamp|datum|fecha|dod)(?:_|$)",
    rf"(?:^|_){_EVENT}_?(?:date|time|datetime|dt)(?:_|$)",
    r"(?:^|(?<!total)_)time_of_(?!flight)",
)
_SITE = _any_of(
    r"(?:^|_)institut\w*|(?:^|_)(?:hospital|clinic|klinik|infirmary|facility|department|ward|city|town|sponsor|"
    r"university|affiliation|provider|trial_?site|organi[sz]ation)s?(?:_?(?:names?|ids?|code|number))?$",
    r"^(?:\w+_)?(?:medical|health|data|study|trial|coordinating|imaging)_?cent(?:er|re)s?(?:_?(?:names?|ids?|code))?$",
    r"^cent(?:er|re)s?(?:_?(?:names?|ids?|code|number|no))?$|patient_?location",
)
_STAFFED = _any_of(
    rf"(?:^|_){_STAFF}(?:_?\d+)?(?:_?(?:of_record|names?|ids?|code|initials|trial))?$",
    rf"^names?_of_\w*{_STAFF}|[a-z]{{2}}ed_by$|(?:^|_)read_by$|intended_recipients|physician_approving",
)
_DEVICE = _any_of(r"serial_?(?:number|no|nr)?$", r"(?:^|_)station(?:_?name)?$|ae_?title$")
_DESCRIPTION = _any_of(
    r"(?:study|series|procedure|procedure_step|protocol|visit|exam|examination)_?descriptions?$|protocol_?name$"
)
_BY_NAME: tuple[tuple[Told, re.Pattern[str]], ...] = (
    ("who", _REGISTER), ("who", _WHO), ("when", _WHEN),
    ("person", _STAFFED), ("device", _DEVICE), ("description", _DESCRIPTION), ("site", _SITE),
)  # fmt: skip

_DAY = (
    r"(?:(?:19|20)\d\d([-/.])(?:0?\d|1[0-2])\1(?:[0-2]?\d|3[01])|\d{1,2}([-/.])\d{1,2}\2(?:19|20)\d\d|"
    r"\d{1,2}/\d{1,2}/\d\d)"
)
_CLOCK = r"(?:\d\d:\d\d|\d{1,2}:\d\d:\d\d(?:\.\d+)?)\s*(?:[ap]m)?(?:Z|[+-]\d\d:?\d\d)?"
_DATE = re.compile(rf"{_DAY}(?:[T ]{_CLOCK})?", re.IGNORECASE)
_TIME = re.compile(rf"(?:19|20)\d\d(?:0\d|1[0-2])(?:[0-2]\d|3[01])|{_CLOCK}", re.IGNORECASE)  # or a number, a ratio
_UID = re.compile(r"^[0-2](?:\.\d+){5,}$")
_DICOM_NAME = re.compile(r"[^\W\d]\^[^\W\d]")
_DICOM_FILE = re.compile(r"\.(?:dcm|dicom|ima)$", re.IGNORECASE)
_PLACE = re.compile(r"(?:^|_)(?:site|location|place)(?:_|$)")
_HOUSE = re.compile(r"hospital|clinic|klinik|infirmary|universit|institut|medical cent|h[oô]pital|krankenhaus", re.I)


def told_by(column: str, values: Sequence[str] = ()) -> Told | None:
    """What a column tells that no output may hold as it is; None where it tells of images alone.

    Args:
        column: its name.
        values: of its rows; "" where there is none.

    >>> [told_by(name) for name in ("Patient's Name", "patientid", "SeriesInstanceUID", "study_date", "MRN")]
    ['who', 'who', 'who', 'when', 'who']
    >>> [told_by(name) for name in ("InstitutionName", "ReferringPhysicianName", "StationName", "StudyDescription")]
    ['site', 'person', 'device', 'description']
    >>> told_by("taken", ["2019-06-07", ""]), told_by("taken", ["at noon"])
    ('when', None)
    >>> {told_by(name) for name in ("PatientAge", "sex", "ViewPosition", "site", "scanner", "Manufacturer", "EchoTime")}
    {None}
    """
    plain = _joined(column)
    for kind, pattern in _BY_NAME:
        if pattern.search(plain):
            return kind
    given = [value for value in dict.fromkeys(values) if value.lower() not in NO_VALUE]
    if any(map(_DATE.fullmatch, given)) or (given and all(map(_TIME.fullmatch, given))):
        return "when"
    if any(pattern.search(value) for value in given for pattern in (_UID, _DICOM_NAME, _DICOM_FILE)):
        return "who"
    houses = any(_HOUSE.search(each) and " " in each for each in given)
    return "site" if _PLACE.search(plain) and houses else None


def is_register(column: str) -> bool:
    """Whether a column of this name holds what a person goes by in a hospital's or a country's registers.

    >>> is_register("MRN"), is_register("Accession Number"), is_register("patient_id")
    (True, True, False)
    """
    return bool(_REGISTER.search(_joined(column)))


def _joined(column: str) -> str:
    """The words of a column's name in lower case, joined by "_"."""
    words = _CAMEL.sub("_", re.sub(r"['\u2019]s?(?= |_|$)", "", column))
    return re.sub(r"[^0-9a-z]+", "_", words.lower()).strip("_")
