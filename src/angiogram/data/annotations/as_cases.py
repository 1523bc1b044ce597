"""An annotation table as a labelled image set, where it has classes or findings."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from angiogram.data.annotations.columns import is_annotations
from angiogram.data.annotations.formats.conversations.layout import CONVERSATIONS, OURS
from angiogram.data.annotations.formats.read import names_in, read_given
from angiogram.data.annotations.given import Given, given_of, judged
from angiogram.data.annotations.named.source import open_named
from angiogram.data.annotations.named.spelt import name_and_folder
from angiogram.data.annotations.pictures import ARCHIVES, read_picture
from angiogram.data.annotations.questions import Question, class_questions, finding, findings
from angiogram.data.cases import UNKNOWN, Case, Cases, Split
from angiogram.data.sources.findings import UnnamedFindingError
from angiogram.data.sources.options import SourceOptions
from angiogram.data.sources.sides import sides
from angiogram.data.sources.spoken import as_words
from angiogram.data.sources.unnamed import unnamed
from angiogram.errors import InputError, unknown
from angiogram.imaging.image import Image
from angiogram.imaging.printable import printable


@dataclass(frozen=True)
class Opened:
    """The sound entries of a table.

    Attributes:
        title: name of the set.
        entries: rows of the schema.
        images: the folder where paths of images start.
        statements: what a reader must know.
    """

    title: str
    entries: pl.DataFrame
    images: Path
    statements: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """What may be asked for by name: the questions where there are several, else the findings."""
        questions = class_questions(self.entries)
        if len(questions) == 1:
            return ()
        return tuple(each.name for each in questions) or findings(self.entries)


def is_table_of_ours(name_or_path: str) -> bool:
    """Whether this is `NAME:FOLDER`, or a file or folder with the columns that an annotation table alone has."""
    if name_and_folder(name_or_path) is not None:
        return True
    path = Path(name_or_path).expanduser()
    names = names_in(path) if path.exists() else ()
    return is_annotations(names) or {CONVERSATIONS, OURS} <= set(names)


def opened(name_or_path: str, images: Path | None = None) -> Opened:
    """Open such a table or named source.

    Raises:
        InputError: it cannot be read.
    """
    named = name_and_folder(name_or_path)
    if named is not None:
        title, given = named[0], given_of(open_named(named[0], named[1]))
    else:
        path = Path(name_or_path).expanduser()
        title, given = printable(f"{path.resolve().parent.name} {path.stem}"), read_given(path, images)
    return _sound(title, given)


def _sound(title: str, given: Given) -> Opened:
    accepted, set_aside = judged(given)
    entries, aside = pl.collect_all([accepted.entries, set_aside.select(pl.len())])
    count = aside.item()
    said = (
        f"{count} of {entries.height + count} entries break a rule and are not taken; `angiogram data table` says why."
    )
    return Opened(title, entries, given.images, (*given.statements, *([said] if count else ())))


def cases_of(table: Opened, cache: Path, options: SourceOptions) -> Cases:
    """The images that a question with classes is asked about.

    Where the table asks one such question, that; else the one, or the finding, that `options.finding` names. Images of
    no known patient are their own group.

    Raises:
        InputError: there is no such question, or it must be named.
    """
    asked, others = _asked(table, options.finding)
    divided, said_of_split = _split(asked.entries)
    rows, files = _rows(asked, table.images, divided)
    if len({row.label for row in rows}) < 2:
        raise InputError(f"All images of '{table.title}' have one answer to '{asked.name}'; two are needed at least.")

    def read(case: Case) -> Image:
        return read_picture(table.images, pictures[case.id], options.how)

    pictures = dict(asked.entries.select("id", "image").iter_rows())
    statements = (
        *table.statements,
        f"Labels are the answers to '{asked.name}'{others}.",
        said_of_split,
        *_said_of_groups(asked.entries),
    )
    present = {row.label for row in rows}
    classes = tuple(name for name in asked.classes if name in present)
    cases = Cases(table.title, rows, classes, read, asked.text, statements)
    return unnamed(cases, files, cache)


def _asked(table: Opened, name: str | None) -> tuple[Question, str]:
    """The question that is meant, and what is said of others in the table."""
    questions = class_questions(table.entries)
    known = findings(table.entries)
    names = (*(each.name for each in questions), *known)
    if name is None and len(questions) == 1:
        more = f"; it also asks for {len(known)} findings, which --finding names: {', '.join(known)}" if known else ""
        return questions[0], more
    if not names:
        tasks = table.entries["task"].value_counts(sort=True).rows()
        held = ", ".join(f"{task} ({count})" for task, count in tasks) or "nothing sound"
        raise InputError(f"'{table.title}' has no classes: neither multi_class nor multi_label entries, but {held}.")
    if name is None and len(names) > 1:
        raise UnnamedFindingError(f"'{table.title}'", table.names)
    wanted = next((each for each in names if name is None or name in (each, as_words(each))), None)
    if wanted is None:
        raise unknown(f"finding in '{table.title}',", name or "", names)
    question = next((each for each in questions if each.name == wanted), None)
    return question or finding(table.entries, wanted), f", of {len(names)} that it asks" if len(names) > 1 else ""


def _split(entries: pl.DataFrame) -> tuple[Mapping[str, Split] | None, str]:
    """The side of each word of the split, None where it divides nothing; and what a reader must know of it."""
    words = entries["split"]
    if words.null_count() == len(words):
        return None, "The table brings no split of its own."
    if words.null_count():
        return None, f"{words.null_count()} of {len(words)} entries are on no side of the split, which is not used."
    found = sides(set(words.to_list()))
    if found is None:
        return None, f"All entries are of the split '{words[0]}', which divides nothing."
    return found.of, f"The split is the column 'split'{f'; {found.said}' if found.said else ''}."


def _rows(
    asked: Question, images: Path, divided: Mapping[str, Split] | None
) -> tuple[tuple[Case, ...], dict[str, Path]]:
    """The cases, and the file of each that is one."""
    some = asked.entries["group"].null_count() < asked.entries.height
    alone = pl.col("id") + pl.lit(UNKNOWN if some else "")
    group = pl.coalesce("group", pl.when(pl.len().over("image") > 1).then("image").otherwise(alone))
    rows: list[Case] = []
    files: dict[str, Path] = {}
    for id, image, own, split, label in asked.entries.with_columns(group=group).iter_rows():
        held = "#" in image and image.rpartition("#")[0].lower().endswith(ARCHIVES)
        if not held:
            files[id] = images / image
        rows.append(Case(id, printable(images / image), label, own, None if divided is None else divided[split]))
    return tuple(rows), files


def _said_of_groups(entries: pl.DataFrame) -> tuple[str, ...]:
    alone = entries["group"].null_count()
    if alone == entries.height:
        return ("Patients are unknown: each image is its own group, so one patient's may be on both sides.",)
    return (f"{alone} entries name no group, and their images are a group each.",) if alone else ()
