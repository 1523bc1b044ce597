"""What is wrong with the parts of a recipe is one sentence, before any weights are loaded."""

import pytest
import yaml

from angiogram.errors import InputError
from angiogram.train.recipe import read_recipe

PARTS = {"vision": "a/clip", "text": "a/llm"}
FRESH = {"slices": 4, "image_size": 28, "patch_slices": 2, "patch_size": 7, "hidden_size": 16, "num_hidden_layers": 2,
         "num_attention_heads": 2}  # fmt: skip
NONE, MLP = {"name": "none"}, {"name": "mlp"}


@pytest.fixture
def read(tmp_path):
    """The recipe with these parts."""

    def of(**parts):
        part = {"connector": {"train": "full", "learning_rate": 1e-3}}
        stage = {"name": "one", "steps": 2, "batch_size": 4, "parts": part}
        given = {"name": "r", "seed": 0, "stages": [stage], "parts": {**PARTS, **parts}}
        (tmp_path / "r.yaml").write_text(yaml.safe_dump(given))
        return read_recipe(str(tmp_path / "r.yaml"))

    return of


def connector(reduce=NONE, project=MLP):
    return {"connector": {"reduce": reduce, "project": project}}


def experts(**settings):
    return connector(project={"name": "experts", **settings})


def resampler(**settings):
    return connector({"name": "resampler", **settings})


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"tasks": ["any"], "image_size": 56, "vision_layer": -2, "vision_tokens": "all"},
        {"tasks": ["vqa", "rec"], **experts(experts=2, routing="hard", width=None)},
        {"vision": FRESH, "vision_layer": 2, **resampler(heads=4)},
        {"vision": FRESH, "slices": 8, **connector({"name": "join", "block": [2, 2, 2]})},
    ],
)
def test_parts_that_fit_are_read(read, parts):
    assert read(**parts).parts.text == "a/llm"


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"vision": 3}, "vision of the parts is a name, or the sizes of a fresh encoder, not 3"),
        ({"vision": {}}, "vision of the parts is a name"),
        ({"text": ["a"]}, r"text of the parts is the name of an LLM, not \['a'\]"),
        ({"image_size": "large"}, "image_size of the parts is 'large'; it must be a whole number"),
        ({"slices": 0}, "slices of the parts is 0"),
        ({"vision_layer": 0}, "vision_layer of the parts is 0; it must be the number of a block"),
        ({"vision_layer": "last"}, "vision_layer of the parts is 'last'"),
        ({"vision_tokens": "patchs"}, "'patchs'.*did you mean 'patches'"),
        ({"tasks": ["vqaa"]}, "no task 'vqaa'.*did you mean 'vqa'"),
        ({"tasks": ["any", "vqa"]}, "no task 'any'"),
        ({"tasks": "vqa"}, "tasks of the parts are a list of names, not 'vqa'"),
        ({"tasks": []}, "tasks of the parts are empty"),
        ({"tasks": ["vqa", "vqa"]}, "tasks of the parts name 'vqa' twice"),
        ({"experts_from": "one"}, "experts_from of the parts are a list of names"),
        ({"experts_from": ["one"]}, "Only a connector of experts starts from trained connectors"),
        ({"experts_from": ["a"] * 3, **experts(experts=2)}, "3 trained connectors do not fit 2 experts"),
        ({"connector": "mlp"}, "A connector is a table of reduce and project, not 'mlp'"),
        ({"connector": {"reduc": NONE, "project": MLP}}, "no key of a connector 'reduc'.*did you mean 'reduce'"),
        ({"connector": {"project": MLP}}, "The connector lacks 'reduce', a reducer by its name: none, join"),
        ({"connector": {"reduce": NONE}}, "The connector lacks 'project', a projector by its name: linear, mlp"),
        (connector("join"), "A reducer needs a name: none, join"),
        (connector({"name": "joint"}), "no reducer 'joint'.*did you mean 'join'"),
        (connector(project={"name": "expert"}), "no projector 'expert'.*did you mean 'experts'"),
        (connector({"name": "join", "blok": [2, 2]}), "setting of the reducer 'join' 'blok'.*did you mean 'block'"),
        (connector(project={"name": "mlp", "width_in": 3}), "setting of the projector 'mlp' 'width_in'"),
        (connector({"name": "none", "block": [2, 2]}), "The reducer 'none' has no settings; leave out 'block'"),
        (connector({"name": "join", "block": 2}), "A block has rows and columns, .* not 2"),
        (connector({"name": "join", "block": [2, "x"]}), "A block has rows and columns"),
        (connector(project={"name": "mlp", "layers": 2.0}), "layers of the projector 'mlp' is 2.0; it must be a whole"),
        (resampler(heads=0), "heads of the reducer 'resampler' is 0"),
        (resampler(latents=True), "latents of the reducer 'resampler' is True"),
        (experts(experts=0), "experts of the projector 'experts' is 0; it must be a whole number of at least 1"),
        (experts(router_width=None), "router_width of the projector 'experts' is None"),
        (experts(sees="tokn"), "'tokn'; known are both, task, token; did you mean 'token'"),
        (experts(routing="soft-softmx"), "no routing 'soft-softmx'.*did you mean 'soft-softmax'"),
        ({"tasks": ["vqa", "rec", "reg"], **experts(experts=2, routing="hard")}, "each of 3 tasks, and there are 2"),
    ],
)
def test_parts_that_cannot_be_put_together_are_one_sentence(read, parts, said):
    with pytest.raises(InputError, match=said):
        read(**parts)


@pytest.mark.parametrize(
    ("sizes", "parts", "said"),
    [
        ({"hidden_sise": 64}, {}, "no key of a fresh encoder 'hidden_sise'.*did you mean 'hidden_size'"),
        ({"slices": "many"}, {}, "slices of the fresh encoder is 'many'; it must be a whole number"),
        ({"num_attention_heads": 3}, {}, r"The 3 heads of the fresh encoder .* must divide its width 16"),
        ({"positions": "learnt"}, {}, "no kind of positions 'learnt'.*did you mean 'learned'"),
        ({"hidden_act": "glu"}, {}, "no hidden_act of a fresh encoder 'glu'"),
        ({"attention_dropout": 2}, {}, "attention_dropout of the fresh encoder is 2; it must be a number from 0 to 1"),
        ({"initializer_range": 0}, {}, "initializer_range of the fresh encoder is 0; it must be a finite number above"),
        ({"patch_size": 8}, {}, "4x28x28 voxels does not divide into patches of 2x8x8"),
        ({}, {"slices": 3}, "3x28x28 voxels does not divide into patches of 2x7x7"),
        ({}, {"vision_layer": 9}, r"no block 9 \(vision_layer\); its blocks are 1 to 2, or -2 to -1"),
        ({}, resampler(heads=3), "The 3 heads of a connector must divide the encoder's width 16"),
        ({}, connector({"name": "join", "block": [3, 3]}), "grid of 2x4x4 tokens does not divide into blocks of 3x3"),
    ],
)
def test_all_of_a_fresh_encoder_is_checked(read, sizes, parts, said):
    with pytest.raises(InputError, match=said):
        read(vision=FRESH | sizes, **parts)
