"""The documents that Angiogram publishes: what each holds, and how a reader knows it."""

from dataclasses import dataclass
from pathlib import Path

from angiogram.compare.comparison import Comparison
from angiogram.data.views.view import View
from angiogram.diagnose.tell.diagnosis import Diagnosis
from angiogram.evaluate.result import Evaluation
from angiogram.mend.result import Mending
from angiogram.train.conflict.result import TugOfWar


@dataclass(frozen=True)
class Published:
    """One kind of document.

    Attributes:
        kind: the dataclass that it holds, field by field.
        name: "report" for report.json.
        noun: what a message calls it, after "an" or "not an".
        version: of the format; it grows when a reader would break.
        description: what the schema says of it.
    """

    kind: type
    name: str
    noun: str
    version: int
    description: str

    @property
    def identifier(self) -> str:
        """The `$id` of the schema."""
        return f"urn:angiogram:{self.name}:{self.version}"

    @property
    def schema_file(self) -> Path:
        """The published schema."""
        return Path(__file__).with_name(f"{self.name}.schema.json")


REPORT = Published(
    Diagnosis,
    "report",
    "Angiogram report",
    1,
    "The result of one diagnosis: everything that report.html shows. Accuracies, skills and losses are fractions "
    "(0.05 = 5 points); a number that could not be computed is null.",
)
COMPARISON = Published(
    Comparison,
    "compare",
    "Angiogram comparison",
    1,
    "Runs on the same cases held against the first of them: everything that compare.html shows. Accuracies, losses and "
    "changes are fractions (0.05 = 5 points); a change is the other run minus the first.",
)
VIEW = Published(
    View,
    "view",
    "Angiogram view",
    1,
    "An annotation table and two training sets of one size drawn from it: everything that view.html shows. A mean of "
    "nothing is null.",
)
EVALUATION = Published(
    Evaluation,
    "evaluate",
    "Angiogram evaluation",
    1,
    "What a model answered to an annotation table, by task and metric, with its own image, without one and with "
    "another group's. Scores are fractions (0.05 = 5 points) but for errors, which are in their quantity's unit; a "
    "number that could not be computed is null.",
)
CONFLICT = Published(
    TugOfWar,
    "conflict",
    "Angiogram conflict",
    1,
    "How the gradients of several tasks pull on each module of a model. Matrices are tasks x tasks, in the order of "
    "`tasks`.",
)
MENDING = Published(
    Mending,
    "mend",
    "Angiogram mend",
    1,
    "A repair that was made of a model, and both diagnoses: everything that mend.html shows. Accuracies, probabilities "
    "and changes are fractions (0.05 = 5 points); a change is the mended model minus the one before.",
)
ALL = (REPORT, COMPARISON, VIEW, EVALUATION, CONFLICT, MENDING)
