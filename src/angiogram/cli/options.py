"""Options that several verbs share, so that they are the same everywhere."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import tyro

from angiogram.cli.progress import printed
from angiogram.model.loading import Loading

if TYPE_CHECKING:
    from angiogram.cache import Progress
    from angiogram.data.cases import Cases
    from angiogram.data.sources.columns import TableOptions


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
class CasesOptions:
    """How the verb's CASES are opened; a verb inherits the options and calls `open_cases`."""

    image_column: str | None = None
    """of a table: the column with the images' paths (default: found by its name, such as image, path or file)"""
    label_column: str | None = None
    """of a table: the column with the class (default: found by its name, such as label, class or diagnosis)"""
    group_column: str | None = None
    """of a table: the column with the patient (default: found by its name, such as patient or subject)"""
    split_column: str | None = None
    """of a table: the column that says train or test (default: found by its name, such as split or set)"""
    image_folder: Path | None = None
    """of a table: where the images' paths start (default: its own folder, and what lies below)"""
    leave_out: tuple[str, ...] = ()
    """classes whose cases take no part"""

    def table(self) -> "TableOptions":
        """The options of a table."""
        from angiogram.data.sources.columns import TableOptions

        return TableOptions(
            image=self.image_column,
            label=self.label_column,
            group=self.group_column,
            split=self.split_column,
            folder=self.image_folder,
        )

    def open_cases(self, name_or_path: str, cache: Path, progress: "Progress" = printed) -> "Cases":
        """The labelled images of this name or path.

        Raises:
            InputError: they cannot be opened, or a class to be left out is none of theirs.
        """
        from angiogram.api.opening import open_cases

        return open_cases(
            name_or_path,
            image_column=self.image_column,
            label_column=self.label_column,
            group_column=self.group_column,
            split_column=self.split_column,
            image_folder=self.image_folder,
            leave_out=self.leave_out,
            cache=cache,
            progress=progress,
        )
