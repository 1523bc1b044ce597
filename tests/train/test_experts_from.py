"""Experts start fresh, as copies of a trained MLP, which changes nothing, or each as the MLP of its task."""

from dataclasses import replace

import pytest
import torch

from angiogram.api.training import train_together
from angiogram.data.progress import silent
from angiogram.errors import InputError
from angiogram.model.build.assembly import put_together
from angiogram.model.load import load_model
from angiogram.model.origin import Origin
from angiogram.model.parts import save_parts
from angiogram.model.prompt import chat, prepare
from angiogram.train.recipe import Assembly, PartTraining, Recipe, Stage
from tests.model.build.test_assemble import published as tiny_parts  # noqa: F401 - a fixture
from tests.train.tables import write_table

MLP = {"reduce": {"name": "join", "block": [2, 2]}, "project": {"name": "mlp", "width": 24}}
EXPERTS = {**MLP, "project": {"name": "experts", "experts": 3, "width": 24, "routing": "hard"}}
TASKS = ("multi_class", "report", "vqa")
STAGE = Stage("tuned", 3, 4, {"connector": PartTraining("full", 1e-2)})


@pytest.fixture
def trained(tiny_parts, tmp_path):  # noqa: F811
    """The folder of what a recipe of these parts has written, and that of its parts put together."""
    data = str(write_table(tmp_path / "table"))

    def run(out, connector, seed=0, **more):
        parts = Assembly(str(tiny_parts / "siglip"), str(tiny_parts / "llama"), connector=connector, **more)
        recipe = Recipe(out, seed, (STAGE,), parts=parts, data=data)
        (folder,) = train_together(recipe, tmp_path / out, cache=tmp_path, progress=silent)
        return folder, tmp_path / out / "start"

    return run


def logits(folder, squares, tmp_path, **more):
    loaded = load_model(str(folder), tmp_path, silent)
    images = [squares.read(row) for row in squares.rows[:2]]
    inputs = prepare(loaded.processor, chat(loaded.processor, squares.ask()), images)
    with torch.no_grad():
        return loaded.model(**inputs, **more).logits


def test_copies_of_a_trained_mlp_change_nothing(trained, squares, tmp_path):
    mlp, _ = trained("mlp", MLP)
    for routing in ("hard", "soft-sigmoid", "constant"):
        connector = {**EXPERTS, "project": {**EXPERTS["project"], "routing": routing}}
        _, start = trained(routing, connector, tasks=TASKS, experts_from=(str(mlp),))
        torch.testing.assert_close(logits(start, squares, tmp_path), logits(mlp, squares, tmp_path))


def test_each_expert_is_the_mlp_of_its_task(trained, squares, tmp_path):
    mlps = [str(trained(f"mlp{seed}", MLP, seed)[0]) for seed in range(3)]
    _, start = trained("experts", EXPERTS, tasks=TASKS, experts_from=mlps)
    for task, mlp in enumerate(mlps):
        own = logits(start, squares, tmp_path, task=torch.tensor([task, task]))
        torch.testing.assert_close(own, logits(mlp, squares, tmp_path))


def test_small_folders_of_trained_parts_start_experts_too(trained, squares, tmp_path):
    _, base = trained("mlp", MLP)
    model = load_model(str(base), tmp_path, silent).model
    torch.nn.init.normal_(model.model.connector.project.linear_1.weight)
    small = tmp_path / "small"
    save_parts(model, {"connector": model.model.connector}, Origin(str(base), "table"), small)
    _, start = trained("experts", EXPERTS, tasks=TASKS, experts_from=(str(small),))
    torch.testing.assert_close(logits(start, squares, tmp_path), logits(small, squares, tmp_path))
    (small / "connector.safetensors").write_bytes(b"no weights")
    with pytest.raises(InputError, match=r"The trained parts in '.*small' cannot be read"):
        trained("again", EXPERTS, tasks=TASKS, experts_from=(str(small),))


@pytest.fixture
def start(tiny_parts, tmp_path):  # noqa: F811
    """Puts parts together and gives their folder, so that nothing needs to be trained."""

    def put(out, connector, **more):
        folder = tmp_path / out
        folder.mkdir()
        parts = Assembly(str(tiny_parts / "siglip"), str(tiny_parts / "llama"), connector=connector, **more)
        put_together(parts, len(out), folder, tmp_path, silent)
        return str(folder)

    return put


@pytest.mark.parametrize(
    ("reduce", "more", "said"),
    [
        (
            {"name": "join", "block": [1, 4]},
            {},
            r"trained with reduce .*\(2, 2\).*, and that of the experts has .*\(1, 4\)",
        ),
        ({"name": "join", "block": [2, 2]}, {"vision_layer": -2}, "trained with vision_layer None, and .* has -2"),
    ],
)
def test_an_mlp_on_other_tokens_is_refused(reduce, more, said, start):
    mlp = start("mlp", MLP)
    with pytest.raises(InputError, match=said):
        start("experts", {**EXPERTS, "reduce": reduce}, experts_from=[mlp], **more)


def test_the_mean_of_a_block_is_not_its_largest_value(start):
    project = MLP["project"]
    mlp = start("mlp", {"reduce": {"name": "average"}, "project": project})
    with pytest.raises(InputError, match=r"trained with reduce .*average.*, and that of the experts has .*max"):
        start("experts", {**EXPERTS, "reduce": {"name": "max"}}, experts_from=[mlp])
    start("alike", {**EXPERTS, "reduce": {"name": "average", "block": [2, 2]}}, experts_from=[mlp])


def test_trained_reducers_are_taken_over_and_must_be_the_same(start, tmp_path):
    reduce = {"name": "attention", "queries": 4, "heads": 2}
    one, two = (start(out, {**MLP, "reduce": reduce}) for out in ("one", "other"))
    taken = load_model(start("experts", {**EXPERTS, "reduce": reduce}, experts_from=[one, one]), tmp_path, silent)
    for name, value in load_model(one, tmp_path, silent).model.model.connector.reduce.state_dict().items():
        assert torch.equal(taken.model.model.connector.reduce.state_dict()[name], value)
    with pytest.raises(InputError, match=r"reducers of '.*one' and '.*other' have learnt different things"):
        start("apart", {**EXPERTS, "reduce": reduce}, experts_from=[one, two])


def test_the_folder_whose_mlp_has_other_sizes_is_named(start):
    fits, wide = start("fits", MLP), start("wide", {**MLP, "project": {"name": "mlp", "width": 25}})
    with pytest.raises(InputError, match=r"The MLP of '.*wide' does not have an expert's sizes"):
        start("experts", EXPERTS, experts_from=[fits, wide])


def test_what_is_no_model_from_parts_is_one_sentence(start, load_family, tmp_path):
    other = load_family("llava").name
    for name, said in (
        (str(tmp_path), "holds no model"),
        (other, "is no model from parts, whose connector an expert could start as"),
    ):
        with pytest.raises(InputError, match=said):
            start(f"out{len(said)}", EXPERTS, experts_from=[name])


def test_what_cannot_start_so_is_one_sentence(trained):
    mlp, _ = trained("mlp", MLP)
    wide = {**EXPERTS, "project": {**EXPERTS["project"], "width": 25}}
    for connector, more, said in (
        (MLP, {}, "Only a connector of experts starts from trained connectors"),
        (wide, {}, "does not have an expert's sizes"),
        (EXPERTS, {"experts_from": [str(mlp)] * 4}, "4 trained connectors do not fit 3 experts"),
    ):
        with pytest.raises(InputError, match=said):
            trained(f"out{len(said)}", connector, **{"tasks": TASKS, "experts_from": (str(mlp),), **more})
    folder, _ = trained("experts", EXPERTS, tasks=TASKS)
    with pytest.raises(InputError, match="is no MLP, which an expert could start as"):
        trained("again", EXPERTS, tasks=TASKS, experts_from=(str(folder),))


def test_hard_routing_with_fewer_experts_than_tasks_is_one_sentence(trained):
    with pytest.raises(InputError, match="Hard routing needs an expert for each of 4 tasks, and there are 3"):
        trained("out", EXPERTS, tasks=(*TASKS, "rec"))


def test_parts_that_are_not_there_are_one_sentence(tmp_path):
    recipe = Recipe(
        "out", 0, (STAGE,), parts=Assembly(str(tmp_path / "nowhere"), "no"), data=str(write_table(tmp_path / "t"))
    )
    with pytest.raises(InputError, match="is no vision model that transformers loads here"):
        train_together(recipe, tmp_path / "out", cache=tmp_path, progress=silent)
    none = replace(recipe, parts=None)
    with pytest.raises(InputError, match="names no model and no parts; give a model with --model"):
        train_together(none, tmp_path / "out", cache=tmp_path, progress=silent)
    texts = replace(none, model="embedded", stages=(replace(STAGE, text="label"),))
    with pytest.raises(InputError, match="text of the stage 'tuned' is for the texts of the data 'phantom' alone"):
        train_together(texts, tmp_path / "out", cache=tmp_path, progress=silent)
    with pytest.raises(InputError, match="names no data; give an annotation table or cases with --data"):
        train_together(replace(recipe, data=None), tmp_path / "out", cache=tmp_path, progress=silent)
