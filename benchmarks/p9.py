"""P9: peak memory of what one batch of seven tasks says of the tug-of-war, against one backward pass.

A batch with as many samples of each of seven tasks goes through a model from parts (CLIP, a mixture of experts, Llama)
of random weights, whose parameters are all trained:
- plain: one backward pass of the sum of the tasks' losses, which leaves one gradient;
- angiogram: `pulls`, inner products and scores on encoder, connector and every block of the LLM;
- kept: a backward pass a task, all seven gradients kept, and their inner products.
The value is angiogram / plain, bytes above the model's own weights; with these it would be closer to 1.

On a GPU the peak is CUDA's `max_memory_allocated`. On a CPU the bytes of all living tensors are counted, as in P2.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from contest import Turn, arguments, contest, play, summary
from p2 import peak
from record import record

GOAL, TASKS = 1.3, 7
WORDS, ANSWER = 64, 12  # tokens of text a sample, and how many of them are learned
CONTENDERS = {
    "plain": "one backward pass of all tasks together",
    "angiogram": "inner products and scores of the tasks' gradients, on every module, from one backward pass",
    "kept": "a backward pass a task, all gradients kept",
}


def main() -> None:
    """Referee or contender."""
    options = arguments(__doc__ or "", rounds=1, batch=2 * TASKS).parse_args()
    if options.contender:
        return play(lambda: part(options))
    given = ["--device", options.device, "--batch", str(options.batch)]
    turns, _ = contest(list(CONTENDERS), given, options.rounds, warm=0)
    ratios = [ours["bytes"] / plain["bytes"] for ours, plain in zip(turns["angiogram"], turns["plain"], strict=True)]
    value = summary(ratios)["median"]
    path = record(
        f"P9{options.suffix}",
        value,
        "of the memory that one backward pass takes",
        f"at most {GOAL}",
        value <= GOAL,
        spread=summary(ratios),
        contenders={
            name: {
                "note": note,
                "unit": "bytes above the weights",
                **summary([turn["bytes"] for turn in turns[name]]),
                "of one gradient": turns[name][0]["bytes"] / turns[name][0]["weights"],
            }
            for name, note in CONTENDERS.items()
        },
        device=options.device,
        measured=options.commit,
        batch=options.batch,
        weights=turns["plain"][0]["weights"],
    )
    print(path)


def part(options: Any) -> Callable[[], Turn]:
    """Peak bytes of one batch."""
    model = assembled().to(options.device)
    losses, tasks = batch(model, options.batch, options.device)
    run = {"plain": plain, "angiogram": angiogram, "kept": kept}[options.contender]
    weights = sum(parameter.nbytes for parameter in model.parameters())

    def turn() -> Turn:
        with peak(options.device) as bytes_at_most:
            run(model, losses, tasks)
        model.zero_grad()
        return {"bytes": bytes_at_most(), "weights": weights}

    return turn


def assembled() -> nn.Module:
    """A model from parts, small but of the usual proportions: 21 million parameters, 64 image tokens."""
    from transformers import CLIPVisionConfig, LlamaConfig

    from angiogram.model.build import AngiogramConfig, AngiogramForConditionalGeneration

    torch.set_num_threads(1)
    torch.manual_seed(0)
    vision = CLIPVisionConfig(
        hidden_size=256, intermediate_size=1024, num_hidden_layers=4, num_attention_heads=4, patch_size=14,
        image_size=224,
    )  # fmt: skip
    text = LlamaConfig(
        vocab_size=8000, hidden_size=384, intermediate_size=1024, num_hidden_layers=6, num_attention_heads=6,
        num_key_value_heads=2, tie_word_embeddings=False,
    )  # fmt: skip
    connector = {
        "reduce": {"name": "join", "block": (2, 2)},
        "project": {"name": "experts", "experts": 3, "router_width": 64},
    }
    names = tuple(f"task {number}" for number in range(TASKS))
    config = AngiogramConfig(vision, text, image_size=224, connector=connector, image_token_id=1, tasks=names)
    return AngiogramForConditionalGeneration(config).train()


def batch(model: Any, size: int, device: str) -> tuple[Callable[[nn.Module], Tensor], Tensor]:
    """The losses of its samples, and their tasks."""
    generator = torch.Generator().manual_seed(0)
    words = torch.randint(2, model.config.text_config.vocab_size, (size, WORDS), generator=generator)
    ids = torch.cat([words.new_full((size, model.config.image_tokens), 1), words], dim=1).to(device)
    pixels = torch.randn(size, 3, 224, 224, generator=generator).to(device)
    tasks = torch.arange(size, device=device) % TASKS

    def losses(given: nn.Module) -> Tensor:
        logits = given(input_ids=ids, pixel_values=pixels, task=tasks, use_cache=False).logits[:, -ANSWER - 1 : -1]
        each = nn.functional.cross_entropy(logits.transpose(1, 2), ids[:, -ANSWER:], reduction="none")
        return each.mean(dim=1)

    return losses, tasks


def plain(model: nn.Module, losses: Callable[[nn.Module], Tensor], tasks: Tensor) -> None:
    """One gradient."""
    (losses(model) / torch.bincount(tasks)[tasks]).sum().backward()


def angiogram(model: nn.Module, losses: Callable[[nn.Module], Tensor], tasks: Tensor) -> None:
    """Every module of interest."""
    from angiogram.train.conflict.batch import pulls

    blocks = [f"model.language_model.layers.{number}" for number in range(6)]
    pulls(model, losses, tasks, ["", "model.vision_tower", "model.connector", *blocks, "lm_head"])


def kept(model: nn.Module, losses: Callable[[nn.Module], Tensor], tasks: Tensor) -> None:
    """Seven gradients, then their inner products."""
    values = losses(model)
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    gradients = [
        torch.autograd.grad(values[tasks == task].mean(), parameters, retain_graph=task < TASKS - 1, allow_unused=True)
        for task in range(TASKS)
    ]
    torch.tensor(
        [[sum((g * h).sum() for g, h in zip(a, b, strict=True) if g is not None) for b in gradients] for a in gradients]
    )


if __name__ == "__main__":
    main()
