"""A tokenizer small enough for tests that still takes every text."""

from collections.abc import Sequence

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

VOCABULARY = 400
WORDS = ["Which structure is shown?", "left kidney", "right kidney", "liver", "left lung", "user assistant Assistant"]
CHATML = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
    "{% if message['content'] is string %}{{ message['content'] }}{% else %}{% for part in message['content'] %}"
    "{% if part['type'] == 'image' %}IMAGE{% else %}{{ part['text'] }}{% endif %}"
    "{% endfor %}{% endif %}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def tiny_tokenizer(
    special: Sequence[str], *, eos: str, pad: str, bos: str | None = None, **named: str
) -> PreTrainedTokenizerFast:
    """A byte-level BPE with the family's special tokens.

    Args:
        special: tokens that are never split; they get the first ids, in this order.
        eos: what ends an answer; one of `special`, as are `pad` and `bos`.
        pad: fills up a batch.
        bos: what the family's template or processor puts first, if anything.
        named: roles by which the family's processor asks for tokens, e.g. `image_token="<image>"`.
    """
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=list(special),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    tokenizer.train_from_iterator(WORDS * 4, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token=eos,
        pad_token=pad,
        bos_token=bos,
        padding_side="left",
        extra_special_tokens=named,
    )
