"""LLaVA with all of the encoder's tokens, its class token among them: only the patches have a place."""

import numpy as np
import torch

from angiogram.imaging.image import Image
from angiogram.model.load import load_model
from angiogram.model.prompt import chat, prepare
from angiogram.tap.hooks import pooled_hooks
from angiogram.tap.stages import batch_poolings
from angiogram.tap.taps import plan_taps
from tests.model.tiny import write_tiny


def test_the_class_token_is_left_out_of_the_pooling(tmp_path):
    write_tiny("llava", tmp_path / "llava")
    loaded = load_model(str(tmp_path / "llava"), tmp_path, lambda _: None)
    loaded.model.config.vision_feature_select_strategy = "full"
    loaded.processor.vision_feature_select_strategy = "full"
    rng = np.random.default_rng(0)
    images = [Image(rng.integers(0, 255, (*shape, 3), dtype=np.uint8), ("noise",)) for shape in ((56, 56), (40, 90))]
    inputs = prepare(loaded.processor, chat(loaded.processor, "Which?"), images)
    assert (inputs["input_ids"] == loaded.model.config.image_token_id).sum(1).tolist() == [17, 17]
    poolings = batch_poolings(loaded, inputs, [(56, 56), (40, 90)])
    with torch.no_grad(), pooled_hooks(loaded.model, plan_taps(loaded.anatomy), poolings) as pooled:
        loaded.model(**inputs)
    with torch.no_grad():
        states = loaded.model.model.vision_tower(inputs["pixel_values"], output_hidden_states=True).hidden_states[-2]
        connected = loaded.model.model.multi_modal_projector(states)
    torch.testing.assert_close(pooled["encoder.out"][:, 0], states[:, 1:].mean(1), atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(pooled["connector.out"][:, 0], connected[:, 1:].mean(1), atol=1e-5, rtol=1e-4)
