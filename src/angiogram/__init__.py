"""Angiogram shows where a medical multimodal LLM loses the image.

It follows the class signal of a labelled image set through vision encoder, connector, language model and answer,
and says at which stage how much is lost and how sure that is.

    import angiogram as ag

    run = ag.diagnose("demo", "phantom", train_cases=96, test_cases=48)
    run.headline
    run.table("stages")

`__all__` lists every public name. Each is imported when it is first used, so that `import angiogram` costs nothing.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from angiogram.answer.conversation import Conversation
    from angiogram.api.asking import open_conversation
    from angiogram.api.comparing import Compared, compare
    from angiogram.api.diagnosing import diagnose
    from angiogram.api.evaluating import Evaluated, evaluate
    from angiogram.api.finding_runs import FindingRuns
    from angiogram.api.findings import diagnose_findings
    from angiogram.api.mending import Mended, mend
    from angiogram.api.opening import load_model, open_cases
    from angiogram.api.page import Page
    from angiogram.api.run import Run, open_run
    from angiogram.api.training import Trained, train
    from angiogram.data.cases import Cases
    from angiogram.diagnose.settings import Settings
    from angiogram.diagnose.tell.diagnosis import Diagnosis
    from angiogram.errors import InputError
    from angiogram.model.load import LoadedModel

__version__ = "0.1.0"
__all__ = [
    "Cases",
    "Compared",
    "Conversation",
    "Diagnosis",
    "Evaluated",
    "FindingRuns",
    "InputError",
    "LoadedModel",
    "Mended",
    "Page",
    "Run",
    "Settings",
    "Trained",
    "compare",
    "diagnose",
    "diagnose_findings",
    "evaluate",
    "load_model",
    "mend",
    "open_cases",
    "open_conversation",
    "open_run",
    "train",
]

_HOMES = {
    "Cases": "angiogram.data.cases",
    "Compared": "angiogram.api.comparing",
    "Conversation": "angiogram.answer.conversation",
    "Diagnosis": "angiogram.diagnose.tell.diagnosis",
    "Evaluated": "angiogram.api.evaluating",
    "FindingRuns": "angiogram.api.finding_runs",
    "InputError": "angiogram.errors",
    "LoadedModel": "angiogram.model.load",
    "Mended": "angiogram.api.mending",
    "Page": "angiogram.api.page",
    "Run": "angiogram.api.run",
    "Settings": "angiogram.diagnose.settings",
    "Trained": "angiogram.api.training",
    "compare": "angiogram.api.comparing",
    "diagnose": "angiogram.api.diagnosing",
    "diagnose_findings": "angiogram.api.findings",
    "evaluate": "angiogram.api.evaluating",
    "load_model": "angiogram.api.opening",
    "mend": "angiogram.api.mending",
    "open_cases": "angiogram.api.opening",
    "open_conversation": "angiogram.api.asking",
    "open_run": "angiogram.api.run",
    "train": "angiogram.api.training",
}


def __getattr__(name: str) -> Any:  # whatever the name stands for
    if name not in _HOMES:
        raise AttributeError(f"module 'angiogram' has no attribute '{name}'")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


class _Face(ModuleType):
    """This module: functions such as `diagnose`, `train` and `mend` are not hidden by the rooms of the same names.

    Python lays a subpackage over the attribute of its name when the subpackage is first imported. Here the function
    stays; `from angiogram.diagnose.run import ...` finds the room as ever.
    """

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _HOMES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Face
