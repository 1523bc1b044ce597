"""All named sources as a page: `python -m angiogram.data.annotations.named.page > docs/sources.md`."""

from angiogram.data.annotations.named.source import NAMES, NamedSource, named_source

_HEAD = """# Named sources
Published sets that are read in the layout in which they are downloaded, from your own download: nothing is fetched, and
nothing of them comes with the program. Each becomes entries of [the annotation table](annotations.md), with the
patient as group where names or tables say it, and with the set's own split. What must be known of a set (how its labels
were made, what is missing of it, how uncertain labels were taken) is stated in the table and stays with it. A part of a
download will do: what is asked of images that are not there is left out, and counted.

Labels that a source calls uncertain (-1) are named as unsure and not judged (`ignore`), or taken for absent
(`negative`) or present (`positive`).

`python -m angiogram.data.annotations.named.page > docs/sources.md` writes this page from the registry.

"""
_TITLES = ("name", "title", "licence", "tasks", "groups", "splits", "uncertain labels", "what to download, and where")


def page() -> str:
    """The page, in Markdown."""
    lines = [_TITLES, ("---",) * len(_TITLES), *(_line(named_source(name)) for name in NAMES)]
    return _HEAD + "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _line(source: NamedSource) -> tuple[str, ...]:
    tasks = ", ".join(source.tasks)
    uncertain = "yes" if source.uncertain else "no"
    return (
        f"`{source.name}`", source.title, source.licence, tasks, source.groups, source.splits, uncertain, source.get
    )  # fmt: skip


if __name__ == "__main__":
    print(page(), end="")
