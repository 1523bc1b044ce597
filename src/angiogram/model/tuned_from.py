"""The model that another was tuned from: named by the user or by the files, and what is taken of it."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from angiogram.errors import InputError
from angiogram.model.adapters import ADAPTER_SETTINGS, Adapter, is_adapter
from angiogram.model.checkpoint import read_settings
from angiogram.model.loading import Loading
from angiogram.model.located import EMBEDDED, SHIPPED, Located, local_folder, locate
from angiogram.model.original_llava import is_original_llava
from angiogram.model.parts import PARTS_FILE
from angiogram.model.processor_parts import NEEDED, digest_of_parts, lacking


@dataclass(frozen=True)
class ProcessorBase:
    """Where the parts of a processor come from that a checkpoint lacks.

    Attributes:
        folder: holds them.
        said: what was taken from where, one sentence.
    """

    folder: Path
    said: tuple[str, ...]

    @property
    def digest(self) -> str:
        """Of all that may have been taken."""
        return digest_of_parts(self.folder)


@dataclass(frozen=True)
class AdapterBase:
    """The whole model that an adapter is merged into.

    Attributes:
        located: its files.
        adapter: the adapter's name.
        whence: who names it, for a sentence.
        said: what is merged into what, one sentence.
    """

    located: Located
    adapter: str
    whence: str
    said: tuple[str, ...]

    @contextmanager
    def named(self) -> Generator[None]:
        """Say of what goes wrong inside that it is the base, and who named it."""
        with _of_base(self.adapter, self.located.name, self.whence):
            yield


def adapter_base(adapter: Adapter, loading: Loading) -> AdapterBase:
    """The base of an adapter; of a hub id its small files are fetched.

    Raises:
        InputError: none is named, or it is no folder or hub id of a whole model.
    """
    name = loading.base or adapter.base
    if name is None:
        raise InputError(
            f"The {ADAPTER_SETTINGS} of '{adapter.name}' names no base model; name the one it was trained on by --base."
        )
    whence = "--base" if loading.base else f"its {ADAPTER_SETTINGS}"
    if name in (EMBEDDED, *SHIPPED) or (local_folder(name) / PARTS_FILE).is_file():
        raise InputError(
            f"The adapter '{adapter.name}' belongs to parts that `angiogram train` wrote on '{name}'; give the folder "
            f"that holds {PARTS_FILE}."
        )
    with _of_base(adapter.name, name, whence):
        located = locate(name, code=loading.trust_remote_code)
        if is_adapter(located.folder):
            raise InputError(f"'{name}' is an adapter, too; merge it into its own base first.")
    said = f"The {adapter.kind} adapter '{adapter.name}' is merged into '{name}', which {whence} names"
    if loading.base and adapter.base not in (None, loading.base):
        said += f"; its {ADAPTER_SETTINGS} names '{adapter.base}'"
    taken = [part for part in NEEDED if part not in lacking(adapter.folder)]
    if taken and not is_original_llava(read_settings(name, located.folder)):
        said += f"; it has a {' and an '.join(taken)} of its own"
    return AdapterBase(located, adapter.name, whence, (f"{said}.",))


def processor_base(located: Located, settings: Mapping[str, Any], loading: Loading) -> ProcessorBase | None:
    """Where a whole model's missing tokenizer or image processor is taken from; None where nothing is missing.

    A chat template alone is missed only where the user names a base: many models never had one.

    Args:
        located: its files.
        settings: the content of its config.json.
        loading: names the base, or leaves it to the settings.

    Raises:
        InputError: something is missing, and no model is named that has it, or the one that is named cannot be had.
    """
    missing = lacking(located.folder)
    needed = [part for part in missing if part in NEEDED]
    if is_original_llava(dict(settings)) or not missing or not (needed or loading.base):
        return None
    named = settings.get("_name_or_path")
    name = loading.base or (str(named) if named else None)
    whence = "--base" if loading.base else "its config.json"
    lacks = f"The model '{located.name}' has no {' and no '.join(missing if loading.base else needed)}"
    if name is None or local_folder(name).resolve() == located.folder.resolve():
        raise InputError(f"{lacks}; name the model that it was tuned from by --base.")
    try:
        base = locate(name, code=loading.trust_remote_code)
        absent = [part for part in needed if part in lacking(base.folder)]
    except InputError as error:
        raise InputError(f"{lacks}, and its base '{name}', which {whence} names, cannot be had: {error}") from error
    if absent:
        raise InputError(f"{lacks}, and neither has its base '{name}', which {whence} names: no {absent[0]}.")
    taken = [part for part in missing if part not in lacking(base.folder)]
    if not taken:
        return None
    parts = " and the ".join((", the ".join(taken[:-1]), taken[-1]) if taken[1:] else taken)
    said = f"The {parts} {'are those' if taken[1:] else 'is that'} of '{name}', which {whence} names"
    return ProcessorBase(base.folder, (f"{said}; the model's own files have none.",))


@contextmanager
def _of_base(adapter: str, base: str, whence: str) -> Generator[None]:
    try:
        yield
    except InputError as error:
        raise InputError(f"The adapter '{adapter}' needs its base '{base}', which {whence} names: {error}") from error
