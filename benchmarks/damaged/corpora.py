"""Files that installed packages bring along for their own tests."""

from importlib.util import find_spec
from pathlib import Path

LARGEST = 300_000  # bytes


def shipped(package: str, *suffixes: str, largest: int = LARGEST) -> dict[str, bytes]:
    """Files below a package that end so, by name; none where the package is not installed."""
    spec = find_spec(package)
    found: dict[str, bytes] = {}
    for root in spec.submodule_search_locations or () if spec else ():
        for path in sorted(Path(root).rglob("*")):
            if path.name.lower().endswith(suffixes) and path.is_file() and 0 < path.stat().st_size <= largest:
                found.setdefault(path.name, path.read_bytes())
    return found


def pictures(*suffixes: str) -> dict[str, bytes]:
    """Pictures that packages of this environment bring along."""
    packages = ("skimage", "scipy", "sklearn", "networkx", "matplotlib", "PIL", "imageio")
    return {name: content for package in packages for name, content in shipped(package, *suffixes).items()}
