"""Seconds of a step with each connector, in turns in one process with one thread."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn

from angiogram.model.build.assemble import Parts, assemble
from angiogram.train.answer_losses import answer_losses
from angiogram.train.supervised import supervised
from comparison.bench import Bench
from comparison.budget import TASKS
from comparison.projectors import MLP, parameters
from comparison.scores import held_out
from comparison.training import JOIN
from contest import paired, summary

SHORT = ("calculation", "multi_class", "reg", "vqa")  # one entry each: answers of like length need no padding
PASSES = 8  # images that the connector alone is given


def times(bench: Bench, table: Path, projects: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Seconds of the processor by connector: of a whole step with the LLM frozen, and of the connector alone.

    The clock of the processor does not count what other programs take of the machine.
    """
    torch.set_num_threads(1)
    first = {"reduce": JOIN, "project": dict(projects[MLP])}
    model, processor = assemble(
        Parts(bench.parts, bench.parts, image_size=bench.image_size, connector=first, tasks=TASKS)
    )
    model.requires_grad_(False)
    entries, read = held_out(table, 1)
    own = [entry for entry in entries if entry.task in SHORT]
    inputs = supervised(processor, model, own, [read(entry.image) for entry in own])
    step = answer_losses(inputs, torch.device("cpu"))
    patches = torch.randn(PASSES, *_patches(model, inputs))
    task = torch.arange(PASSES) % len(TASKS)
    made = {name: _made(model, project) for name, project in projects.items()}

    def whole(connector: nn.Module) -> None:
        model.model.connector = connector
        step(model).mean().backward()

    def alone(connector: nn.Module) -> None:
        connector(patches, model.config.grid, None, task).sum().backward()

    found: dict[str, Any] = {name: {"parameters": parameters(bench.parts, projects[name])} for name in made}
    for kind, run in (("step", whole), ("connector", alone)):
        turns: dict[str, list[dict[str, float]]] = {name: [] for name in made}
        for number in range(-1, bench.budget.rounds):  # the first round warms up
            for name, connector in made.items():
                begun = time.process_time()
                run(connector)
                if number >= 0:
                    turns[name].append({"seconds": time.process_time() - begun})
        for name, own_turns in turns.items():
            found[name][kind] = {
                "seconds": summary([turn["seconds"] for turn in own_turns]),
                "ratio to mlp": paired(own_turns, turns[MLP]),
            }
    return {"connectors": found, "rounds": bench.budget.rounds, "entries": len(own)}


def _made(model: Any, project: Mapping[str, Any]) -> nn.Module:
    model.config.connector = {"reduce": JOIN, "project": dict(project)}
    return model.config.make_connector()


def _patches(model: Any, inputs: Mapping[str, Any]) -> tuple[int, int]:
    with torch.no_grad():
        found = model.model.get_patches(inputs["pixel_values"][:1]).tokens
    return found.shape[1], found.shape[2]
