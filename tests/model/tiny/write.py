"""From a configuration and a processor's parts to a folder as the hub has it."""

import json
from pathlib import Path
from typing import Any

import torch
from transformers import AutoConfig, AutoModelForImageTextToText, PreTrainedTokenizerFast

LLM = {
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 3,
    "num_attention_heads": 2,
    "num_key_value_heads": 1,
    "head_dim": 16,
}
TOWER = {
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 3,
    "num_attention_heads": 2,
    "patch_size": 14,
    "image_size": 56,
}


def ids(tokenizer: PreTrainedTokenizerFast) -> dict[str, int | None]:
    """The special ids that an LLM's configuration repeats."""
    return {
        "vocab_size": len(tokenizer),
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
    }


def write_model(folder: Path, model_type: str, tokenizer: PreTrainedTokenizerFast, **settings: Any) -> None:
    """A model of random weights: every matrix keeps its input's scale and every gate is half open.

    transformers' own start is too small to see an image in the logits, and closes Mllama's gates altogether.
    """
    torch.manual_seed(0)
    model = AutoModelForImageTextToText.from_config(AutoConfig.for_model(model_type, **settings))
    randomise(model)
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    model.generation_config.pad_token_id = tokenizer.pad_token_id
    model.save_pretrained(folder)


@torch.no_grad()
def randomise(model: torch.nn.Module) -> None:
    """Matrices that keep their input's scale, and half-open gates."""
    for weight in model.parameters():
        if weight.numel() == 1:
            weight.fill_(0.5)
        elif weight.dim() > 1:
            weight.normal_(std=1.5 * (weight.numel() / weight.shape[0]) ** -0.5)


def write_processor(
    folder: Path, name: str, image_processor: Any, tokenizer: PreTrainedTokenizerFast, template: str, **settings: Any
) -> None:
    """The processor's files, part by part: its class cannot be built without torchvision where it has a video part.

    Args:
        folder: where the model lies.
        name: of the processor class.
        image_processor: the family's, PIL's variant; published folders name the class without its backend.
        tokenizer: the family's, tiny.
        template: the chat template; none where it is empty.
        settings: arguments of the processor class.
    """
    image_processor.save_pretrained(folder)
    file = folder / "preprocessor_config.json"
    saved = json.loads(file.read_text())
    saved["image_processor_type"] = saved["image_processor_type"].removesuffix("Pil")
    file.write_text(json.dumps(saved))
    tokenizer.save_pretrained(folder)
    if template:
        (folder / "chat_template.jinja").write_text(template)
    (folder / "processor_config.json").write_text(json.dumps({"processor_class": name, **settings}))
