"""An encoder, a connector and an LLM as one ordinary transformers model."""

from math import prod
from typing import Any

from torch import Tensor, nn
from transformers import AutoModel, GenerationMixin, PreTrainedModel
from transformers.loss.loss_utils import ForCausalLMLoss
from transformers.modeling_outputs import BaseModelOutputWithPast, CausalLMOutputWithPast

from angiogram.errors import InputError
from angiogram.model.build.configuration import AngiogramConfig
from angiogram.model.build.connectors.drawn import Drawn
from angiogram.model.build.connectors.patches import Patches
from angiogram.model.build.logits import finished
from angiogram.model.build.tower import fresh_tower


class AngiogramPreTrainedModel(PreTrainedModel):
    """What both classes share with transformers' loading and saving."""

    config_class = AngiogramConfig
    base_model_prefix = "model"
    input_modalities = ["image", "text"]  # noqa: RUF012 - transformers reads a plain class attribute
    supports_gradient_checkpointing = True
    _supports_sdpa = True
    _supports_flash_attn = True
    _supports_attention_backend = True

    def _init_weights(self, module: nn.Module) -> None:
        super()._init_weights(module)
        if isinstance(module, Drawn):
            module.draw()


class AngiogramModel(AngiogramPreTrainedModel):
    """Encoder, connector and LLM without the head."""

    def __init__(self, config: AngiogramConfig) -> None:
        super().__init__(config)
        self.vision_tower = fresh_tower(config.vision_config)
        self.connector = config.make_connector()
        self.language_model = AutoModel.from_config(config.text_config)
        self.post_init()

    def get_input_embeddings(self) -> nn.Module:
        """The LLM's word embeddings."""
        return self.language_model.get_input_embeddings()

    def set_input_embeddings(self, value: nn.Module) -> None:
        """Replace the LLM's word embeddings."""
        self.language_model.set_input_embeddings(value)

    def get_patches(self, pixel_values: Tensor, task: Tensor | None = None) -> Patches:
        """What the connector receives of images `[B, 3, H, W]` or volumes `[B, C, S, H, W]`.

        Raises:
            InputError: the model takes the other kind, or another size.
        """
        config = self.config
        if pixel_values.shape[1:] != config.pixel_shape:
            given = list(pixel_values.shape[1:])
            raise InputError(f"The model takes pixels of shape {list(config.pixel_shape)} of an image, not {given}.")
        tokens = config.encoder.read(
            self.vision_tower, pixel_values, config.vision_layer, config.vision_tokens, prod(config.grid)
        )
        grid = config.grid if config.vision_tokens == "patches" else (tokens.shape[1],)
        return Patches(tokens, grid, task=task)

    def get_image_features(self, pixel_values: Tensor, task: Tensor | None = None) -> Tensor:
        """Pixels of `get_patches`, and the number of each image's task `[B]`, if known -> image tokens `[B, T, D]`."""
        patches = self.get_patches(pixel_values, task)
        return self.connector(patches.tokens, patches.grid, patches.mask, patches.task)

    def embed(self, input_ids: Tensor, pixel_values: Tensor | None, task: Tensor | None = None) -> Tensor:
        """Word embeddings `[B, L, D]` with the image tokens in the placeholders' places."""
        at_image = input_ids == self.config.image_token_id  # [B, L]
        words: Tensor = self.get_input_embeddings()(input_ids.masked_fill(at_image, 0))  # [B, L, D]
        if pixel_values is None:
            return words
        image_tokens = self.get_image_features(pixel_values, task).to(words)
        if int(at_image.sum()) != image_tokens.shape[0] * image_tokens.shape[1]:
            raise ValueError(
                f"The text has {int(at_image.sum())} image placeholders, the images give "
                f"{image_tokens.shape[0]} x {image_tokens.shape[1]} tokens."
            )
        return words.masked_scatter(at_image[..., None], image_tokens)

    def forward(
        self,
        input_ids: Tensor | None = None,
        pixel_values: Tensor | None = None,
        attention_mask: Tensor | None = None,
        inputs_embeds: Tensor | None = None,
        task: Tensor | None = None,
        **kwargs: Any,  # position_ids, past_key_values, use_cache, ... for the LLM
    ) -> BaseModelOutputWithPast:
        """Scatter the image tokens into the text's embeddings and run the LLM.

        `input_ids` `[B, L]` holds `config.image_token_id` at each image token's place; `pixel_values` is left out
        when the cache already holds the image; `task` `[B]` numbers `config.tasks` (-1: not known), for connectors
        that route by it.
        """
        if inputs_embeds is None:
            if input_ids is None:
                raise ValueError("Either input_ids or inputs_embeds must be given.")
            inputs_embeds = self.embed(input_ids, pixel_values, task)
        return self.language_model(attention_mask=attention_mask, inputs_embeds=inputs_embeds, **kwargs)


class AngiogramForConditionalGeneration(AngiogramPreTrainedModel, GenerationMixin):
    """The whole model with its language head."""

    def __init__(self, config: AngiogramConfig) -> None:
        super().__init__(config)
        self.model = AngiogramModel(config)
        text = config.text_config
        self.lm_head = nn.Linear(text.hidden_size, text.vocab_size, bias=config.head_bias)
        words = self.get_input_embeddings()
        path = next(path for path, module in self.named_modules() if module is words)  # each kind of LLM has its own
        self._tied_weights_keys = {"lm_head.weight": f"{path}.weight"}
        self.post_init()

    def forward(
        self,
        input_ids: Tensor | None = None,
        pixel_values: Tensor | None = None,
        attention_mask: Tensor | None = None,
        inputs_embeds: Tensor | None = None,
        position_ids: Tensor | None = None,
        labels: Tensor | None = None,
        task: Tensor | None = None,
        logits_to_keep: int | Tensor = 0,
        **kwargs: Any,
    ) -> CausalLMOutputWithPast:
        """Logits `[B, L, V]` (only the last `logits_to_keep` positions when given) and, with `labels`, the loss.

        `position_ids` and `task` stand in the signature because `generate` hands them only to models that name them.
        """
        outputs = self.model(
            input_ids=input_ids,
            pixel_values=pixel_values,
            attention_mask=attention_mask,
            inputs_embeds=inputs_embeds,
            position_ids=position_ids,
            task=task,
            **kwargs,
        )
        kept = slice(-logits_to_keep, None) if isinstance(logits_to_keep, int) else logits_to_keep
        logits = finished(self.lm_head(outputs.last_hidden_state[:, kept]), self.config.text_config)
        loss = None if labels is None else ForCausalLMLoss(logits, labels, self.config.text_config.vocab_size)
        return CausalLMOutputWithPast(
            loss=loss,
            logits=logits,
            past_key_values=outputs.past_key_values,
            hidden_states=outputs.hidden_states,
            attentions=outputs.attentions,
        )
