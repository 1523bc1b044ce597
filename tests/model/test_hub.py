"""Models of the hub: its own client against a small server that answers as the hub does."""

import json
import shutil
import time
from contextlib import closing

import pytest
from peft import LoraConfig

from tests.hub_server import COMMIT, Client, environment, last_line
from tests.model.adapters.conftest import tune

LOAD = """
import sys
from pathlib import Path
from angiogram.errors import InputError
from angiogram.model.load import load_model
try:
    loaded = load_model(sys.argv[1], Path(sys.argv[2]), print)
    print("loaded", loaded.name, loaded.revision, len(loaded.anatomy.llm_blocks))
except InputError as error:
    print("refused", error)
"""


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with closing(Client(LOAD, tmp_path_factory.mktemp("hub"))) as started:
        yield started


@pytest.fixture
def load(client, tiny_folder, tmp_path):
    """Load a hub id, at first from an empty cache; gives what was said, and what was asked of the hub."""
    client.forget()

    def run(name, refused=None, further=None):
        return client.last_line([name, str(tmp_path)], {"owner/name": tiny_folder, **(further or {})}, refused)

    return run


@pytest.fixture
def load_afresh(client, load, tmp_path):
    """The same from what `load` has fetched, in a fresh process with another environment."""

    def run(name, **more):
        return last_line(LOAD, [name, str(tmp_path)], environment(client.home, client.address) | more)

    return run


def test_a_hub_id_is_loaded_with_its_commit_and_again_without_network(load, load_afresh):
    said, asked = load("owner/name")
    assert said == f"loaded owner/name {COMMIT} 3"
    assert any("model.safetensors" in path for path in asked)
    before = len(asked)
    assert load_afresh("owner/name", HF_HUB_OFFLINE="1") == said
    assert len(asked) == before


def test_a_revision_may_be_named(load):
    said, asked = load("owner/name@v2")
    assert said == f"loaded owner/name@v2 {COMMIT} 3"
    assert "GET /api/models/owner/name/revision/v2" in " ".join(asked)


@pytest.mark.parametrize(
    ("name", "refused", "said"),
    [
        ("owner/name", ("/", 401, "RepoNotFound"), "no public model 'owner/name' on the hub; check the spelling"),
        ("owner/name", ("/", 404, "RepoNotFound"), "no public model 'owner/name' on the hub; check the spelling"),
        ("owner/name@v9", ("/", 404, "RevisionNotFound"), "has no revision 'v9' on the hub"),
        ("owner/name", ("/owner", 401, "GatedRepo"), "'owner/name' is gated: accept its terms at http"),
        ("owner/name", ("/owner", 403, "GatedRepo"), "'owner/name' is gated: accept its terms at http"),
        ("owner/name", ("/", 403, ""), "does not let this account read 'owner/name' (status 403)"),
        ("owner/name", ("/", 500, ""), "could not give 'owner/name' (status 500); try again later"),
        ("own er/name", None, "'own er/name' is not a hub id"),
    ],
)  # fmt: skip
def test_a_refusal_of_the_hub_is_one_sentence(load, name, refused, said):
    line, asked = load(name, refused)
    assert line.startswith("refused ") and said in line
    assert not any("safetensors" in path for path in asked)


@pytest.mark.nightly
def test_without_a_network_it_is_said_at_once(load_afresh):
    start = time.monotonic()
    line = load_afresh("owner/name", HF_ENDPOINT="http://127.0.0.1:9")
    assert "cannot be fetched from the hub because http://127.0.0.1:9 cannot be reached" in line
    assert "give a local folder" in line
    assert time.monotonic() - start < 60


@pytest.mark.nightly
def test_offline_is_named_as_the_reason(load_afresh):
    assert "because HF_HUB_OFFLINE is set" in load_afresh("owner/name", HF_HUB_OFFLINE="1")


def fetched(asked, name):
    """How often a file was asked for with its content."""
    return sum(line.startswith("GET ") and line.endswith(f"/{name}") for line in asked)


@pytest.mark.nightly
def test_an_adapter_and_its_base_are_fetched_once(load, load_afresh, tiny_folder, tmp_path):
    adapter = tmp_path / "adapter"
    tune(tiny_folder, LoraConfig(r=2, target_modules=["q_proj"]), adapter)
    settings = json.loads((adapter / "adapter_config.json").read_text())
    (adapter / "adapter_config.json").write_text(json.dumps(settings | {"base_model_name_or_path": "owner/name"}))
    first, asked = load("me/adapter", further={"me/adapter": adapter})
    assert first.startswith("loaded me/adapter ") and COMMIT not in first
    assert fetched(asked, "model.safetensors") == fetched(asked, "adapter_model.safetensors") == 1
    again, asked = load("me/adapter", further={"me/adapter": adapter})
    assert again == first
    assert not any("safetensors" in line for line in asked)
    before = len(asked)
    assert load_afresh("me/adapter", HF_HUB_OFFLINE="1") == first
    assert len(asked) == before


def test_of_a_base_that_only_gives_its_tokenizer_no_weights_are_fetched(load, client, tiny_folder, tmp_path):
    folder = shutil.copytree(tiny_folder, tmp_path / "merged")
    (folder / "tokenizer.json").unlink()
    settings = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(settings | {"_name_or_path": "owner/name"}))
    said, asked = load(str(folder))
    assert said.startswith(f"loaded {folder} ")
    assert fetched(asked, "tokenizer.json") == 1 and not any("safetensors" in line for line in asked)
    client.forget()
    said, _ = load(str(folder), refused=("/", 401, "RepoNotFound"))
    assert "has no tokenizer, and its base 'owner/name', which its config.json names, cannot be had: There" in said
