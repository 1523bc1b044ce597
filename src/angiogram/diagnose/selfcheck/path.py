"""Does the answer depend on the modules that the anatomy says it depends on, and only on those?"""

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from angiogram.diagnose.selfcheck.result import Finding, first_few
from angiogram.diagnose.selfcheck.subject import Subject
from angiogram.model.prompt import first_step, prepare
from angiogram.tap.hooks import pooled_hooks

NAME = "off the path"
MEASURED = "taps whose module the answer does not depend on although it should, or the reverse"


def off_the_path(subject: Subject) -> Finding:
    """One backward pass on one image; what gets no gradient is off the path.

    The gradient is that of the most likely token's logit above the mean logit: zero where the answer cannot change,
    and unlike the log-probability never zero because a model is sure of itself. It is taken at whole modules: the last
    LLM block is on the path although the answer reads nothing but its last token.
    """
    gradients = _gradients(subject)
    wrong: list[str] = []
    for tap in subject.taps:
        depends = gradients.get(tap.name)
        if depends is not None and depends != tap.on_path:
            wrong.append(f"{tap.name} is said to be {'on' if tap.on_path else 'off'} the path but is not")
    if wrong:
        return Finding(len(wrong), 0, "wrong", f"{first_few(wrong)}.")
    blind = [name for name, depends in gradients.items() if depends is None]
    if blind:
        return Finding(
            None, None, "not applicable", f"No gradient can be followed through {len(blind)} taps: {first_few(blind)}."
        )
    off = [tap.name for tap in subject.taps if not tap.on_path]
    rest = f"all but {first_few(off)}" if off else "all of them"
    return Finding(0, 0, "ok", f"Of {len(gradients)} taps {rest} bear on the answer, as the anatomy says.")


def _gradients(subject: Subject) -> dict[str, bool | None]:
    """For each tap that was reached: whether the answer depends on its module; None where no graph leads there."""
    model = subject.loaded.model
    inputs = prepare(subject.loaded.processor, subject.prompt, subject.images[:1]).to(model.device)
    for values in inputs.values():
        if torch.is_tensor(values) and values.is_floating_point():
            values.requires_grad_()  # the pixels
    whole = [replace(tap, stage="encoder") for tap in subject.taps]  # of the LLM, too, the states as they are
    learnt = [weight for weight in model.parameters() if weight.requires_grad]
    embedding = model.get_input_embeddings().register_forward_hook(_started)
    try:
        for weight in learnt:
            weight.requires_grad_(False)
        with torch.enable_grad(), pooled_hooks(model, whole, {"encoder": _as_it_is}) as states:
            logits: Tensor = model(**first_step(model, inputs, use_cache=False, logits_to_keep=1)).logits[0, -1].float()
        followed = {name: state for name, state in states.items() if state.requires_grad}
        found = _slopes(logits.max() - logits.mean(), list(followed.values()))
    finally:
        embedding.remove()
        for weight in learnt:
            weight.requires_grad_(True)
    depends = {name: slope is not None and bool(slope.any()) for name, slope in zip(followed, found, strict=True)}
    return {name: depends.get(name) for name in states}


def _slopes(answer: Tensor, states: list[Tensor]) -> Sequence[Tensor | None]:
    """The answer's gradient at each of the states, None where no way leads from there to the answer."""
    return torch.autograd.grad(answer, states, allow_unused=True) if states else ()


def _as_it_is(states: Tensor) -> Tensor:
    return states


def _started(_: torch.nn.Module, __: object, embeddings: Tensor) -> Tensor:
    """A graph that begins at the text's embeddings as well; a copy, which models may write the image into."""
    return embeddings if embeddings.requires_grad else embeddings.requires_grad_().clone()
