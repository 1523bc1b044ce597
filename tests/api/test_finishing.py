"""A finished training is evaluated on what it did not learn from, has a card, and can be pushed to a hub."""

from contextlib import closing

import pytest
from huggingface_hub import ModelCard

from angiogram.api.finishing import finish
from angiogram.api.training import train_together
from angiogram.data.progress import silent
from angiogram.report.evaluation.disk import read_evaluation
from angiogram.train.recipe import PartTraining, Recipe, Stage
from tests.cli.test_main import draw
from tests.hub_server import COMMIT, Client
from tests.train.tables import write_table

STAGES = (
    Stage("first", 2, 4, {"connector": PartTraining("full", 1e-3)}),
    Stage("second", 2, 4, {"llm": PartTraining("lora", 1e-3, 2, 4)}),
)
PUSH = """
import os, sys
os.environ["HF_TOKEN"] = "hf_test"
from pathlib import Path
from angiogram.api.finishing import push
from angiogram.errors import InputError
try:
    print("pushed", push(Path(sys.argv[1]), sys.argv[2], print))
except InputError as error:
    print("refused", error)
"""


@pytest.fixture(scope="module")
def finished(tiny_folder, tmp_path_factory):
    """Both stages of a recipe on a table that keeps entries apart, and their evaluation."""
    folder = tmp_path_factory.mktemp("finished")
    table = write_table(folder / "table", held_out=3)
    recipe = Recipe("two", 0, STAGES, model=str(tiny_folder), data=str(table))
    folders = train_together(recipe, folder / "out", cache=folder, progress=silent)
    return folders, finish(recipe, folders, 2, cache=folder, progress=silent), recipe


def test_the_last_stage_is_evaluated_on_what_was_kept_apart(finished):
    folders, found, recipe = finished
    last = folders[-1]
    assert found.split == "validation" and found.given == 8
    assert read_evaluation(last.with_name("second.evaluation")) == found
    again = finish(recipe, folders, 2, cache=last.parent, progress=silent)
    assert again.tasks == found.tasks


def test_cards_hold_recipe_data_and_metrics_with_intervals(finished):
    (first, last), found, _ = finished
    card = ModelCard.load(last / "README.md")
    results = card.data.eval_results
    metrics = [metric for task in found.tasks for metric in task.metrics if metric.real is not None]
    assert len(results) == len(metrics) > 4
    assert results[0].metric_value == metrics[0].real.value
    assert results[0].metric_args["interval"] == [metrics[0].real.low, metrics[0].real.high]
    assert results[0].dataset_split == "validation"
    text = last.joinpath("README.md").read_text()
    assert "| first | 2 | 4 | frozen | full, 1.0e-03 | frozen |" in text
    assert "| second | 2 | 4 | frozen | frozen | lora r2/a4, 1.0e-03 |" in text
    assert "**Begun with** `tiny`. **Learnt from** table, split train" in text and str(last.parent.parent) not in text
    assert "Not evaluated" in first.joinpath("README.md").read_text()


def test_a_table_without_held_out_entries_is_said_to_be_so(tiny_folder, tmp_path):
    recipe = Recipe("one", 0, STAGES[:1], model=str(tiny_folder), data=str(write_table(tmp_path / "table")))
    folders = train_together(recipe, tmp_path / "out", cache=tmp_path, progress=silent)
    assert finish(recipe, folders, 2, cache=tmp_path, progress=silent) is None
    assert "no entries were left that it did not learn from" in (folders[0] / "README.md").read_text()


def test_labelled_images_are_evaluated_on_their_test_part(tiny_folder, tmp_path):
    for side, each in (("train", 6), ("test", 3)):
        draw(tmp_path / "images" / side, each=each)
    recipe = Recipe("one", 0, STAGES, model=str(tiny_folder), data=str(tmp_path / "images"))
    folders = train_together(recipe, tmp_path / "out", cache=tmp_path, progress=silent)
    found = finish(recipe, folders, 2, cache=tmp_path, progress=silent)
    assert found.split == "test" and [(task.task, task.entries) for task in found.tasks] == [("multi_class", 2)]
    first, last = ((folder / "README.md").read_text() for folder in folders)
    assert "Not evaluated: the last stage, `second`, tells." in first and "| multi_class | accuracy |" in last
    assert finish(recipe, folders, 0, cache=tmp_path, progress=silent) is None
    assert last == (folders[-1] / "README.md").read_text()  # what was found stays
    (folders[-1] / "README.md").unlink()
    assert finish(recipe, folders, 0, cache=tmp_path, progress=silent) is None
    assert "Not evaluated: it was not asked for." in (folders[-1] / "README.md").read_text()


def test_a_stage_is_pushed_to_a_hub(finished, tmp_path):
    (_, last), _, _ = finished
    with closing(Client(PUSH, tmp_path)) as client:
        said, _ = client.last_line([str(last), "me/tuned"], {})
        assert said == f"pushed {client.address}/me/tuned/commit/{COMMIT}"
        assert {"README.md", "adapter_config.json", "adapter_model.safetensors", "trained.json"} == {*client.taken}
        assert client.taken["README.md"] == (last / "README.md").read_bytes()
        said, _ = client.last_line([str(last), "me/tuned"], {}, ("/api", 403, ""))
        assert said.startswith(f"refused '{last}' could not be pushed to 'me/tuned': ") and said.endswith(
            "the folder is whole, push it later."
        )
