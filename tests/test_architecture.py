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
    ("api",),
    ("report",),
    ("lesion", "mend"),
    ("compare", "check"),
    ("diagnose", "train", "evaluate"),
    ("statistics",),
    ("tap", "probe", "answer"),
    ("model", "data"),
    ("imaging",),
    ("",),
)
# Inside `diagnose/`, the order of the work: a room imports from those before it only.
DIAGNOSE = (
    "terms", "phrases", "settings", "decision", "collect", "read", "account", "repair", "cause", "judge", "picture",
    "tell", "run",
)  # fmt: skip
LEVEL = {room: level for level, rooms in enumerate(STOREYS) for room in rooms}
ROOT_MODULES = {
    "__init__", "assets", "cache", "errors", "files", "hub", "memory", "plain", "ranges", "registry", "seed", "threads",
}  # fmt: skip
ENTRY = "__main__"  # `python -m angiogram` is the command line
FACE = "__init__"  # `import angiogram` is the room `api`, and so is every public name
MOST_LINES = 300
DRAWERS = re.compile(r"_?(utils?|helpers?|common|misc)")

FILES = sorted(SOURCE.rglob("*.py"))
NAMES = [path.relative_to(SOURCE).as_posix() for path in FILES]


def room_of(module: str) -> str:
    """`angiogram.tap.hooks` -> `tap`; what lies at the root is in room ``."""
    first = module.partition(".")[2].partition(".")[0]
    if first == ENTRY:
        return "cli"
    if first == FACE or first not in LEVEL | dict.fromkeys(ROOT_MODULES):
        return "api"
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


def test_every_folder_is_a_room_of_the_plan():
    assert {path.name for path in SOURCE.iterdir() if path.is_dir() and path.name != "__pycache__"} <= set(LEVEL)
    assert {path.stem for path in SOURCE.glob("*.py")} <= ROOT_MODULES | {ENTRY}


@pytest.mark.parametrize("name", NAMES)
def test_imports_point_down(name: str):
    module = f"{PACKAGE}." + name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    if name.endswith("__init__.py"):
        module += ".__init__"
    assert not against_the_rule((SOURCE / name).read_text(), module)


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
        ("angiogram.report.page", "from angiogram import load_model"),
        ("angiogram.api.run", "from angiogram.cli.progress import printed"),
        ("angiogram.model.families", 'REGISTRY = {"x": "angiogram.tap.hooks:FAMILY"}'),
    ],
)
def test_the_rule_catches_a_step_up_or_aside(module: str, line: str):
    assert len(against_the_rule(line, module)) == 1


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("angiogram.cli.demo", "from angiogram.report.disk import write_report"),
        ("angiogram.__init__", "from angiogram.api.run import Run"),
        ("angiogram.api.run", "from angiogram.report.page import render"),
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


def ahead(source: str, module: str) -> list[str]:
    """What a file of `diagnose/` imports from a room that comes after its own in the work."""
    place = {room: number for number, room in enumerate(DIAGNOSE)}
    own = place.get(([*module.split("."), ""])[2], len(DIAGNOSE))
    rooms = [(name, name.split(".")[2]) for name in imported(source, module) if name.startswith(f"{PACKAGE}.diagnose.")]
    return [name for name, room in rooms if place[room] > own]


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("diagnose/")])
def test_the_diagnosis_never_looks_ahead(name: str):
    module = f"{PACKAGE}." + name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    assert not ahead((SOURCE / name).read_text(), module)


def test_a_look_ahead_is_caught():
    line = "from angiogram.diagnose.judge.locate import locate"
    assert ahead(line, "angiogram.diagnose.repair.climb") and not ahead(line, "angiogram.diagnose.tell.proof")


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
