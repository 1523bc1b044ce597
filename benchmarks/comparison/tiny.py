"""A tiny model of random weights, for a run that only shows that everything works."""

from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import BitImageProcessorPil, Dinov2Config, LlamaConfig, PreTrainedTokenizerFast

from angiogram.files import atomic_folder
from angiogram.model.build import AngiogramConfig, AngiogramForConditionalGeneration, AngiogramProcessor
from angiogram.model.build.processing import CHAT_TEMPLATE

SIDE, END = 56, "<|im_end|>"


def tiny_parts(folder: Path) -> str:
    """The folder of a model from parts whose encoder and LLM are both tiny, written once."""
    if folder.exists():
        return str(folder)
    torch.manual_seed(0)
    words = Tokenizer(models.BPE())
    words.pre_tokenizer, words.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    special = ["<|im_start|>", END, "<image>"]
    words.train_from_iterator([], trainers.BpeTrainer(special_tokens=special, initial_alphabet=alphabet))
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=words, eos_token=END, pad_token=END, additional_special_tokens=["<image>"]
    )
    vision = Dinov2Config(hidden_size=16, num_hidden_layers=1, num_attention_heads=2, patch_size=14, image_size=SIDE)
    end = tokenizer.eos_token_id
    text = LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=2,
        eos_token_id=end, bos_token_id=end, pad_token_id=end,
    )  # fmt: skip
    config = AngiogramConfig(vision, text, SIDE, image_token_id=tokenizer.convert_tokens_to_ids("<image>"))
    model = AngiogramForConditionalGeneration(config)
    images = BitImageProcessorPil(size={"height": SIDE, "width": SIDE}, do_center_crop=False)
    with atomic_folder(folder) as temporary:
        model.save_pretrained(str(temporary))
        AngiogramProcessor(images, tokenizer, config.image_tokens, CHAT_TEMPLATE).save_pretrained(str(temporary))
    return str(folder)
