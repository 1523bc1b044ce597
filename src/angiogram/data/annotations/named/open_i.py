"""Reports as Open-i publishes them: an XML file each, loose or packed."""

import importlib.util
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from angiogram.data.annotations.named.source import MissingFilesError
from angiogram.data.annotations.named.there import first_of
from angiogram.errors import InputError, reason_of

PACKED = "NLMCXR_reports.tgz"
_LOOSE = ("ecgen-radiology", "NLMCXR_reports/ecgen-radiology")
_LARGEST = 2**20  # bytes of one report; they have some 5,000


class Report(NamedTuple):
    """One report.

    Attributes:
        name: such as "CXR1".
        images: their names without suffix, in its order.
        findings: the section, where there is one.
        impression: the same.
        headings: main MeSH headings, without qualifiers, in words.
    """

    name: str
    images: list[str]
    findings: str | None
    impression: str | None
    headings: list[str]


def where_reports(folder: Path) -> Path:
    """The folder or the archive of reports in a download, else the archive in an installed torchxrayvision.

    Raises:
        MissingFilesError: there is none.
    """
    found = first_of(folder, (*_LOOSE, PACKED)) or _of_package()
    if found is None:
        raise MissingFilesError(f"'{folder}' holds no ecgen-radiology and no {PACKED}.")
    return found


def read_reports(where: Path) -> list[Report]:
    """All reports, in the order of their numbers.

    Raises:
        InputError: the archive or a report is damaged.
    """
    return [_report(name, content) for name, content in _files(where)]


def heading(term: str) -> str:
    """The heading of a MeSH term without its qualifiers, in the order of speech.

    >>> heading("Pulmonary Disease, Chronic Obstructive"), heading("Opacity/lung/base/left")
    ('chronic obstructive pulmonary disease', 'opacity')
    """
    return " ".join(" ".join(reversed(term.split("/")[0].split(", "))).lower().split())


def _of_package() -> Path | None:
    """The package is found, not imported."""
    spec = importlib.util.find_spec("torchxrayvision")
    places = spec.submodule_search_locations if spec is not None else None
    return next((path for place in places or () if (path := Path(place) / "data" / PACKED).is_file()), None)


def _files(where: Path) -> Iterator[tuple[str, bytes]]:
    if where.is_dir():
        yield from ((path.name, path.read_bytes()) for path in sorted(where.glob("*.xml"), key=_number))
        return
    try:
        with tarfile.open(where, "r:gz") as archive:
            reports = [each for each in archive.getmembers() if each.isfile() and each.name.endswith(".xml")]
            for member in sorted(reports, key=lambda each: _number(Path(each.name))):
                held = archive.extractfile(member) if member.size <= _LARGEST else None
                if held is None:
                    raise InputError(f"'{where}' holds '{member.name}' of {member.size:,} bytes, which is no report.")
                yield Path(member.name).name, held.read()
    except (OSError, EOFError, tarfile.TarError, zlib.error) as error:
        raise InputError(f"'{where}' is damaged: {reason_of(error)}.") from error


def _number(path: Path) -> tuple[int, str]:
    return (int(path.stem) if path.stem.isdecimal() else 0, path.name)


def _report(name: str, content: bytes) -> Report:
    try:
        root = ElementTree.fromstring(content)
    except ElementTree.ParseError as error:
        raise InputError(f"The report '{name}' is not readable XML: {reason_of(error)}.") from error
    texts = {part.get("Label", ""): part.text for part in root.iter("AbstractText")}
    uid = root.find("uId")
    return Report(
        f"CXR{Path(name).stem}" if uid is None else uid.get("id", ""),
        [image.get("id", "") for image in root.iter("parentImage")],
        texts.get("FINDINGS"),
        texts.get("IMPRESSION"),
        [heading(term.text) for term in root.iter("major") if term.text],
    )
