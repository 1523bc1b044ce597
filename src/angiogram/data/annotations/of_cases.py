"""A labelled image set as entries: a class of an image is a question with one answer, its findings one with several."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from angiogram.cache import Progress
from angiogram.data.annotations.entry import Answer, Entry, frame_of
from angiogram.data.annotations.given import Given, given_of
from angiogram.data.annotations.pictures import file_of
from angiogram.data.annotations.rules import REASON
from angiogram.data.annotations.table import Annotations
from angiogram.data.annotations.tasks import Task
from angiogram.data.cases import OPTIONS, UNKNOWN, Case, Cases
from angiogram.data.progress import silent
from angiogram.data.sources import open_cases, open_findings
from angiogram.data.sources.findings import PRESENT
from angiogram.data.sources.options import SourceOptions
from angiogram.data.sources.spoken import as_words
from angiogram.errors import InputError

NONE_OF_THEM = "none of these"
"""The target of an image that shows no finding."""


def entries_of_cases(
    name_or_path: str, cache: Path, progress: Progress = silent, options: SourceOptions | None = None
) -> Given:
    """A `multi_class` entry for each image that `open_cases` opens, or a `multi_label` entry where it has findings.

    Raises:
        InputError: the set cannot be opened, or its images are no files.
    """
    options = options or SourceOptions()
    names = open_findings(name_or_path, cache, progress, options) if options.finding is None else ()
    if not names:
        cases = open_cases(name_or_path, cache, progress, options)
        return _given(cases, [_class(case, cases) for case in cases.rows], (_beside(name_or_path), cache))
    first: Cases | None = None
    known: dict[str, Case] = {}
    shown: dict[str, dict[str, bool]] = {}
    for name in names:
        cases = open_cases(name_or_path, cache, progress, replace(options, finding=name))
        first = first or cases
        known |= {case.id: case for case in cases.rows}
        for case in cases.rows:
            shown.setdefault(case.id, {})[name] = case.label == PRESENT
    assert first is not None
    entries = [_findings(case, names, shown[id]) for id, case in known.items()]
    said = [each for each in first.statements if names[0] not in each]  # what is said of the first finding alone
    return _given(replace(first, statements=tuple(said)), entries, (_beside(name_or_path), cache))


def _class(case: Case, cases: Cases) -> Entry:
    named = OPTIONS in cases.question  # else the question is put as the set puts it, without its classes
    answer = Answer(label=case.label, options=cases.classes, named=None if named else False)
    return _entry(case, "multi_class", cases.ask(), case.label, answer)


def _findings(case: Case, names: Sequence[str], shown: Mapping[str, bool]) -> Entry:
    words = {name: as_words(name) for name in names}
    labels = tuple(words[name] for name in names if shown.get(name))
    unsure = tuple(words[name] for name in names if name not in shown)
    *some, last = words.values()
    prompt = f"Which of these does the image show: {', '.join(some)} or {last}? More than one may be there."
    answer = Answer(labels=labels, unsure=unsure, options=tuple(words.values()))
    return _entry(case, "multi_label", prompt, ", ".join(labels) or NONE_OF_THEM, answer)


def _entry(case: Case, task: Task, prompt: str, target: str, answer: Answer) -> Entry:
    group = None if case.group in (case.id, f"{case.id}{UNKNOWN}") else case.group
    return Entry(case.id, case.path, task, prompt, target, "", answer, group, split=case.split)


def _beside(name_or_path: str) -> Path:
    return Path(name_or_path).expanduser().absolute().parent


def _given(cases: Cases, entries: Sequence[Entry], folders: Sequence[Path]) -> Given:
    """The entries with paths from the folder that holds all images; what is no file is set aside."""
    files = [_file(entry.image or "", folders) for entry in entries]
    known = [Path(file) for file in files if file is not None]
    if not known:
        raise InputError(f"The images of '{cases.name}' are no files of their own, which an annotation table names.")
    common = Path(os.path.commonpath([path.parent for path in known]))
    images = [None if file is None else Path(file).relative_to(common).as_posix() for file in files]
    rows = given_of(Annotations(frame_of(entries), common, cases.statements)).rows
    told = pl.Series("image", images, pl.String)
    reason = pl.when(told.is_null()).then(pl.lit("its image is no file of its own, which a table could name"))
    return Given(
        rows.with_columns(told, reason.alias(REASON), source=pl.lit(None, pl.String)), common, cases.statements
    )


def _file(path: str, folders: Sequence[Path]) -> str | None:
    """The absolute path of an image's file, or of its place in an archive in one of these folders."""
    archive, held = file_of(path)
    if held is not None:
        found = next((folder / archive for folder in folders if (folder / archive).is_file()), None)
        return None if found is None else f"{found.absolute()}#{held}"
    return str(Path(path).absolute()) if Path(path).exists() else None
