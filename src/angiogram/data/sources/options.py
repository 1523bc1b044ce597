"""What a user says of images that cannot be seen from the files alone."""

from dataclasses import dataclass, field
from pathlib import Path

from angiogram.data.sources.mask_names import MaskRule
from angiogram.data.sources.tabular.columns import TableOptions
from angiogram.imaging.read import Preparation


@dataclass(frozen=True)
class SourceOptions:
    """How a folder, a table or an archive is read; what is left out is found by itself.

    Attributes:
        table: which columns of a table are what.
        folders: what each level of folders means, such as "split/class/group"; see `levels`.
        group_pattern: a regular expression that finds the patient in an image's path.
        class_names: a file that says how classes are spoken.
        how: which pictures are made of DICOM and NIfTI files.
        finding: of a set in which an image may show several: the one that is asked about.
        masks: what is done with files that are named like masks of others; see `masks`.
        ignore_split: take the set as if it brought no split of its own.
    """

    table: TableOptions = field(default_factory=TableOptions)
    folders: str | None = None
    group_pattern: str | None = None
    class_names: Path | None = None
    how: Preparation = field(default_factory=Preparation)
    finding: str | None = None
    masks: MaskRule = "auto"
    ignore_split: bool = False
