"""Options that several verbs share, so that they are the same everywhere."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import tyro

from angiogram.cli.progress import printed
from angiogram.model.loading import Loading

if TYPE_CHECKING:
    from angiogram.cache import Progress
    from angiogram.data.cases import Cases
    from angiogram.data.sources.options import SourceOptions
    from angiogram.imaging.read import Preparation


@dataclass(frozen=True, kw_only=True)
class ModelOptions:
    """How the verb's MODEL is loaded; a verb inherits the options and gives `loading()` to `load_model`."""

    device: str = "auto"
    """auto (a GPU where there is one), cpu, cuda, or one GPU such as cuda:1"""
    precision: str = "auto"
    """auto (float32 on a CPU, bfloat16 on a GPU that computes in it), float32, bfloat16 or float16"""
    spread: tyro.conf.FlagCreatePairsOff[bool] = False
    """divide a model that is larger than one GPU over all GPUs and the host's memory"""
    trust_remote_code: tyro.conf.FlagCreatePairsOff[bool] = False
    """run the code that the model brings along; read it first"""
    anatomy: Path | None = None
    """a YAML file that says which module is what, for a model that Angiogram does not know"""
    base: str | None = None
    """folder or hub id of the model that an adapter, or a checkpoint without processor files, was tuned from (default:
    the one that it names itself)"""

    def loading(self) -> Loading:
        """The options as `load_model` takes them.

        Raises:
            InputError: an option has a value that is not allowed, or two contradict each other.
        """
        return Loading(
            device=self.device,
            precision=self.precision,
            spread=self.spread,
            trust_remote_code=self.trust_remote_code,
            anatomy=self.anatomy,
            base=self.base,
        )


@dataclass(frozen=True, kw_only=True)
class PictureOptions:
    """How pictures are made of the verb's DICOM and NIfTI files; a verb inherits the options."""

    window: str = ""
    """of DICOM and NIfTI images: lung, mediastinum, bone, brain, abdomen, soft-tissue, or CENTRE/WIDTH in HU (default:
    the file's own, else its own range)"""
    plane: str = ""
    """of a volume: axial, coronal or sagittal (default: that of its slices)"""
    slice: str = ""
    """of a volume: middle (the default), a number from 0, 'above DENSITY' for the slice with most voxels above it, or
    all, for models that take volumes"""
    series: str = ""
    """of a folder with several DICOM series or time points: largest, thinnest, axial, coronal, sagittal, a number from
    1, or several of these one after another, as in 'axial thinnest' (default: what holds several is a doubt)"""

    def preparation(self) -> "Preparation":
        """The options as readers take them.

        Raises:
            InputError: window, plane, slice or series is none.
        """
        from angiogram.imaging.read import Preparation

        return Preparation.parse(self.window, self.plane, self.slice, self.series)


@dataclass(frozen=True, kw_only=True)
class CasesOptions(PictureOptions):
    """How the verb's CASES are opened; a verb inherits the options and calls `open_cases`."""

    image_column: str | None = None
    """of a table: the column with the images' paths (default: found by its name, such as image, path or file)"""
    label_column: tuple[str, ...] = ()
    """of a table: the column with the class (default: found by its name, such as label, class or diagnosis); several
    are findings that one image may show together, each 1 or 0"""
    group_column: tuple[str, ...] = ()
    """of a table: the column with the patient (default: found by its name, such as patient or subject); several are
    joined"""
    split_column: str | None = None
    """of a table: the column that says train or test (default: found by its name, such as split or set)"""
    question_column: str | None = None
    """of a table: the column with what the model is asked, the same in every row (default: found by its name)"""
    image_folder: Path | None = None
    """of a table: where the images' paths start (default: its own folder, and what lies below)"""
    folders: str | None = None
    """of a folder: what each level of folders below it means, such as split/class/group; `any` means nothing (default:
    found by their names, and said)"""
    group_pattern: str | None = None
    """a regular expression that finds the patient in an image's path, such as '(person\\d+)_'"""
    masks: Literal["auto", "certain", "named", "none"] = "auto"
    """of a folder: which files are masks of others: auto (what looks like one; what is only named so is a doubt),
    certain (what is only named so is a case), named (what is named so), none"""
    class_names: Path | None = None
    """a YAML or JSON file that maps classes to the words they are asked for, one or several each (default: their own
    names as words)"""
    finding: str | None = None
    """where one image may show several findings: the one that is asked about, against all else (default of
    `diagnose`: one after another)"""
    ignore_split: tyro.conf.FlagCreatePairsOff[bool] = False
    """cut folds, although the set brings a split"""
    leave_out: tuple[str, ...] = ()
    """classes whose cases take no part"""

    def source(self) -> "SourceOptions":
        """The options as a source of cases takes them.

        Raises:
            InputError: window, plane, slice or series is none.
        """
        from angiogram.data.sources.options import SourceOptions
        from angiogram.data.sources.tabular.columns import TableOptions

        table = TableOptions(
            image=self.image_column,
            label=self.label_column,
            group=self.group_column,
            split=self.split_column,
            question=self.question_column,
            folder=self.image_folder,
        )
        return SourceOptions(
            table=table,
            folders=self.folders,
            group_pattern=self.group_pattern,
            masks=self.masks,
            class_names=self.class_names,
            how=self.preparation(),
            finding=self.finding,
            ignore_split=self.ignore_split,
        )

    def open_cases(self, name_or_path: str, cache: Path, progress: "Progress" = printed) -> "Cases":
        """The labelled images of this name or path.

        Raises:
            InputError: they cannot be opened, or a class to be left out is none of theirs.
        """
        from angiogram.data.sources import open_cases

        return open_cases(name_or_path, cache, progress, self.source()).without_classes(self.leave_out)
