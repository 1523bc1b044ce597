"""The slow way: a backward pass a task, all gradients kept."""

import torch


def kept_gradients(model, losses, tasks, module):
    """`[m, P]`, float64, over the trainable parameters of a module."""
    parameters = [p for p in model.get_submodule(module).parameters() if p.requires_grad]
    rows = []
    for task in range(int(tasks.max()) + 1):
        found = torch.autograd.grad(losses(model)[tasks == task].mean(), parameters, allow_unused=True)
        found = [torch.zeros_like(p) if g is None else g for p, g in zip(parameters, found, strict=True)]
        rows.append(torch.cat([g.flatten() for g in found]).double())
    return torch.stack(rows)


def naive_gramian(model, losses, tasks, module):
    gradients = kept_gradients(model, losses, tasks, module)
    return gradients @ gradients.T
