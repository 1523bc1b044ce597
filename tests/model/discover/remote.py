"""A folder as a hub id with remote code has it: weights, settings that point to its own Python file, a processor."""

import importlib.util
import json
import shutil
from pathlib import Path

import torch
from transformers import CLIPImageProcessorPil

from tests.model.discover.unknown import ENDS
from tests.model.tiny.llava import SQUARE
from tests.model.tiny.text import CHATML, tiny_tokenizer

CODE = Path(__file__).parent / "oddly" / "modeling_oddly.py"


def write_oddly(folder: Path) -> None:
    """3 stages in `eyes`, a `bridge`, 3 units in a wider `mind`; 16 patches make 4 image tokens of id 3."""
    spec = importlib.util.spec_from_file_location("modeling_oddly", CODE)
    assert spec is not None and spec.loader is not None
    code = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(code)
    tokenizer = tiny_tokenizer([*ENDS, "<picture>"], eos="<|im_end|>", pad="<|endoftext|>")
    torch.manual_seed(0)
    model = code.OddlyModel(
        code.OddlyConfig(words=len(tokenizer), eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id)
    )
    with torch.no_grad():
        for weight in model.parameters():
            if weight.dim() > 1:
                weight.normal_(std=1.5 * (weight.numel() / weight.shape[0]) ** -0.5)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    image_processor = CLIPImageProcessorPil(size={"shortest_edge": 56}, crop_size=SQUARE)
    image_processor.save_pretrained(folder)
    (folder / "chat_template.jinja").write_text(CHATML.replace("IMAGE", "<picture>"))
    shutil.copy(CODE, folder)
    names = {"AutoConfig": "OddlyConfig", "AutoModelForCausalLM": "OddlyModel", "AutoProcessor": "OddlyProcessor"}
    mapped = {auto: f"modeling_oddly.{name}" for auto, name in names.items()}
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "auto_map": mapped}))
    processor = {"processor_class": "OddlyProcessor", "auto_map": {"AutoProcessor": mapped["AutoProcessor"]}}
    (folder / "processor_config.json").write_text(json.dumps(processor))
