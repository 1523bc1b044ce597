"""Data sets of the hub: its own client against a small server that answers as the hub does."""

import json
import shutil
from collections.abc import Callable, Generator
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pytest
from PIL import Image as Pillow
from pyarrow import parquet
from tests.hub_server import COMMIT, Client, Refusal, environment, last_line

from angiogram.data.sources import open_cases
from angiogram.data.sources.hub import is_hub_id
from angiogram.errors import InputError

OPEN = """
import json, sys
from pathlib import Path
from angiogram.data.sources import open_cases, open_findings
from angiogram.errors import InputError
try:
    findings = open_findings(sys.argv[1], Path(sys.argv[2]))
    cases = open_cases(sys.argv[1], Path(sys.argv[2]))
    greys = [int(cases.read(row).pixels[0, 0]) for row in cases.rows]
    rows = [(row.label, row.split, grey) for row, grey in zip(cases.rows, greys)]
    print(json.dumps([cases.name, cases.revision, sorted(rows), cases.statements]))
except InputError as error:
    print("refused", error)
"""
ROWS = [["cyst", "test", 2], ["cyst", "train", 0], ["stone", "test", 3], ["stone", "train", 1]]
Load = Callable[..., tuple[str, list[str]]]


def picture(path: Path, grey: int) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    Pillow.new("L", (4, 4), grey).save(path)
    return path.name


def class_folders(root: Path) -> None:
    for label, split, grey in ROWS:
        picture(root / str(split) / str(label) / f"{grey}.png", int(grey))


def shards(root: Path) -> None:
    """As `push_to_hub` writes them: `datasets.Image` and a `ClassLabel`."""
    kinds = {"image": {"_type": "Image"}, "label": {"_type": "ClassLabel", "names": ["cyst", "stone"]}}
    for split in ("train", "test"):
        picture(root / "x.png", 0)
        greys = [grey for _, side, grey in ROWS if side == split]
        pictures = []
        for grey in greys:
            picture(root / "x.png", int(grey))
            pictures.append({"bytes": (root / "x.png").read_bytes(), "path": f"{grey}.png"})
        (root / "x.png").unlink()
        table = pa.table({"image": pictures, "label": [int(grey) % 2 for grey in greys]})
        table = table.replace_schema_metadata({"huggingface": json.dumps({"info": {"features": kinds}})})
        (root / "data").mkdir(exist_ok=True)
        parquet.write_table(table, root / "data" / f"{split}-00000-of-00001.parquet")


def metadata(root: Path) -> None:
    """An imagefolder whose classes stand in one table for each side."""
    for split in ("train", "test"):
        rows = [
            (picture(root / split / f"{grey}.png", int(grey)), label) for label, side, grey in ROWS if side == split
        ]
        text = "\n".join(json.dumps({"file_name": name, "label": label}) for name, label in rows)
        (root / split / "metadata.jsonl").write_text(text)


def one_metadata(root: Path) -> None:
    """An imagefolder with one table above the folders of both sides."""
    for _, split, grey in ROWS:
        picture(root / str(split) / f"{grey}.png", int(grey))
    lines = [f"{split}/{grey}.png,{label}" for label, split, grey in ROWS]
    (root / "metadata.csv").write_text("\n".join(["file_name,label", *lines]))


def zipped(root: Path) -> None:
    class_folders(root / "images")
    shutil.make_archive(str(root / "images"), "zip", root / "images")
    shutil.rmtree(root / "images")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Generator[Client]:
    """What it has opened by a name stays what it is for the name: each test has names of its own."""
    with closing(Client(OPEN, tmp_path_factory.mktemp("hub"))) as started:
        yield started


@pytest.fixture
def load(client: Client, tmp_path: Path) -> Load:
    """Open a hub id, at first from an empty cache; gives the last line that was said, and what was asked of the hub."""
    client.forget()

    def run(name: str, folder: Path, refused: Refusal | None = None) -> tuple[str, list[str]]:
        source = "/".join(name.partition("@")[0].split("/")[:2])
        return client.last_line([name, str(tmp_path / "cache")], {source: folder}, refused)

    return run


@pytest.fixture
def load_afresh(client: Client, load: Load, tmp_path: Path) -> Callable[..., str]:
    """The same from what `load` has fetched, in a fresh process with another environment."""

    def run(name: str, **more: str) -> str:
        known = environment(client.home, client.address) | more
        return last_line(OPEN, [name, str(tmp_path / "cache")], known)

    return run


@pytest.mark.parametrize("make", [class_folders, shards, metadata, one_metadata, zipped])
def test_a_data_set_of_the_hub_opens_as_a_folder_does(make: Callable[[Path], None], load: Load, tmp_path: Path) -> None:
    folder = tmp_path / "repository"
    folder.mkdir()
    make(folder)
    (folder / "README.md").write_text("---\nlicense: mit\n---\n")
    known = f"owner/{make.__name__}"
    name, revision, rows, statements = json.loads(load(known, folder)[0])
    assert (name, revision, rows) == (known, COMMIT, ROWS)
    assert statements[0] == f"The data set '{known}' of the Hugging Face hub, revision {COMMIT}."
    assert not any(COMMIT in said for said in statements[1:])


def test_it_is_fetched_once_and_asked_for_once_a_process(
    load: Load, load_afresh: Callable[..., str], tmp_path: Path
) -> None:
    class_folders(tmp_path / "repository")
    first, asked = load("owner/once@v2", tmp_path / "repository")
    assert json.loads(first)[0] == "owner/once@v2"
    assert sum("/revision/v2" in line for line in asked) == 1
    assert load("owner/once@v2", tmp_path / "repository") == (first, [])
    before = len(asked)
    assert load_afresh("owner/once@v2") == first and not any(".png" in line for line in asked[before:])
    before = len(asked)
    assert load_afresh("owner/once@v2", HF_HUB_OFFLINE="1") == first and len(asked) == before


def test_a_part_of_a_repository_may_be_named(load: Load, tmp_path: Path) -> None:
    class_folders(tmp_path / "repository" / "small")
    class_folders(tmp_path / "repository" / "large")
    assert json.loads(load("owner/parts/small", tmp_path / "repository")[0])[2] == ROWS
    said, _ = load("owner/parts/tiny", tmp_path / "repository")
    assert said == "refused The data set 'owner/parts' holds no 'tiny'; it holds large, small."


def test_several_archives_are_named(load: Load, tmp_path: Path) -> None:
    for part in ("train", "test"):
        zipped(tmp_path / "repository")
        (tmp_path / "repository" / "images.zip").rename(tmp_path / "repository" / f"{part}.zip")
    said, _ = load("owner/archives", tmp_path / "repository")
    assert "holds 2 archives, test.zip, train.zip among them; name one, such as 'owner/archives/test.zip'" in said


def test_what_was_not_fetched_whole_is_not_taken_for_whole(
    client: Client, load: Load, load_afresh: Callable[..., str], tmp_path: Path
) -> None:
    class_folders(tmp_path / "repository")
    load("owner/whole", tmp_path / "repository")
    next(client.home.rglob("snapshots/*/train/cyst/0.png")).unlink()
    said = load_afresh("owner/whole", HF_HUB_OFFLINE="1")
    assert said.startswith("refused ") and "it cannot be fetched from the hub because HF_HUB_OFFLINE is set" in said


@pytest.mark.parametrize(
    ("name", "refused", "said"),
    [
        (
            "owner/name",
            ("/", 401, "RepoNotFound"),
            "no folder or file 'owner/name' here and no public data set 'owner/n",
        ),
        ("owner/name@v9", ("/", 404, "RevisionNotFound"), "The data set 'owner/name' has no revision 'v9' on the hub"),
        ("owner/name", ("/", 403, "GatedRepo"), "The data set 'owner/name' is gated: accept its terms at http"),
        ("owner/name", ("/", 500, ""), "could not give 'owner/name' (status 500); try again later"),
        ("own--er/name", None, "'own--er/name' is not a hub id"),
    ],
)
def test_a_refusal_of_the_hub_is_one_sentence(name: str, refused, said: str, load: Load, tmp_path: Path) -> None:
    class_folders(tmp_path / "repository")
    line, _ = load(name, tmp_path / "repository", refused)
    assert line.startswith("refused ") and said in line and line.count(". ") == 0
    assert "datasets/owner/name" in line or "gated" not in line


def test_without_a_network_it_is_said_what_may_be_given_instead(load_afresh: Callable[..., str]) -> None:
    line = load_afresh("owner/name", HF_HUB_OFFLINE="1")
    assert "because HF_HUB_OFFLINE is set; give a local folder, zip, table or .npz, or fetch the data set" in line
    assert "because http://127.0.0.1:9 cannot be reached" in load_afresh("owner/name", HF_ENDPOINT="http://127.0.0.1:9")


def test_a_mistyped_path_is_not_asked_of_the_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "images").mkdir()
    assert not is_hub_id("images/skin") and is_hub_id("pictures/skin")
    with pytest.raises(InputError, match=r"There is no folder or file 'images/skin'\."):
        open_cases("images/skin", tmp_path)


def test_a_metadata_table_without_classes_leaves_the_folders_to_say_them(tmp_path: Path) -> None:
    class_folders(tmp_path / "set")
    (tmp_path / "set" / "metadata.csv").write_text("file_name,caption\ntrain/cyst/0.png,a cyst\n")
    assert open_cases(str(tmp_path / "set"), tmp_path).classes == ("cyst", "stone")
