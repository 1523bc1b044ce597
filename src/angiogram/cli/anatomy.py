"""`angiogram anatomy`: where encoder, connector and LLM are in a model, and every tap's name."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import tyro

from angiogram.cli.options import ModelOptions
from angiogram.cli.progress import printed
from angiogram.errors import InputError

if TYPE_CHECKING:
    from angiogram.model.discover import Discovered
    from angiogram.tap.taps import Tap


@dataclass(frozen=True)
class Anatomy(ModelOptions):
    """Print where encoder, connector and LLM are in a model, how sure that is, and every tap with its width.

    Example: angiogram anatomy Lingshu-7B --meta
    """

    model: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="MODEL")] = ""
    """demo, embedded, a folder in Hugging Face layout, a hub id, or with --meta a model of the paper"""
    list: tyro.conf.FlagCreatePairsOff[bool] = False
    """print the paper's models with family, licence, gate and how to diagnose each"""
    meta: tyro.conf.FlagCreatePairsOff[bool] = False
    """read only the configuration: the real size without any weights"""
    cases: int = 1000
    """plan the features of so many cases"""
    write: Path | None = None
    """write what was found as a YAML file for --anatomy, to be corrected by hand"""
    cache: Path | None = None
    """folder for converted models (default: the user's cache)"""

    def run(self) -> None:
        """Find the parts, print them and every tap."""
        if self.list:
            from angiogram.model.catalogue import catalogue
            from angiogram.report.anatomy_table import catalogue_lines

            print(*catalogue_lines(catalogue()), sep="\n")
            return
        if not self.model:
            raise InputError("Say which model: a hub id, a folder or a name; `angiogram anatomy --list` names some.")
        if self.cases < 1:
            raise InputError(f"--cases must be at least 1, not {self.cases}.")
        from transformers.utils import logging

        from angiogram.model.discover import write_described
        from angiogram.report.anatomy_table import parts_lines, taps_lines
        from angiogram.tap.widths import planned_arrays

        logging.disable_progress_bar()  # ours are plain lines
        model, found, taps, widths = self._from_configuration() if self.meta else self._from_weights()
        print(*parts_lines(self.model, found), *taps_lines(taps, planned_arrays(taps, widths), self.cases), sep="\n")
        if self.write is not None:
            write_described(found.anatomy, model, self.write)
            print(self.write)

    def _from_configuration(self) -> "tuple[Any, Discovered, tuple[Tap, ...], dict[str, int]]":
        from angiogram.model.discover import examine_without_weights
        from angiogram.model.meta import meta_model
        from angiogram.tap.taps import plan_taps
        from angiogram.tap.widths import ruled_widths

        model = meta_model(self.model, self.base)
        found = examine_without_weights(model, self.anatomy)
        taps = plan_taps(found.anatomy)
        return model, found, taps, ruled_widths(model, found.anatomy, taps)

    def _from_weights(self) -> "tuple[Any, Discovered, tuple[Tap, ...], dict[str, int]]":
        from angiogram.cache import default_cache
        from angiogram.model.discover import examine_anatomy
        from angiogram.model.load import load_model
        from angiogram.tap.taps import plan_taps
        from angiogram.tap.widths import measured_widths

        loaded = load_model(self.model, self.cache or default_cache(), printed, self.loading())
        found = examine_anatomy(loaded.model, loaded.processor, self.anatomy)
        taps = plan_taps(found.anatomy)
        return loaded.model, found, taps, measured_widths(loaded, taps)
