"""Code as a model on the hub brings it along: its own names, tuples out of blocks, no image token in its settings."""

import torch
from torch import nn
from transformers import PreTrainedConfig, PreTrainedModel, ProcessorMixin
from transformers.cache_utils import DynamicCache
from transformers.generation import GenerationMixin
from transformers.modeling_outputs import CausalLMOutputWithPast


class OddlyConfig(PreTrainedConfig):
    model_type = "oddly"

    def __init__(self, size=32, mind_size=48, stages=3, units=3, patch=14, words=400, **kwargs):
        self.size, self.mind_size, self.patch, self.words = size, mind_size, patch, words
        self.stages, self.units, self.num_hidden_layers = stages, units, units
        super().__init__(**kwargs)


class Mixing(nn.Module):
    def __init__(self, size, number):
        super().__init__()
        self.number = number
        self.before, self.between = nn.LayerNorm(size), nn.LayerNorm(size)
        self.asked, self.known, self.told = (nn.Linear(size, size) for _ in range(3))
        self.thought = nn.Sequential(nn.Linear(size, 2 * size), nn.GELU(), nn.Linear(2 * size, size))

    def forward(self, states, mask=None, cache=None):
        normed = self.before(states)
        known, told = self.known(normed)[:, None], self.told(normed)[:, None]  # [B, 1, L, D]
        if cache is not None:
            known, told = cache.update(known, told, self.number)
        asked = self.asked(normed)[:, None]
        mixed = nn.functional.scaled_dot_product_attention(asked, known, told, attn_mask=mask)
        states = states + mixed[:, 0]
        return (states + self.thought(self.between(states)), None)


class Eyes(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.look = nn.Conv2d(3, config.size, config.patch, config.patch)
        self.stages = nn.ModuleList(Mixing(config.size, number) for number in range(config.stages))

    def forward(self, pictures):
        states = self.look(pictures).flatten(2).transpose(1, 2)
        for stage in self.stages:
            states, _ = stage(states)
        return {"seen": states}


class Bridge(nn.Module):
    """Four patches in a row become one token."""

    def __init__(self, config):
        super().__init__()
        self.planks = nn.Linear(4 * config.size, config.mind_size)

    def forward(self, seen):
        return self.planks(seen.reshape(len(seen), -1, 4 * seen.shape[-1]))


class Mind(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.dictionary = nn.Embedding(config.words, config.mind_size)
        self.units = nn.ModuleList(Mixing(config.mind_size, number) for number in range(config.units))
        self.calm = nn.LayerNorm(config.mind_size)

    def forward(self, states, attention_mask, cache):
        length, seen = states.shape[1], 0 if cache is None else cache.get_seq_length()
        causal = torch.ones(length, seen + length, dtype=torch.bool, device=states.device).tril(seen)
        if attention_mask.dim() == 4:
            mask = attention_mask
        else:
            mask = causal[None, None] & attention_mask[:, None, None].bool()
            mask = mask | torch.eye(length, seen + length, dtype=torch.bool, device=states.device).roll(seen, -1)
        for unit in self.units:
            states, _ = unit(states, mask, cache)
        return self.calm(states)


class OddlyModel(PreTrainedModel, GenerationMixin):
    config_class = OddlyConfig
    main_input_name = "input_ids"

    def __init__(self, config):
        super().__init__(config)
        self.eyes, self.bridge, self.mind = Eyes(config), Bridge(config), Mind(config)
        self.mouth = nn.Linear(config.mind_size, config.words, bias=False)
        self.post_init()

    def get_input_embeddings(self):
        return self.mind.dictionary

    def forward(
        self, input_ids, attention_mask=None, pictures=None, past_key_values=None, use_cache=None, logits_to_keep=0, **_
    ):
        states = self.mind.dictionary(input_ids)
        if pictures is not None:
            tokens = self.bridge(self.eyes(pictures)["seen"])
            where = (input_ids == 3)[..., None].expand_as(states)
            states = states.masked_scatter(where, tokens.to(states.dtype))
        if use_cache and past_key_values is None:
            past_key_values = DynamicCache(config=self.config)
        if attention_mask is None:
            attention_mask = torch.ones_like(input_ids)
        states = self.mind(states, attention_mask, past_key_values if use_cache else None)
        return CausalLMOutputWithPast(
            logits=self.mouth(states[:, -logits_to_keep:] if logits_to_keep else states),
            past_key_values=past_key_values,
        )

    def prepare_inputs_for_generation(self, input_ids, past_key_values=None, pictures=None, **kwargs):
        kwargs.pop("is_first_iteration", None)
        return {"input_ids": input_ids, "pictures": pictures, "past_key_values": past_key_values, **kwargs}


class OddlyProcessor(ProcessorMixin):
    def __init__(self, image_processor=None, tokenizer=None, chat_template=None, **kwargs):
        super().__init__(image_processor, tokenizer, chat_template=chat_template)

    def __call__(self, images=None, text=None, return_tensors="pt", **kwargs):
        text = [one.replace("<picture>", "<picture>" * 4) for one in text]
        inputs = self.tokenizer(text, return_tensors="pt", **kwargs)
        pixels = self.image_processor([one for row in images for one in row], return_tensors="pt")
        inputs["pictures"] = pixels["pixel_values"]
        return inputs
