"""A made-up diagnosis with the size and the nastiness of a real one: 24 classes, 79 taps, hostile strings."""

import base64
import io
import math
from dataclasses import replace

import numpy as np
from PIL import Image
from tests.report.nuisance_sample import sample_nuisance

from angiogram.data.audit.pair import ListedPair
from angiogram.data.grouping import Grouping
from angiogram.data.making import Making, Step
from angiogram.diagnose.cause.result import ByClass, Causes, Interchange, Window
from angiogram.diagnose.collect.reference import TrainedReference
from angiogram.diagnose.picture.examples import Example
from angiogram.diagnose.picture.result import EvidenceMap, FeatureMap
from angiogram.diagnose.read.answers import Answers, Orders
from angiogram.diagnose.read.measured import Confusion, CurvePoint, HealthScore, LensPoint, LossStep, Stage, Utilisation
from angiogram.diagnose.read.wording import CountedClass, CountedWord, Spelling, Wording
from angiogram.diagnose.repair.remedies.tried import Tried
from angiogram.diagnose.repair.rung import Ladder, Rung
from angiogram.diagnose.tell.diagnosis import Beside, Card, Diagnosis, Difference, Fact
from angiogram.diagnose.tell.leakage import Leakage
from angiogram.statistics.interval import Interval

HOSTILE = "<script>alert('x')</script>"
ORGANS = (
    "right upper lobe", "right middle lobe", "right lower lobe", "left upper lobe", "left lower lobe", "liver",
    "spleen", "stomach", "colon", "small bowel", "duodenum", "pancreas", "right kidney", "left kidney", "heart",
    "aorta", "oesophagus", "trachea", "right scapula", "left scapula", "thoracic vertebra", "lumbar vertebra",
    "superior vena cava", "inferior vena cava",
)  # fmt: skip
CASES = 538
SAMPLE_EXAMPLES = 6
STAGES = {"R": 0.781, "V": 0.823, "C": 0.796, "I": 0.742, "U": 0.688, "S": 0.461, "G": 0.407}
STEPS = (
    ("R", "V", "vision", "not in the encoder's features"),
    ("V", "C", "connector", "lost in the connector"),
    ("C", "I", "comprehension", "lost in the image tokens"),
    ("I", "U", "comprehension", "encoded but not routed to the last token"),
    ("U", "S", "mapping", "known at the last token but not preferred"),
    ("S", "G", "mapping", "preferred but not said"),
)
TITLES = {
    "R": ("Specialist CNN", None),
    "V": ("Vision encoder's end", "encoder.out"),
    "C": ("After the connector", "connector.out"),
    "I": ("Best image-token layer", "llm.block.11@image"),
    "U": ("Last token, LLM's end", "llm.norm@last"),
    "S": ("Constrained answer", None),
    "G": ("Generated answer", None),
}


MADE = ("times 1 plus -1024 to HU", "window -160..240 HU to grey 0..255", f"a step {HOSTILE}")


def around(value: float, half: float = 0.035) -> Interval:
    return Interval(value, value - half, value + half)


def point(tap, part, stream, depth, width, value) -> CurvePoint:
    value = round(min(0.99, max(0.01, value)), 4)
    twin = 0.52 if part == "pixels" else 0.34 + 0.05 * math.sin(depth / 3)
    return CurvePoint(
        tap, part, stream, depth, width, True, around(value), around(value - 0.01),
        around(0.5 + value / 2), around(value - 0.02), around(0.04), around((value - 0.06) / 0.94), 10.0, twin,
        value + 0.01 if stream == "image" else None, value - 0.03, 1 + 2 * value,
    )  # fmt: skip


def taps() -> tuple[CurvePoint, ...]:
    points = [point("pixels", "pixels", "image", 0, 256, 0.52)]
    for i in range(12):
        points.append(point(f"encoder.block.{i}", "encoder", "image", 1 + i, 384, 0.88 - 0.69 * math.exp(-i * 0.75)))
    points.append(point("encoder.out", "encoder", "image", 13, 384, STAGES["V"]))
    points.append(point("connector.out", "connector", "image", 14, 576, STAGES["C"]))
    points.append(point("llm.in", "llm", "image", 15, 576, 0.79))
    for i in range(30):
        wave = 0.742 - 0.0009 * (i - 11) ** 2 if i < 22 else 0.742 - 0.11 - 0.012 * (i - 22)
        points.append(point(f"llm.block.{i}@image", "llm", "image", 16 + i, 576, wave))
        rise = 0.11 + 0.61 / (1 + math.exp(-(i - 13) / 2.2)) - 0.001 * i
        points.append(point(f"llm.block.{i}@last", "llm", "last", 16 + i, 576, rise))
    points.append(point("llm.norm@image", "llm", "image", 46, 576, 0.53))
    points.append(point("llm.norm@last", "llm", "last", 46, 576, STAGES["U"]))
    return tuple(points)


def lens() -> tuple[LensPoint, ...]:
    def read(block: int) -> float:
        return 0.06 + 0.4 / (1 + math.exp(-(block - 19) / 1.5))

    return tuple(
        LensPoint(i, f"llm.block.{i}@last", 16 + i, around(read(i)), around(min(1.0, 2 * read(i)))) for i in range(30)
    )


def matrix(right: float, unparsed: bool, classes: int = 24) -> tuple[tuple[int, ...], ...]:
    rng = np.random.default_rng(7)
    counts = np.zeros((classes, classes + unparsed), dtype=int)
    for i in range(classes):
        for _ in range(22):
            place = i if rng.random() < right else int(rng.integers(max(0, i - 3), min(classes + unparsed, i + 4)))
            counts[i, place] += 1
    return tuple(tuple(int(n) for n in row) for row in counts)


def thumbnail(seed: int, size: int = 112) -> str:
    y, x = np.mgrid[:size, :size] / size
    rng = np.random.default_rng(seed)
    pixels = 120 + 90 * np.sin(6 * x + seed) * np.cos(5 * y - seed) + rng.normal(0, 8, (size, size))
    file = io.BytesIO()
    Image.fromarray(pixels.clip(0, 255).astype("uint8")).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def stages(values: dict[str, float | None]) -> tuple[Stage, ...]:
    notes = {"I": "the layer is chosen inside the training folds"}
    return tuple(
        Stage(key, TITLES[key][0], TITLES[key][1], None if value is None else around(value), notes.get(key, ""))
        for key, value in values.items()
    )


def steps(values: dict[str, float | None]) -> tuple[LossStep, ...]:
    return tuple(
        LossStep(start, end, mode, title, around(values[start] - values[end], 0.028))
        for start, end, mode, title in STEPS
        if values[start] is not None and values[end] is not None
    )


def verdicts() -> tuple[Card, ...]:
    return (
        Card("vision", "Vision representation", "absent", around(-0.042, 0.04), 0.05, 1.0,
                "The encoder's end carries at least what a specialist reads from the same pixels.", None, 0.03, ()),
        Card("connector", "Connector fidelity", "undetermined", around(0.027, 0.028), 0.05, 0.41,
                "The connector loses 2.7 points, and the interval crosses the margin.", 1240, 0.056,
                ("Diagnose about 1,240 cases.", "Try a connector with more tokens.")),
        Card("comprehension", "LLM comprehension", "present", Interval(0.108, 0.071, 0.146), 0.05, 0.004,
                "Half of it is lost in the image tokens, half on the way to the last token.", None, 0.04,
                ("Re-fit the connector with the LLM frozen.", "Tune attention in blocks 8 to 16 with LoRA.")),
        Card("mapping", "Semantic mapping", "present", Interval(0.281, 0.238, 0.325), 0.05, 0.00001,
                'The last token holds "left kidney" where the answer says <b>"right kidney"</b>.', None, 0.04,
                ("Calibrate the label likelihoods.", "Tune the LLM on the question that is asked.")),
    )  # fmt: skip


def ladder() -> Ladder:
    def rung(place, outcome, after, said=None, **controls) -> Rung:
        recovered = Interval(after - 0.458, after - 0.51, after - 0.41)
        return Rung(place, f"What was done: {HOSTILE}.", outcome, "S", 0.458, 0.796, around(after, 0.05), recovered,
                    said=said, cases=256, passes=2_352 if said else 0, **controls)  # fmt: skip

    return Ladder(
        Interval(0.338, 0.29, 0.39),
        Interval(0.389, 0.34, 0.44),
        (
            rung("own words", "does not", 0.31, permuted=0.05),
            rung("exchanged names", "does not", 0.47, permuted=0.06),
            rung("mapped names", "brings it back", 0.74, permuted=0.09, random=0.33),
            rung("read-out", "brings it back", 0.688, permuted=0.118, random=0.3),
            Rung("image tokens", "Left out: about 2352 passes, where 100 of 4800 are left.", "not tried",
                 "S", 0.458, 0.796, cases=256),
            rung("connector output", "brings it back", 0.76, around(0.7), permuted=0.07, random=0.21),
            rung("encoder output", "brings a part back", 0.55, around(0.5)),
            rung("input", "does not", 0.46, around(0.41)),
        ),
        4_800,
    )  # fmt: skip


def tried() -> tuple[Tried, ...]:
    block = Tried("another encoder block", ("vision",), "A hint: the encoder was read at encoder.block.8.",
                  "the probe at the encoder's end (V)", 0.823, around(0.851), Interval(0.028, -0.004, 0.06),
                  0.043, 0.086, 0.042, "undecided", CASES, "none: no further pass")  # fmt: skip
    read_out = Tried("read-out", ("connector", "comprehension", "mapping"), f"A probe read {HOSTILE}.",
                     "the answer in words (G)", 0.407, around(0.833), Interval(0.426, 0.381, 0.472), 0.00001,
                     0.00004, 0.042, "gain", CASES, "none: no further pass")  # fmt: skip
    labels = Tried("calibrated labels", ("mapping",), "The likelihoods were read in the best way.",
                   "the likelihoods as they are", 0.461, around(0.463), Interval(0.002, -0.01, 0.014), 0.37, 0.37,
                   0.042, "no gain", CASES, "none: no further pass")  # fmt: skip
    return block, read_out, labels


def causes() -> Causes:
    def window(first: int, last: int, rows: str, drop: float) -> Window:
        used = drop > 0.09
        blocks, changed = tuple(range(first, last + 1)), around(drop + 0.08, 0.07)
        return Window(blocks, rows, around(0.458 - drop, 0.08), changed, around(drop, 0.07), 0.4 * drop + 0.01, used)

    windows = tuple(
        window(first, first + 5, rows, high * math.exp(-(((first - middle) / 4) ** 2)))
        for rows, high, middle in (("last", 0.16, 15), ("later", 0.24, 9))
        for first in range(0, 25, 3)
    )
    places = (None, *range(2, 30, 3))
    return Causes(
        cases=96,
        groups=33,
        blocks=30,
        accuracy=around(0.458, 0.09),
        majority=0.042,
        windows=windows,
        whole=(window(0, 29, "last", 0.2), window(0, 29, "later", 0.4)),
        pairs=41,
        interchange=tuple(
            Interchange(
                "connector.out" if block is None else f"llm.block.{block}",
                block,
                around(0.95 / (1 + math.exp(((block or 0) - 12) / 3)), 0.05),
                around(0.9 - 0.88 / (1 + math.exp(((block or 0) - 14) / 3)), 0.05),
                around(0.95 / (1 + math.exp(((block or 0) - 12) / 3)) - 0.47, 0.06),
                (block or 0) < 20,
            )
            for block in places
        ),
        by_class=ByClass(70, around(0.214, 0.09), around(0.857, 0.08), around(0.643, 0.1)),
        findings=(
            "The reading is narrowed to blocks 3 to 17, as far as these cases show. Cut off from every later token in "
            "any one of the 4 windows of blocks that are seen to be needed, the answer changes in at least 9 % of the "
            "cases (95 % interval, for all cuts together).",
            f"Decodable but not seen to be used: behind blocks 20 to 28 {HOSTILE}.",
        ),
        notes=("Images were exchanged between cases of as many image tokens only.",),
        passes=2_902,
    )


def beside() -> Beside:
    there = {"R": 0.781, "V": 0.831, "C": 0.812, "I": 0.797, "U": 0.803, "S": 0.788, "G": 0.781}
    pairs = tuple(Difference(k, STAGES[k], v, around(v - STAGES[k], 0.03)) for k, v in there.items())
    states = (("vision", "absent"), ("connector", "absent"), ("comprehension", "undetermined"), ("mapping", "absent"))
    return Beside("demo-tuned", "demo-tuned loses no stage by more than the margin of 5 points.", pairs, states)


def leakage() -> Leakage:
    pair = ListedPair("leak", "near", 0.9712, "z9", "set/z9.png", "liver", HOSTILE, f"set/{HOSTILE}.png", "liver")
    return Leakage(
        leaked=3, exact=1, divided_groups=0, affected=3, share=3 / CASES, conflicts=0, within=5,
        grouping=Grouping(CASES + 60, CASES + 60, CASES + 52, 3), accuracies=(("V", 0.823, 0.822), ("G", 0.407, 0.404)),
        findings=(f"3 of the {CASES} tested cases have a duplicate among the cases that teach: 1 exact, 2 near.",),
        pairs=(pair,),
    )  # fmt: skip


def no_leakage() -> Leakage:
    return Leakage(0, 0, 0, 0, 0.0, 0, 0, Grouping(CASES, CASES, CASES, 1), (), (), ())


def evidence(case: str, label: str, seed: int) -> tuple[EvidenceMap, ...]:
    """Votes for a spot, weaker and wider from stage to stage."""
    y, x = np.mgrid[:24, :24] / 24
    maps = []
    for wider, (stage, tap) in enumerate((("V", "encoder.out"), ("C", "connector.out"), ("I", "llm.block.11@image"))):
        away = (x - 0.2 - seed / 10) ** 2 + (y - 0.5) ** 2
        raster = np.round(1.9 * np.exp(-away * 25 / (1 + wider)) / (1 + wider) - 0.2, 5)
        cells = tuple(tuple(row) for row in raster.tolist())
        maps.append(EvidenceMap(case, stage, tap, label, float(raster.mean()), 1 / len(ORGANS), cells))
    return tuple(maps)


def feature_map(stage: str, tap: str, apart: float) -> FeatureMap:
    rng = np.random.default_rng(3)
    labels = np.arange(CASES) % 24
    places = (rng.normal(0, apart, (24, 2))[labels] + rng.normal(size=(CASES, 2))).round(3)
    by_class = tuple(None if i == 23 else round(math.sin(i) / 2, 4) for i in range(24))
    return FeatureMap(stage, tap, 0.21, by_class, tuple((x, y) for x, y in places.tolist()), tuple(labels.tolist()))


def sample_diagnosis(**changes) -> Diagnosis:
    says = (("R", "left kidney"), ("V", "left kidney"), ("C", "left kidney"), ("U", "left kidney"),
            ("S", "right kidney"), ("G", None))  # fmt: skip
    words = f'It is {HOSTILE} "maybe" a kidney\u202e'
    nasty = Example('case "7" & <7>', "left kidney", says, words, thumbnail(1), MADE)
    plain = tuple(
        Example(f"z{i:03d}/organ-{i}", ORGANS[i], (("R", ORGANS[i]), ("V", ORGANS[i]), ("C", ORGANS[i]),
                ("U", ORGANS[i]), ("S", ORGANS[i + 1]), ("G", ORGANS[i + 1])), f"{ORGANS[i + 1]}.", thumbnail(i), MADE)
        for i in range(2, 7)
    )  # fmt: skip
    health = tuple(
        HealthScore(
            name,
            a,
            b,
            start,
            low,
            end,
            math.log(end / math.sqrt(start * low)),
            0.95,
            score,
            ((0.0, score + 0.02), (0.2, score), (0.8, score - 0.06)),
            around((start - 0.06) / 0.94),
            around((end - 0.06) / 0.94),
            around(kept),
        )
        for name, a, b, start, low, end, score, kept in (
            ("Vision encoder", "encoder.block.0", "encoder.out", 0.19, 0.19, 0.823, 1.772, 1.06),
            ("Connector", "encoder.out", "connector.out", 0.823, 0.796, 0.796, 0.779, 0.97),
            ("LLM", "llm.in", "llm.norm@last", 0.79, 0.11, 0.688, 1.031, 0.86),
        )
    )
    whole = Diagnosis(
        model="demo",
        cases="organ crops",
        classes=(*ORGANS[:-1], f'vena "cava" {HOSTILE}'),
        evaluated=CASES,
        groups=33,
        headline="The image is lost in the hand-over or language model: 33 points of 79 (interval 29 to 37).",
        proof=(
            "From this model alone the hand-over to the language model and the language model cannot be told apart.",
            f"A re-fit of the connector's output brings it back: right in 76 %, 46 % before {HOSTILE}.",
        ),
        fault=("hand-over", "language model"),
        among=(),
        not_assessed=("Whether the decodable information is used: causal tests were not run (--causal).",),
        warnings=(
            "The two poolings disagree by 7.1 points at connector.out: a mean may hide what the LLM still sees.",
            "3 cases were quarantined and are in no number.",
        ),
        majority=0.061,
        null_band=0.118,
        permutations=100,
        curve=taps(),
        lens=lens(),
        forming="The answer forms at LLM block 23 of 0 to 29, as far as these cases show.",
        nuisance=sample_nuisance(taps(), HOSTILE),
        stages=stages(STAGES),
        steps=steps(STAGES),
        total=Interval(STAGES["R"] - STAGES["G"], 0.329, 0.421),
        verdicts=verdicts(),
        ladder=ladder(),
        tried=tried(),
        causes=causes(),
        health=health,
        utilisation=Utilisation(
            "connector.out",
            around(STAGES["S"]),
            around(STAGES["C"]),
            around(0.37),
            around(0.214, 0.08),
            "It uses 21 %.",
        ),
        confusions=(
            Confusion("V", "probe at the encoder's end", matrix(0.8, False)),
            Confusion("U", "probe at the last token", matrix(0.68, False)),
            Confusion("S", "constrained answer", matrix(0.45, False)),
            Confusion("G", "generated answer", matrix(0.35, True)),
        ),
        examples=(nasty, *plain),
        evidence=tuple(e for i, each in enumerate((nasty, *plain)) for e in evidence(each.case, each.label, i)),
        making=Making(
            CASES,
            (Step(MADE[0], CASES, 1), Step(MADE[1], CASES, 3), Step(MADE[2], 12, 1)),
            0,
            "auto",
        ),
        maps=(
            feature_map("V", "encoder.out", 9.0),
            feature_map("C", "connector.out", 4.0),
            feature_map("U", "llm.norm@last", 1.0),
        ),
        answers=Answers(
            f"<image>\nWhich structure is at the centre? Answer with one of: {', '.join(ORGANS)}.",
            (("summed, raw", 0.387), ("per token, raw", 0.402), ("summed, calibrated", 0.461)),
            Orders(0.125, (0.45, 0.46, 0.43)),
            0.958,
            412,
            88,
            38,
            ((f"I think {HOSTILE}", 21), ('The "structure"', 12), ("", 5)),
            Wording(
                (
                    CountedClass("liver", (CountedWord("liver", 0.81), CountedWord(f"hepatic {HOSTILE}", 0.19))),
                    CountedClass("spleen", (CountedWord("spleen", 1.0), CountedWord("spleen, left", None))),
                ),
                Spelling((("left_kidney", "left kidney"), (HOSTILE, "hostile")), around(0.52), around(0.06)),
            ),
        ),
        beside=(beside(),),
        quarantined=(
            ("z017/liver-3.dcm", "the file ends after 1,024 bytes"),
            (HOSTILE, "not an image"),
            ("z1", "no pixels"),
        ),
        leakage=leakage(),
        statements=(
            "One patient: a single contrast CT. Labels by TotalSegmentator, not by a radiologist.",
            "Organ recognition, not diagnosis.",
        ),
        references=(
            TrainedReference("cnn", "a ResNet trained from scratch, in grey", around(0.762), 0.771, 0.0),
            TrainedReference("tower", f"the model's own vision encoder {HOSTILE}", around(STAGES["R"]), 0.802, 1.0),
        ),
        provenance=(
            Fact("Model", "demo, revision 3f2c9d1"),
            Fact("Preprocessing", "window -160..240 HU, 112 px, mean 0.5, deviation 0.25"),
            Fact("Split", "interleaved z-blocks of 4 slices, 1 slice of gap; 1,500 train, 538 held out"),
            Fact("Time", "141 s, peak memory 2.1 GiB"),
            Fact("Versions", "angiogram 0.1, torch 2.13, transformers 5.1"),
        ),
    )
    return replace(whole, **changes)


def without_reference() -> Diagnosis:
    values = {**STAGES, "R": None}
    first, *rest = verdicts()
    silent = replace(first, state="not assessed", loss=None, p_adjusted=None, smallest_margin=None,
                     evidence="No specialist was trained.", next_steps=("Run with --reference cnn.",))  # fmt: skip
    return sample_diagnosis(
        stages=stages(values),
        references=(),
        steps=steps(values),
        total=around(STAGES["V"] - STAGES["G"]),
        verdicts=(silent, *rest),
        not_assessed=("Failure mode 1: no specialist was trained, so what the pixels allow is not known.",),
    )


def two_classes() -> Diagnosis:
    return sample_diagnosis(
        classes=("normal", "pneumonia"),
        confusions=(Confusion("G", "generated answer", ((210, 20, 4), (31, 350, 9))),),
        majority=0.62,
        beside=(),
        examples=(),
        quarantined=(),
        leakage=no_leakage(),
        warnings=(),
        not_assessed=(),
    )
