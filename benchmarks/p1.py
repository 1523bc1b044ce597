"""P1: what it costs to pool every tap during a forward pass.

One forward pass of a batch of prompts with 256 image tokens each, plain, and with the pooled rows of every tap at its
end, on the model's device:
- angiogram: `pooled_hooks`, five image rows (mean and quarters) and the last token, with the poolings made anew;
- bare hooks: the least that keeps as many rows, written by hand for this one model: the mean, the means of four
  quarters of the image tokens (in the order in which they stand), the last token;
- output_hidden_states: transformers keeps all states, pooled afterwards (the LLM's only: the encoder's are not given);
- nnsight: `tracer.cache` keeps all states, pooled afterwards.
The value is the median over the rounds of angiogram / plain.

A few microseconds a tap cannot be seen in a whole forward pass, so the second goal, no slower than bare hooks + 5 us a
tap, is judged on the hooks alone: the tapped modules are called in order, each returning at once what it returned in a
real forward pass.
"""

import time
from collections.abc import Callable
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from typing import Any

import torch
from torch import Tensor, nn

from contest import Turn, arguments, contest, paired, play, summary, table
from record import record

GOAL, GOAL_US = 1.03, 5.0
CONTENDERS = {
    "plain": "forward pass without taps",
    "angiogram": "every tap pooled in hooks: mean, quarters and last token",
    "bare hooks": "by hand for this model: the mean, four quarters of the tokens, the last token",
    "output_hidden_states": "the LLM's states only, kept whole, then pooled: mean and last token",
    "nnsight": "tracer.cache of every tapped module, kept whole, then pooled: mean and last token",
}
HOOKS_ALONE = "hooks alone"
Rows = dict[str, Tensor]


def main() -> None:
    """Referee or contender."""
    options = arguments(__doc__ or "", rounds=8).parse_args()
    if options.contender:
        return play(lambda: part(options))
    given = ["--device", options.device, "--shape", options.shape, "--batch", str(options.batch)]
    turns, failed = contest(list(CONTENDERS), given, options.rounds)
    alone, _ = contest([HOOKS_ALONE], given, 5)
    spread = paired(turns["angiogram"], turns["plain"])
    each = {name: summary([turn[name] for turn in alone[HOOKS_ALONE]]) for name in ("angiogram", "bare hooks")}
    more = summary([turn["angiogram"] - turn["bare hooks"] for turn in alone[HOOKS_ALONE]])
    path = record(
        f"P1{options.suffix}",
        spread["median"],
        "x a plain forward pass",
        f"at most {GOAL}, and no slower than bare hooks + {GOAL_US:g} us a tap",
        spread["median"] <= GOAL and more["median"] <= GOAL_US,
        spread=spread,
        contenders=table(turns, failed, CONTENDERS, "plain"),
        device=options.device,
        measured=options.commit,
        hooks_alone={"unit": "us a tap", **each, "angiogram - bare hooks": more},
        taps=int(alone[HOOKS_ALONE][0]["taps"]),
        model=options.shape,
        images=options.batch,
    )
    print(path)


def part(options: Any) -> Callable[[], Turn]:
    """One contender's turn."""
    from subjects import batch, subject

    if options.contender == "nnsight":
        import_module("nnsight")  # before anything is built in vain
    loaded = subject(options.shape, options.device)
    inputs, sizes = batch(loaded, options.shape, options.batch)
    if options.contender == HOOKS_ALONE:
        return partial(hooks_alone, loaded, inputs, sizes)
    run = {
        "plain": plain, "angiogram": angiogram, "bare hooks": bare, "output_hidden_states": hidden_states,
        "nnsight": nnsight(loaded) if options.contender == "nnsight" else plain,
    }[options.contender]  # fmt: skip
    repeats = 1 if options.device == "cpu" else 10

    @torch.no_grad()
    def turn() -> Turn:
        with alone_on(options.device):
            if options.device != "cpu":
                run(loaded, inputs, sizes)  # takes its memory again
            start = now(options.device)
            for _ in range(repeats):
                run(loaded, inputs, sizes)
            return {"seconds": (now(options.device) - start) / repeats}

    return turn


@contextmanager
def alone_on(device: str) -> Any:
    """Gives the memory that a turn took on a GPU back to the other contenders there."""
    yield
    if device != "cpu":
        torch.cuda.empty_cache()


def now(device: str) -> float:
    """Seconds, when the device has done all it was given."""
    if device != "cpu":
        torch.cuda.synchronize()
    return time.perf_counter()


def plain(loaded: Any, inputs: Any, sizes: Any) -> None:
    """Without taps."""
    from subjects import forward

    forward(loaded, inputs)


def angiogram(loaded: Any, inputs: Any, sizes: Any) -> None:
    """As `diagnose` does it."""
    from angiogram.tap.hooks import pooled_hooks
    from angiogram.tap.stages import batch_poolings
    from angiogram.tap.taps import plan_taps
    from subjects import forward

    poolings = batch_poolings(loaded, inputs, sizes)
    with pooled_hooks(loaded.model, plan_taps(loaded.anatomy), poolings):
        forward(loaded, inputs)


def bare(loaded: Any, inputs: Any, sizes: Any) -> None:
    """Hooks written by hand."""
    from subjects import forward

    with bare_hooks(loaded, inputs):
        forward(loaded, inputs)


@contextmanager
def bare_hooks(loaded: Any, inputs: Any) -> Any:
    """The least that keeps five rows of the image tokens and the last token of every tapped module."""
    from subjects import image_span

    at, anatomy, count = image_span(inputs, loaded), loaded.anatomy, len(inputs["input_ids"])
    rows: Rows = {}
    module = loaded.model.get_submodule

    def five(states: Tensor) -> Tensor:  # [B, T, D] -> [B, 5, D]
        quarters = states.unflatten(1, (4, -1)).mean(2).float()
        return torch.cat([quarters.mean(1, keepdim=True), quarters], dim=1)

    def flat(name: str, states: Tensor) -> None:
        rows[name] = five(states.view(count, -1, states.shape[-1]))

    def prompt(name: str, states: Tensor) -> None:
        rows[f"{name}@image"] = five(states[:, at])
        rows[f"{name}@last"] = states[:, -1].float()

    def last(name: str, states: Tensor) -> None:
        rows[f"{name}@last"] = states[:, -1].float()

    def output(path: str, keep: Callable[[str, Tensor], None]) -> Any:
        return module(path).register_forward_hook(lambda _, __, states: keep(path, states))

    handles = [output(path, flat) for path in anatomy.encoder_blocks]
    handles += [module(anatomy.connector).register_forward_pre_hook(lambda _, args: flat("encoder.out", args[0]))]
    handles += [output(anatomy.connector, flat)]
    first = module(anatomy.llm_blocks[0])
    handles += [first.register_forward_pre_hook(lambda _, args: prompt("llm.in", args[0]))]
    handles += [output(path, prompt) for path in anatomy.llm_blocks]
    handles += [output(anatomy.llm_norm, last)]
    try:
        yield rows
    finally:
        for handle in handles:
            handle.remove()


def hidden_states(loaded: Any, inputs: Any, sizes: Any) -> Rows:
    """transformers' own way."""
    from subjects import forward, image_span

    at = image_span(inputs, loaded)
    kept = forward(loaded, inputs, output_hidden_states=True).hidden_states
    rows = {f"{number}@image": states[:, at].mean(1).float() for number, states in enumerate(kept)}
    return rows | {f"{number}@last": states[:, -1].float() for number, states in enumerate(kept)}


def nnsight(loaded: Any) -> Callable[..., Rows]:
    """nnsight's way to keep many modules; wrapped once."""
    from nnsight import NNsight

    from angiogram.model.prompt import first_step
    from subjects import image_span

    wrapped, anatomy = NNsight(loaded.model), loaded.anatomy
    outputs = [*anatomy.encoder_blocks, anatomy.connector, *anatomy.llm_blocks, anatomy.llm_norm]
    first = [anatomy.connector, anatomy.llm_blocks[0]]

    def run(loaded: Any, inputs: Any, sizes: Any) -> Rows:
        at, count = image_span(inputs, loaded), len(inputs["input_ids"])
        given = first_step(loaded.model, inputs, use_cache=True, logits_to_keep=1)
        with wrapped.trace(**given) as tracer:
            behind = tracer.cache(modules=[f"model.{path}" for path in outputs], device=None)
            before = tracer.cache(
                modules=[f"model.{path}" for path in first], device=None, include_output=False, include_inputs=True
            )
        states = {path: behind[f"model.{path}"].output for path in outputs}
        states |= {f"{path} (input)": before[f"model.{path}"].input for path in first}
        rows: Rows = {}
        for path, kept in states.items():
            if kept.dim() == 2:
                rows[path] = kept.view(count, -1, kept.shape[-1]).mean(1).float()
            else:
                rows[f"{path}@image"], rows[f"{path}@last"] = kept[:, at].mean(1).float(), kept[:, -1].float()
        return rows

    return run


@torch.no_grad()
def hooks_alone(loaded: Any, inputs: Any, sizes: Any) -> Turn:
    """Microseconds a tap of both kinds of hooks, above the calls of the modules themselves."""
    from angiogram.tap.hooks import pooled_hooks
    from angiogram.tap.stages import batch_poolings
    from angiogram.tap.taps import plan_taps
    from subjects import forward

    taps, poolings = plan_taps(loaded.anatomy), batch_poolings(loaded, inputs, sizes)
    tapped = [loaded.model.get_submodule(path) for path in dict.fromkeys(tap.module for tap in taps if tap.module)]
    with replayed(tapped, lambda: forward(loaded, inputs)) as replay:
        ways = {
            "nothing": nn.Module,  # a context in which nothing is hooked
            "angiogram": lambda: pooled_hooks(loaded.model, taps, poolings),
            "bare hooks": lambda: bare_hooks(loaded, inputs),
        }
        taken: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(12):
            for name, way in ways.items():
                taken[name].append(timed(replay, None if name == "nothing" else way, loaded.device.type))
    count = sum(tap.module != "" for tap in taps)
    least = {name: min(seconds[2:]) for name, seconds in taken.items()}
    each = {name: 1e6 * (least[name] - least["nothing"]) / count for name in ("angiogram", "bare hooks")}
    return {**each, "taps": count}


def timed(replay: Callable[[], None], hooked: Callable[[], Any] | None, device: str) -> float:
    """Seconds of one replay under these hooks, set and removed."""
    start = now(device)
    if hooked is None:
        replay()
    else:
        with hooked():
            replay()
    return now(device) - start


@contextmanager
def replayed(modules: list[nn.Module], run: Callable[[], Any]) -> Any:
    """A function that calls the modules in order; each returns at once what it returned during `run`."""
    calls: dict[nn.Module, tuple[Any, Any, Any]] = {}
    handles = [
        module.register_forward_hook(
            lambda module, args, kwargs, output: calls.update({module: (args, kwargs, output)}), with_kwargs=True
        )
        for module in modules
    ]
    run()
    for handle in handles:
        handle.remove()
    for module in modules:
        module.forward = lambda *_, output=calls[module][2], **__: output

    def replay() -> None:
        for module in modules:
            module(*calls[module][0], **calls[module][1])

    try:
        yield replay
    finally:
        for module in modules:
            del module.forward


if __name__ == "__main__":
    main()
