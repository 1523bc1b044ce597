"""The rooms of the house: imports point down only, files stay short, no drawer for odds and ends."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

PACKAGE = "angiogram"
SOURCE = Path(__file__).parents[1] / "src" / PACKAGE
# From the top of the house to the ground. A room imports from the lines below its own, never from its neighbours on
# the same line. The modules at the package's root lie under all rooms.
STOREYS = (
    ("cli",),
    ("report",),
    ("lesion",),
    ("compare", "check"),
    ("diagnose", "train", "evaluate"),
    ("tap", "probe", "answer"),
    ("model", "data"),
    ("imaging",),
    ("",),
)
LEVEL = {room: level for level, rooms in enumerate(STOREYS) for room in rooms}
ROOT_MODULES = {"__init__", "cache", "errors", "files", "registry", "seed"}
ENTRY = "__main__"  # `python -m angiogram` is the command line
# The rooms inside `diagnose/`, in the order of the work: each imports from those before it only.
ORDER = (
    "terms", "phrases", "settings", "statistics", "collect", "read", "account",
    "repair", "cause", "judge", "picture", "tell", "run",
)  # fmt: skip
MOST_LINES = 300
DRAWERS = re.compile(r"_?(utils?|helpers?|common|misc)")

FILES = sorted(SOURCE.rglob("*.py"))
NAMES = [path.relative_to(SOURCE).as_posix() for path in FILES]


def room_of(module: str) -> str:
    """`angiogram.tap.hooks` -> `tap`; what lies at the root is in room ``."""
    first = module.partition(".")[2].partition(".")[0]
    if first == ENTRY:
        return "cli"
    return "" if first in ROOT_MODULES else first


def imported(source: str, module: str) -> Iterator[str]:
    """Our own modules that a file imports anywhere in it, also those that a registry names in a string."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level:
            parent = module.split(".")[: -node.level]
            names = [".".join([*parent, *([node.module] if node.module else [])])]
        elif isinstance(node, ast.ImportFrom) and node.module == PACKAGE:
            names = [f"{PACKAGE}.{alias.name}" for alias in node.names if not alias.name.startswith("__")]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            names = re.findall(rf"^({PACKAGE}(?:\.\w+)+)(?::\w+)?$", node.value)
        else:
            continue
        yield from (name for name in names if name.startswith(f"{PACKAGE}."))


def against_the_rule(source: str, module: str) -> list[str]:
    """What this file imports although it stands in a higher room or in a neighbour's."""
    own = room_of(module)
    return [name for name in imported(source, module) if room_of(name) != own and LEVEL[room_of(name)] <= LEVEL[own]]


def inner_room(module: str) -> str | None:
    """`angiogram.diagnose.judge.modes` -> `judge`; None outside `diagnose/` and for the package itself."""
    parts = module.split(".")
    inside = parts[:2] == [PACKAGE, "diagnose"] and len(parts) > 2 and parts[2] != "__init__"
    return parts[2] if inside else None


def against_the_order(source: str, module: str) -> list[str]:
    """What this file of `diagnose/` imports although that comes later in the work."""
    own = inner_room(module)
    if own is None:
        return []
    rooms = [(name, inner_room(name)) for name in imported(source, module)]
    return [name for name, room in rooms if room not in (None, own) and ORDER.index(room) > ORDER.index(own)]


def module_of(name: str) -> str:
    module = f"{PACKAGE}." + name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return f"{module}.__init__" if name.endswith("__init__.py") else module


def test_every_folder_is_a_room_of_the_plan():
    assert {path.name for path in SOURCE.iterdir() if path.is_dir() and path.name != "__pycache__"} <= set(LEVEL)
    assert {path.stem for path in SOURCE.glob("*.py")} <= ROOT_MODULES | {ENTRY}


@pytest.mark.parametrize("name", NAMES)
def test_imports_point_down(name: str):
    assert not against_the_rule((SOURCE / name).read_text(), module_of(name))


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("angiogram.imaging.raster", "from angiogram.data.cases import Case"),
        ("angiogram.model.load", "import angiogram.data"),
        ("angiogram.tap.hooks", "def late():\n    from angiogram.probe import ridge"),
        ("angiogram.train.loop", "from angiogram.diagnose.run import diagnose"),
        ("angiogram.diagnose.run", "from angiogram import report"),
        ("angiogram.diagnose.run", "from ..report import page"),
        ("angiogram.files", "from angiogram.imaging import image"),
        ("angiogram.model.families", 'REGISTRY = {"x": "angiogram.tap.hooks:FAMILY"}'),
    ],
)
def test_the_rule_catches_a_step_up_or_aside(module: str, line: str):
    assert len(against_the_rule(line, module)) == 1


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("angiogram.cli.demo", "from angiogram.report.disk import write_report"),
        ("angiogram.report.page", "from angiogram.diagnose.tell.diagnosis import Diagnosis"),
        ("angiogram.tap.hooks", "from angiogram.tap.taps import Tap"),
        ("angiogram.probe.ridge", "from angiogram.errors import InputError\nimport numpy"),
        ("angiogram.diagnose.tell.provenance", "from angiogram import __version__"),
        ("angiogram.model.build.__init__", "from .connector import MlpConnector"),
        ("angiogram.probe.ridge", '"""See angiogram.report."""'),
    ],
)
def test_the_rule_lets_a_step_down_pass(module: str, line: str):
    assert not against_the_rule(line, module)


def test_every_part_of_a_diagnosis_has_its_place_in_the_work():
    rooms = {inner_room(module_of(name)) for name in NAMES} - {None}
    assert rooms == set(ORDER)


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("diagnose/")])
def test_a_diagnosis_goes_one_way(name: str):
    assert not against_the_order((SOURCE / name).read_text(), module_of(name))


@pytest.mark.parametrize(
    ("module", "line", "caught"),
    [
        ("angiogram.diagnose.read.assess", "from angiogram.diagnose.account.accounting import account", True),
        ("angiogram.diagnose.repair.climb", "from angiogram.diagnose.judge import verdict", True),
        ("angiogram.diagnose.judge.modes", "from ..tell.cards import cards", True),
        ("angiogram.diagnose.terms", "def late():\n    from angiogram.diagnose.run import diagnose", True),
        ("angiogram.diagnose.tell.cards", "import angiogram.diagnose.run", True),
        ("angiogram.diagnose.run", "from angiogram.diagnose.tell.cards import cards", False),
        ("angiogram.diagnose.judge.modes", "from angiogram.diagnose.judge.verdict import Verdict", False),
        ("angiogram.diagnose.judge.modes", "from angiogram.probe.ridge import fit", False),
        ("angiogram.report.page", "from angiogram.diagnose.run import diagnose", False),
    ],
)
def test_the_order_catches_a_step_ahead_and_nothing_else(module: str, line: str, caught: bool):
    assert bool(against_the_order(line, module)) == caught


def test_no_drawer_for_odds_and_ends():
    parts = {part.removesuffix(".py") for name in NAMES for part in name.split("/")}
    assert not [part for part in parts if DRAWERS.fullmatch(part)]


def test_files_are_short(capsys: pytest.CaptureFixture[str]):
    lines = {name: len(path.read_text().splitlines()) for name, path in zip(NAMES, FILES, strict=True)}
    longest = max(lines, key=lambda name: lines[name])
    with capsys.disabled():
        print(f"\nsrc/{PACKAGE}: {len(lines)} files, median {median(lines.values()):g} lines, ", end="")
        print(f"longest {longest} with {lines[longest]}")
    assert not [f"{name}: {count}" for name, count in lines.items() if count > MOST_LINES]
