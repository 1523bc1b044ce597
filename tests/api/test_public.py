"""The public names: all there, typed, light, and not hidden by the rooms of the same names."""

import inspect
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

import angiogram as ag
from angiogram.cli.subject import SubjectOptions
from angiogram.diagnose.settings import Settings

DOCS = (Path(__file__).parents[2] / "docs" / "python.md").read_text("utf-8")


@pytest.mark.parametrize("name", ag.__all__)
def test_every_public_name_is_there_and_documented(name):
    assert getattr(ag, name).__doc__
    assert f"`{name}" in DOCS.partition("## Every public name")[2]
    assert name in dir(ag)


@pytest.mark.parametrize("name", ["load_model", "open_cases"])
def test_the_page_lists_every_argument(name):
    listed = DOCS.partition(f"`{name}(")[2].partition(")")[0].replace("*, ", "").split(", ")
    assert listed == list(inspect.signature(getattr(ag, name)).parameters)


def test_an_unknown_name_is_an_attribute_error():
    for name in ("diagnosis_of", "__path__x"):
        with pytest.raises(AttributeError, match=f"no attribute '{name}'"):
            getattr(ag, name)


def test_importing_it_loads_nothing_heavy():
    code = (
        "import sys, angiogram; print([m for m in ('numpy', 'torch', 'pyarrow', 'transformers') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_finished_runs_are_read_without_torch():
    code = "import sys, angiogram as ag; ag.open_run, ag.compare, ag.Run; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.nightly
def test_the_functions_are_not_hidden_by_the_rooms_of_their_names():
    code = """
import angiogram.compare.compare, angiogram.diagnose.run
import angiogram as ag
from angiogram import compare
assert ag.diagnose.__module__ == "angiogram.api.diagnosing", ag.diagnose
assert compare is ag.compare and compare.__module__ == "angiogram.api.comparing"
assert angiogram.report.__name__ == "angiogram.report"
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_diagnose_takes_every_setting_with_its_own_default():
    taken = inspect.signature(ag.diagnose).parameters
    assert {field.name: field.default for field in fields(Settings)} == {
        field.name: taken[field.name].default for field in fields(Settings)
    }


def test_defaults_are_those_of_the_command_line():
    options = {field.name: field.default for field in fields(SubjectOptions)}
    for function in (ag.diagnose, ag.load_model, ag.open_cases):
        for name, parameter in inspect.signature(function).parameters.items():
            if name in options and name not in ("model", "cases", "out", "batch_size"):
                assert parameter.default == options[name], name
