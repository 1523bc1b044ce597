"""Where a labelled image set lies, and under which name."""

from dataclasses import dataclass, replace
from pathlib import Path

from angiogram.data.cases import Cases


@dataclass(frozen=True)
class Place:
    """A file or folder.

    Attributes:
        path: of it.
        title: name of the set; None where the file or folder has one to show.
        revision: of a data set of the hub, its commit.
        said: where it comes from and stays, one sentence each; none where the path says it.
    """

    path: Path
    title: str | None = None
    revision: str | None = None
    said: tuple[str, ...] = ()

    def named(self, cases: Cases) -> Cases:
        """The cases under the title, with the revision and where they come from."""
        cases = replace(cases, statements=(*self.said, *cases.statements))
        return cases if self.title is None else replace(cases, name=self.title, revision=self.revision)
