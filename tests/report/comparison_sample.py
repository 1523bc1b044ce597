"""A made-up comparison with the size and the nastiness of a real one."""

from dataclasses import replace

from report_sample import HOSTILE, STAGES, around, sample_diagnosis, verdicts

from angiogram.compare.comparison import (
    ComparedRun,
    Comparison,
    Condition,
    Contrast,
    Located,
    StageChange,
    StepChange,
    TapChange,
    VerdictChange,
)
from angiogram.statistics.interval import Interval

AFTER = {"R": 0.781, "V": 0.831, "C": 0.812, "I": 0.797, "U": 0.803, "S": 0.788, "G": 0.781}
STEPS = (("R", "V"), ("V", "C"), ("C", "U"), ("U", "S"), ("S", "G"))


def changed(before: float, after: float, half: float = 0.03) -> Interval:
    return around(after - before, half)


def stage_changes() -> tuple[StageChange, ...]:
    found = []
    for stage in sample_diagnosis().stages:
        before, after = STAGES[stage.key], AFTER[stage.key]
        clear = stage.key in "IUSG"
        p = None if stage.key == "R" else 0.00004 if clear else 0.41
        values = (around(before), around(after), changed(before, after))
        found.append(StageChange(stage.key, stage.title, stage.tap, *values, p, p, clear))
    return tuple(found)


def step_changes() -> tuple[StepChange, ...]:
    found = []
    for start, end in STEPS:
        before, after = (values[start] - values[end] for values in (STAGES, AFTER))
        title = f"lost from {start} to {end}"
        found.append(StepChange(start, end, title, around(before), around(after), changed(before, after)))
    return tuple(found)


def tap_changes() -> tuple[TapChange, ...]:
    found = []
    for i, p in enumerate(sample_diagnosis().curve):
        rise = 0.0 if p.part != "llm" else 0.004 * i if p.stream == "last" else -0.001 * i
        after = Interval(*(value + rise for value in (p.accuracy.value, p.accuracy.low, p.accuracy.high)))
        found.append(TapChange(p.tap, p.part, p.stream, p.depth, p.on_path, p.accuracy, after, around(rise, 0.02)))
    return tuple(found)


def sample_contrast(**changes) -> Contrast:
    whole = Contrast(
        run=ComparedRun("demo-tuned", "demo-tuned", "demo-tuned loses no stage by more than 5 points.", ()),
        headline="demo-tuned against demo: the answer in words gains 37 points.",
        proof="demo-tuned against demo: the first stage that changes is a probe of the best image-token layer (I), "
        "which gains 5.5 points (95 % interval 2.5 to 8.5), p < 0.001 with 6 stages judged at once; the answer in "
        "words gains 37.4 points (95 % interval 34.4 to 40.4).",
        located=Located(
            (),
            None,
            "encoder.block.0",
            (
                "The answer by likelihood: 38.1 points are gained (95 % interval 35.1 to 41.1).",
                "The first tap whose features differ is encoder.block.0; up to pixels they are equal, bit for bit.",
                "At V, C, I and U the baseline's probe is not shown to read more or less than before.",
            ),
        ),
        warnings=("The runs also differ in: prompt, probe. What changes may come from any of these.",),
        stages=stage_changes(),
        readers=tuple(stage for stage in stage_changes() if stage.key in "VCIU"),
        unread="",
        steps=step_changes(),
        total=changed(STAGES["R"] - STAGES["G"], AFTER["R"] - AFTER["G"]),
        taps=tap_changes(),
        only_before=(),
        only_after=("llm.block.30@image", "llm.block.30@last"),
        verdicts=tuple(VerdictChange(v.mode, v.title, v.state, "absent") for v in verdicts()),
        conditions=(
            Condition("model", "demo, revision 3f2c9d1", "demo-tuned, revision 81e02aa"),
            Condition("prompt", f"<image>\nWhich structure?\n{HOSTILE}", "<image>\nName the organ."),
            Condition("orders", "1", ""),
        ),
    )
    return replace(whole, **changes)


def sample_comparison(*contrasts: Contrast, **changes) -> Comparison:
    report = sample_diagnosis()
    whole = Comparison(
        cases=report.cases,
        classes=report.classes,
        evaluated=report.evaluated,
        groups=report.groups,
        seed=0,
        resamples=2000,
        baseline=ComparedRun("demo", "demo", report.headline, report.warnings),
        contrasts=contrasts or (sample_contrast(),),
        statements=report.statements,
    )
    return replace(whole, **changes)
