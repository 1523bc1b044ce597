"""The examples in the docstrings of the public names and in docs/python.md run, on a tiny model and drawn images."""

import doctest
from pathlib import Path

import angiogram.api
from angiogram.api import (
    arrow,
    asking,
    comparing,
    diagnosing,
    evaluating,
    findings,
    folders,
    mending,
    opening,
    page,
    references,
    run,
    training,
)

FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
# In this order: the first ones leave the runs that the others open.
MODULES = (
    arrow, page, references, folders, opening, diagnosing, run, comparing, findings, evaluating, asking, training,
    mending,
)  # fmt: skip
PAGE = Path(__file__).parents[2] / "docs" / "python.md"


def ran(test: doctest.DocTest) -> int:
    """How many examples it has; all of them must hold."""
    runner = doctest.DocTestRunner(optionflags=FLAGS)
    said: list[str] = []
    runner.run(test, out=said.append)
    assert not runner.failures, "".join(said)
    return len(test.examples)


def test_examples_of_the_public_names(at_desk):
    finder = doctest.DocTestFinder(exclude_empty=True)
    for module in MODULES:  # one test: those that open runs need those that leave them
        assert sum(ran(test) for test in sorted(finder.find(module))), module.__name__


def test_no_example_is_left_out():
    files = Path(angiogram.api.__file__).parent.glob("*.py")
    assert {path.stem for path in files if ">>> " in path.read_text("utf-8")} == {
        module.__name__.rpartition(".")[2] for module in MODULES
    }


def test_examples_of_the_page(at_desk):
    text = PAGE.read_text("utf-8")
    assert ran(doctest.DocTestParser().get_doctest(text.replace("```", ""), {}, "python.md", str(PAGE), 0)) > 10
