"""Models of the hub: its own client against a small server that answers as the hub does."""

import json
import shutil
import time

import pytest
from peft import LoraConfig

from tests.hub_server import COMMIT, environment, hubs, last_line
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


@pytest.fixture
def load(tiny_folder, tmp_path):
    """Load a hub id in a fresh process from a fresh cache; gives what was said, and what was asked of the hub."""
    with hubs() as serve:

        def run(name, refused=None, endpoint=None, further=None, **more):
            address, asked = serve({"owner/name": tiny_folder, **(further or {})}, refused)
            known = environment(tmp_path / "hub", endpoint or address) | more
            return last_line(LOAD, [name, str(tmp_path)], known), asked

        yield run


def test_a_hub_id_is_loaded_with_its_commit_and_again_without_network(load, tiny_folder):
    said, asked = load("owner/name")
    assert said == f"loaded owner/name {COMMIT} 3"
    assert any("model.safetensors" in path for path in asked)
    said, asked = load("owner/name", HF_HUB_OFFLINE="1")
    assert said == f"loaded owner/name {COMMIT} 3" and not asked


def test_a_revision_may_be_named(load):
    said, asked = load("owner/name@v2")
    assert said == f"loaded owner/name@v2 {COMMIT} 3"
    assert "GET /api/models/owner/name/revision/v2" in " ".join(asked)


@pytest.mark.parametrize(
    ("name", "refused", "said"),
    [
        ("owner/name", ("/", 401, "RepoNotFound"), "no public model 'owner/name' on the hub; check the spelling"),
        pytest.param(
            "owner/name", ("/", 404, "RepoNotFound"), "no public model 'owner/name' on the hub; check the spelling",
            marks=pytest.mark.nightly,
        ),
        ("owner/name@v9", ("/", 404, "RevisionNotFound"), "has no revision 'v9' on the hub"),
        ("owner/name", ("/owner", 401, "GatedRepo"), "'owner/name' is gated: accept its terms at http"),
        pytest.param(
            "owner/name", ("/owner", 403, "GatedRepo"), "'owner/name' is gated: accept its terms at http",
            marks=pytest.mark.nightly,
        ),
        ("owner/name", ("/", 403, ""), "does not let this account read 'owner/name' (status 403)"),
        ("owner/name", ("/", 500, ""), "could not give 'owner/name' (status 500); try again later"),
        ("own er/name", None, "'own er/name' is not a hub id"),
    ],
)  # fmt: skip
def test_a_refusal_of_the_hub_is_one_sentence(load, name, refused, said):
    line, asked = load(name, refused)
    assert line.startswith("refused ") and said in line
    assert not any("safetensors" in path for path in asked)


def test_without_a_network_it_is_said_at_once(load):
    start = time.monotonic()
    line, _ = load("owner/name", endpoint="http://127.0.0.1:9")
    assert "cannot be fetched from the hub because http://127.0.0.1:9 cannot be reached" in line
    assert "give a local folder" in line
    assert time.monotonic() - start < 60


def test_offline_is_named_as_the_reason(load):
    line, asked = load("owner/name", HF_HUB_OFFLINE="1")
    assert "because HF_HUB_OFFLINE is set" in line and not asked


def fetched(asked, name):
    """How often a file was asked for with its content."""
    return sum(line.startswith("GET ") and line.endswith(f"/{name}") for line in asked)


def test_an_adapter_and_its_base_are_fetched_once(load, tiny_folder, tmp_path):
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
    offline, asked = load("me/adapter", HF_HUB_OFFLINE="1")
    assert offline == first and not asked


def test_of_a_base_that_only_gives_its_tokenizer_no_weights_are_fetched(load, tiny_folder, tmp_path):
    folder = shutil.copytree(tiny_folder, tmp_path / "merged")
    (folder / "tokenizer.json").unlink()
    settings = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(settings | {"_name_or_path": "owner/name"}))
    said, asked = load(str(folder))
    assert said.startswith(f"loaded {folder} ")
    assert fetched(asked, "tokenizer.json") == 1 and not any("safetensors" in line for line in asked)
    said, _ = load(str(folder), refused=("/", 401, "RepoNotFound"), HF_HOME=str(tmp_path / "empty"))
    assert "has no tokenizer, and its base 'owner/name', which its config.json names, cannot be had: There" in said
