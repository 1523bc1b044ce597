"""Real runs held against each other."""

from dataclasses import replace

import numpy as np
import pytest

from angiogram.compare.compare import compare
from angiogram.compare.comparison import Condition
from angiogram.diagnose.read.wording import CountedClass, CountedWord, Wording
from angiogram.errors import InputError
from angiogram.report.comparison.runs import open_runs
from tests.compare.made import answering, copied, edited


def contrast(*folders):
    (found,) = compare(open_runs(folders)).contrasts
    return found


def test_the_baselines_intervals_are_those_of_its_report(run_folder, other_folder):
    runs = open_runs((run_folder, other_folder))
    comparison = compare(runs)
    (found,) = comparison.contrasts
    report = {stage.key: stage.accuracy for stage in runs[0].diagnosis.stages}
    assert {stage.key: stage.before for stage in found.stages} == {k: v for k, v in report.items() if v is not None}
    curve = {point.tap: point.accuracy for point in runs[0].diagnosis.curve}
    assert {point.tap: point.before for point in found.taps} == curve
    mine, theirs = ({(s.start, s.end): s.loss for s in run.diagnosis.steps} for run in runs)
    shared = [step for step in found.steps if (step.start, step.end) in mine]
    assert len(shared) == 3
    assert all(step.before == mine[step.start, step.end] for step in shared)
    assert all(step.after.value == theirs[step.start, step.end].value for step in shared)
    assert (comparison.seed, comparison.resamples, comparison.evaluated) == (3, 400, 16)


def test_a_run_against_its_copy_changes_nowhere(run_folder, tmp_path):
    found = contrast(run_folder, copied(run_folder, tmp_path / "copy"))
    changes = [each.change for each in (*found.stages, *found.steps, *found.taps)]
    assert {change.value for change in changes} == {0.0} and found.total.value == 0.0
    assert all(change.low <= 0 <= change.high for change in changes)
    assert found.conditions == () and found.warnings == () and found.only_before == found.only_after == ()
    assert [verdict.before for verdict in found.verdicts] == [verdict.after for verdict in found.verdicts]
    assert found.headline == "copy against tiny: no stage is shown to change."
    assert found.proof.startswith("copy against tiny: no stage is shown to change, all intervals hold zero; ")
    assert found.located.fault == () and found.located.place is None


def test_answers_made_right_are_the_only_change_and_its_size_is_known(run_folder, tmp_path):
    (run,) = open_runs((run_folder,))
    labels = [run.diagnosis.classes[k] for k in run.predictions.labels]
    found = contrast(run_folder, answering(run_folder, tmp_path / "right", "G", lambda _: labels))
    *others, answer = found.stages
    assert {stage.change.value for stage in others} == {0.0}
    assert answer.change.value == pytest.approx(1 - np.mean(run.readings["G"])) and answer.changed
    assert [step.change.value for step in found.steps] == [0, 0, 0, -answer.change.value]
    assert "the only stage that changes is the answer in words (G), which gains " in found.proof
    assert found.headline.startswith("right against tiny: the answer in words gains ")


def test_the_first_changed_stage_of_the_flow_comes_first(run_folder, tmp_path):
    (run,) = open_runs((run_folder,))
    labels = [run.diagnosis.classes[k] for k in run.predictions.labels]
    wrong = [run.diagnosis.classes[(k + 1) % 4] for k in run.predictions.labels]
    right = answering(run_folder, tmp_path / "seen", "V", lambda _: labels)
    right = answering(right, tmp_path / "said", "G", lambda _: labels)
    blind = answering(run_folder, tmp_path / "blind", "V", lambda _: wrong)
    blind = answering(blind, tmp_path / "mute", "G", lambda _: wrong)
    proof = contrast(blind, right).proof
    assert proof.startswith("said against mute: the first stage that changes is a probe at the encoder's end (V)")
    assert "which gains 100 points (95 % interval " in proof and "p < 0.001 with 6 stages judged" in proof
    assert "; the answer in words gains 100 points" in proof
    worse = contrast(right, blind)
    assert "which loses 100 points" in worse.proof
    assert worse.headline == "mute against said: the answer loses 100 points; the class is lost in the vision encoder."
    assert worse.located.fault == ("vision",) and worse.located.first_tap is None  # a copy keeps no features


def test_the_order_of_the_cases_and_of_the_classes_does_not_matter(run_folder, other_folder, tmp_path):
    (first, second) = open_runs((run_folder, other_folder))
    named, order = second.predictions, np.random.default_rng(0).permutation(16)
    turned = replace(
        named,
        cases=tuple(named.cases[i] for i in order),
        groups=tuple(named.groups[i] for i in order),
        hashes=tuple(named.hashes[i] for i in order),
        labels=3 - named.labels[order],
        group_numbers=named.group_numbers[order],
        stages={key: 3 - k[order] for key, k in named.stages.items() if key != "G"},
        taps={tap: 3 - k[order] for tap, k in named.taps.items()},
    )
    other = replace(
        second, predictions=turned, diagnosis=replace(second.diagnosis, classes=second.diagnosis.classes[::-1])
    )
    with_g = replace(second, predictions=replace(named, stages={k: v for k, v in named.stages.items() if k != "G"}))
    assert compare((first, other)).contrasts[0].stages == compare((first, with_g)).contrasts[0].stages


def test_two_models_differ_in_model_alone_and_two_prompts_are_said(run_folder, other_folder, tmp_path):
    found = contrast(run_folder, other_folder)
    assert {condition.name for condition in found.conditions} == {"model"}
    assert found.warnings == () and len(found.taps) == 13
    (run,) = open_runs((run_folder,))
    facts = tuple(replace(f, value="Which?") if f.name == "prompt" else f for f in run.diagnosis.provenance)
    asked = replace(run, name="asked", diagnosis=replace(run.diagnosis, provenance=facts))
    (other,) = compare((run, asked)).contrasts
    assert [condition.name for condition in other.conditions] == ["prompt"]
    assert other.conditions[0].after == "Which?" and "Which structure is shown?" in other.conditions[0].before
    assert other.warnings == ("The runs also differ in: prompt. What changes may come from any of these.",)


def test_what_cannot_change_a_stage_is_listed_without_a_warning(run_folder):
    (run,) = open_runs((run_folder,))
    facts = tuple(replace(f, value="Which?") if f.name == "prompt" else f for f in run.diagnosis.provenance)
    more = {"batch_size": "4", "remedies": "True", "causal": "96", "prompts (digest)": "0"}
    asked = replace(
        run, name="asked", diagnosis=replace(run.diagnosis, provenance=facts), config={**run.config, **more}
    )
    (found,) = compare((run, asked)).contrasts
    assert [condition.name for condition in found.conditions] == ["prompt", "batch_size", "remedies", "causal"]
    assert (found.conditions[2].before, found.conditions[2].after) == ("no", "yes")
    assert found.warnings == ("The runs also differ in: prompt. What changes may come from any of these.",)
    unlike = replace(run, name="unlike", config={**run.config, "prompts (digest)": "0"})
    (found,) = compare((run, unlike)).contrasts
    assert [condition.name for condition in found.conditions] == ["prompts (digest)"] and found.warnings


def test_words_that_are_counted_for_a_class_are_said_where_they_differ(run_folder):
    (run,) = open_runs((run_folder,))

    def counting(**words):
        counted = tuple(CountedClass(name, tuple(CountedWord(text, 0.5) for text in of)) for name, of in words.items())
        answers = replace(run.diagnosis.answers, wording=Wording(counted))
        config = {**run.config, "prompts (digest)": str(hash(counted))}
        return replace(run, name="words", diagnosis=replace(run.diagnosis, answers=answers), config=config)

    wart = ("wart", "verruca")
    few, many = counting(mole=("mole",), wart=wart), counting(mole=("mole", "naevus", "nevus"), wart=wart)
    (found,) = compare((few, many)).contrasts
    assert found.conditions == (Condition("words counted for a class", "", "mole: naevus, nevus"),)
    assert "words counted for a class" in found.warnings[0]


def test_another_margin_changes_the_verdicts_and_no_stage(run_folder):
    (run,) = open_runs((run_folder,))
    facts = tuple(replace(f, value="2 points") if f.name == "margin" else f for f in run.diagnosis.provenance)
    strict = replace(run, name="strict", diagnosis=replace(run.diagnosis, provenance=facts))
    (found,) = compare((run, strict)).contrasts
    assert [condition.name for condition in found.conditions] == ["margin"]
    assert found.warnings == ("The verdicts were judged by different margins and may differ by that alone.",)


def test_taps_of_one_run_alone_are_named(run_folder):
    (run,) = open_runs((run_folder,))
    taps = {tap: k for tap, k in run.predictions.taps.items() if "block.2" not in tap}
    shallow = replace(run, name="shallow", predictions=replace(run.predictions, taps=taps))
    (found,) = compare((run, shallow)).contrasts
    assert found.only_before == ("llm.block.2@image", "llm.block.2@last") and found.only_after == ()
    assert len(found.taps) == 11 and "Only 11 taps have the same name in both runs" in found.warnings[0]


def test_several_runs_are_each_held_against_the_first(run_folder, other_folder, tmp_path):
    comparison = compare(open_runs((run_folder, other_folder, copied(run_folder, tmp_path / "copy"))))
    assert [each.run.name for each in comparison.contrasts] == ["other", "copy"]
    assert comparison.baseline.name == "tiny"


def test_one_run_is_no_comparison(run_folder):
    with pytest.raises(InputError, match="at least two runs"):
        compare(open_runs((run_folder,)))


@pytest.mark.parametrize(
    ("column", "edit", "said"),
    [
        ("case_id", lambda ids: ["new", *ids[1:]], r"\(16 and 16\).*only in 'tiny': '8'; only in 'b': 'new'"),
        ("group", lambda groups: ["another", *groups[1:]], "different groups for 1 of the 16 cases"),
        ("image_hash", lambda h: h[:2] + ["0"] * 14, r"\(pixels\) for 14 of the 16.*: '10', '11', '20' and 11 more"),
    ],
)  # fmt: skip
def test_runs_on_other_cases_are_refused_and_named(run_folder, tmp_path, column, edit, said):
    with pytest.raises(InputError, match=said):
        contrast(run_folder, edited(run_folder, tmp_path / "b", column, edit))


def test_other_labels_and_other_classes_are_refused(run_folder):
    (run,) = open_runs((run_folder,))
    labels = run.predictions.labels.copy()
    labels[:2] = (labels[:2] + 1) % 4
    other = replace(run, name="b", predictions=replace(run.predictions, labels=labels))
    with pytest.raises(InputError, match=r"'tiny' and 'b' have different labels for 2 of the 16 cases .*: '8', '9'"):
        compare((run, other))
    classes = (*run.diagnosis.classes[:3], "spleen")
    with pytest.raises(InputError, match=r"different classes .*only in 'tiny': 'left lung'; only in 'b': 'spleen'"):
        compare((run, replace(run, name="b", diagnosis=replace(run.diagnosis, classes=classes))))
