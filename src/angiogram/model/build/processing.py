"""Text and image into model inputs."""

from typing import Any

from transformers import BatchFeature, ProcessorMixin

from angiogram.model.build.volumes import pictures_only, volume_values

CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
    "{% if message['content'] is string %}{{ message['content'] }}"
    "{% else %}{% for part in message['content'] %}"
    "{% if part['type'] == 'image' %}<image>{% else %}{{ part['text'] }}{% endif %}"
    "{% endfor %}{% endif %}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


class AngiogramProcessor(ProcessorMixin):
    """An image processor and a tokenizer; each `<image>` in the text becomes the image's run of placeholders.

    Args:
        image_processor: resizes to the model's square input and normalises; of a volume each slice.
        tokenizer: knows `<image>` as one token.
        image_tokens: number of placeholders an image takes (`AngiogramConfig.image_tokens`).
        slices: of the volumes that the model takes; None where it takes pictures. Here whoever reads images finds
            which of the two a model wants.
        channels: of the encoder, for volumes.
    """

    image_token = "<image>"

    def __init__(
        self,
        image_processor: Any = None,
        tokenizer: Any = None,
        image_tokens: int = 16,
        chat_template: str | None = None,
        slices: int | None = None,
        channels: int = 3,
        **kwargs: Any,
    ) -> None:
        self.image_tokens, self.slices, self.channels = image_tokens, slices, channels
        super().__init__(image_processor, tokenizer, chat_template=chat_template)

    def apply_chat_template(  # pyright: ignore[reportIncompatibleMethodOverride] - options are handed on
        self, conversation: Any, chat_template: str | None = None, **kwargs: Any
    ) -> Any:
        """As the base does; a template that knows no parts of a message, as an LLM's own, gets their words instead."""
        template = chat_template or self.chat_template
        if isinstance(template, str) and "'image'" not in template and '"image"' not in template:
            conversation = [_in_words(message, self.image_token) for message in conversation]
        return super().apply_chat_template(conversation, chat_template, **kwargs)

    def __call__(  # pyright: ignore[reportIncompatibleMethodOverride] - fewer modalities than the base
        self,
        images: Any = None,  # one image or a list, as transformers takes them; an array [S, H, W] is a volume
        text: str | list[str] | None = None,
        **kwargs: Any,  # tokenizer options, e.g. padding, padding_side, return_tensors
    ) -> BatchFeature:
        """Inputs `input_ids`, `attention_mask` `[B, L]` and, with images, `pixel_values`.

        These are `[B, 3, H, W]`, or `[B, C, S, H, W]` of volumes, resampled to the model's slices linearly (see
        `imaging.depth`), and in each slice as the image processor resamples pictures.

        Raises:
            InputError: an image is a volume where pictures are taken, or a picture where volumes are.
        """
        if text is None:
            raise ValueError("A text is needed; it says with <image> where the image stands.")
        texts = [text] if isinstance(text, str) else list(text)
        run = self.image_token * self.image_tokens
        inputs: dict[str, Any] = dict(self.tokenizer([t.replace(self.image_token, run) for t in texts], **kwargs))
        if images is not None:
            inputs.update(self._pixels(images, kwargs.get("return_tensors")))
        return BatchFeature(inputs, tensor_type=kwargs.get("return_tensors"))

    def _pixels(self, images: Any, kind: str | None) -> Any:
        if self.slices is None:
            return self.image_processor(pictures_only(images), return_tensors=kind)
        return {"pixel_values": volume_values(self.image_processor, images, self.slices, self.channels)}


def _in_words(message: Any, image_token: str) -> Any:
    """A message whose parts are one text, with the image's token where the image stands."""
    if isinstance(message["content"], str):
        return message
    parts = (image_token if part["type"] == "image" else part["text"] for part in message["content"])
    return {**message, "content": "".join(parts)}
