"""P3: a whole diagnosis pass against one plain forward pass per image.

A batch of prompts with 256 image tokens each, from prepared inputs to arrays on the host:
- plain: one forward pass;
- angiogram: `Passes.run`, the batch of `angiogram diagnose`: every tap pooled, the likelihoods of 11 classes from the
  prompt's cache, and the greedy answer going on from it. Random weights never end an answer nor name a class, so every
  answer has its full 24 tokens, one pass each: the most that it can cost (one that is a class name costs no pass);
- without words: the same without the answer (the cases that only teach the probes are not asked);
- one by one: a forward pass for each read-out (image tokens, last token), one for each class with its name behind the
  prompt, and transformers' `generate` of 24 tokens.
The value is the median over the rounds of angiogram / plain. On a CPU a token of an answer reads all weights again for
a few images; the share of the words shrinks with the size of the batch.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from contest import Turn, arguments, contest, paired, play, table
from p1 import alone_on, bare_hooks, now
from record import record

GOAL = 1.5
CONTENDERS = {
    "plain": "one forward pass per image",
    "angiogram": "taps, 11 class likelihoods and answers of 24 tokens",
    "without words": "taps and 11 class likelihoods",
    "one by one": "a forward pass for each of 2 read-outs and 11 classes, and generate (24 tokens)",
}


def main() -> None:
    """Referee or contender."""
    options = arguments(__doc__ or "", rounds=4, batch=4).parse_args()
    if options.contender:
        return play(lambda: part(options))
    given = ["--device", options.device, "--shape", options.shape, "--batch", str(options.batch)]
    seldom = {"one by one": 1} if options.device == "cpu" else {}
    turns, failed = contest(list(CONTENDERS), given, options.rounds, seldom=seldom)
    spread = paired(turns["angiogram"], turns["plain"])
    path = record(
        f"P3{options.suffix}",
        spread["median"],
        "x a plain forward pass",
        f"at most {GOAL} with 11 classes and one prompt",
        spread["median"] <= GOAL,
        spread=spread,
        contenders=table(turns, failed, CONTENDERS, "plain"),
        device=options.device,
        measured=options.commit,
        without_words=paired(turns["without words"], turns["plain"]),
        model=options.shape,
        images=options.batch,
    )
    print(path)


def part(options: Any) -> Callable[[], Turn]:
    """One contender's turn."""
    from angiogram.answer.labels import label_tree
    from angiogram.diagnose.collect.passes import Content, Passes
    from angiogram.diagnose.collect.plan import ANSWER_TOKENS, Plan
    from angiogram.tap.stages import batch_poolings
    from angiogram.tap.taps import plan_taps
    from angiogram.tap.work import Ready
    from subjects import CLASSES, batch, forward, pictures, subject

    loaded = subject(options.shape, options.device)
    count = options.batch
    inputs, sizes = batch(loaded, options.shape, count)
    tree = label_tree(loaded.processor.tokenizer, CLASSES)
    asked = np.full(count, options.contender == "angiogram")
    planned = Plan(loaded, plan_taps(loaded.anatomy), tree, asked, ("",))
    passes = Passes(planned, pictures(options.shape, count).cases)
    pixels = np.zeros((count, 1, 768), np.float32)
    ready = Ready(tuple(range(count)), Content((inputs,), batch_poolings(loaded, inputs, sizes), pixels))
    named = [loaded.processor.tokenizer(name, add_special_tokens=False).input_ids for name in CLASSES]

    def plain() -> None:
        forward(loaded, inputs).logits.cpu()

    def ours() -> None:
        passes.run(ready)

    def one_by_one() -> None:
        for _ in ("image tokens", "last token"):
            with bare_hooks(loaded, inputs):
                plain()
        for tokens in named:
            likelihood(loaded, inputs, tokens)
        with torch.no_grad():
            loaded.model.generate(**inputs, max_new_tokens=ANSWER_TOKENS, do_sample=False, eos_token_id=None).cpu()

    run = {"plain": plain, "one by one": one_by_one}.get(options.contender, ours)

    def turn() -> Turn:
        with alone_on(options.device):
            if options.device != "cpu":
                run()  # takes its memory again
            start = now(options.device)
            run()
            return {"seconds": now(options.device) - start}

    return turn


@torch.no_grad()
def likelihood(loaded: Any, inputs: Any, tokens: list[int]) -> Any:
    """Of one class name after each prompt, by a forward pass over both."""
    ids = inputs["input_ids"]
    behind = torch.tensor(tokens, device=ids.device).expand(len(ids), -1)
    kind = inputs["mm_token_type_ids"]
    longer = {
        **inputs,
        "input_ids": torch.cat([ids, behind], dim=1),
        "attention_mask": torch.ones(len(ids), ids.shape[1] + len(tokens), dtype=ids.dtype, device=ids.device),
        "mm_token_type_ids": torch.cat([kind, torch.zeros_like(behind, dtype=kind.dtype)], dim=1),
    }
    logits = loaded.model(**longer, use_cache=False, logits_to_keep=len(tokens) + 1).logits[:, :-1].float()
    return logits.log_softmax(-1).gather(2, behind[..., None]).sum(dim=(1, 2)).cpu()


if __name__ == "__main__":
    main()
