"""Every metric against cases computed by hand, and against its library where it has one."""

import math
from dataclasses import replace

import numpy as np
import pytest
import sacrebleu
from sklearn.metrics import balanced_accuracy_score, cohen_kappa_score, f1_score, roc_auc_score

from angiogram.data.annotations.tasks import TASKS
from angiogram.evaluate.judge.measure import Draws, measured
from angiogram.evaluate.metrics.bleu import bleu, sentence_bleu
from angiogram.evaluate.metrics.classes import accuracy, auroc, balanced_accuracy, likeliest, macro_f1, named
from angiogram.evaluate.metrics.clinical import clinical_metrics
from angiogram.evaluate.metrics.errors import mean_absolute_error, relative_error, within_tolerance
from angiogram.evaluate.metrics.grades import are_grades, quadratic_kappa
from angiogram.evaluate.metrics.labels import all_right, labels_auroc, macro_labels_f1, micro_f1
from angiogram.evaluate.metrics.meteor import NoSynonyms, meteor, synonyms
from angiogram.evaluate.metrics.metric import NotAssessedError
from angiogram.evaluate.metrics.overlap import exact_match, token_f1, token_recall
from angiogram.evaluate.metrics.places import accuracy_at_half, iou, mean_iou
from angiogram.evaluate.metrics.rouge import rouge
from angiogram.evaluate.metrics.scores import difference
from angiogram.evaluate.tasks.task import evaluated_task
from angiogram.statistics.bootstrap import resample_groups
from tests.evaluate.judged import judged, value

GRADES = ("normal", "mildly enlarged", "severely enlarged")


def reports(*pairs):
    return [judged("report", said, target, number) for number, (said, target) in enumerate(pairs)]


def classes(*pairs, options=GRADES, **more):
    return [
        judged("multi_class", said, label, number, label=label, options=options, **more)
        for number, (said, label) in enumerate(pairs)
    ]


def test_words_are_counted_as_by_hand():
    assert token_f1("the the the left lung", "the left lung") == pytest.approx(2 * 3 / (5 + 3))  # "the" counts once
    assert token_recall("the the the left", "the left lung") == pytest.approx(2 / 3)
    assert token_f1("", "lung") == token_recall("", "lung") == token_f1("heart", "lung") == 0
    assert exact_match("Left-lung!", "left lung") == 1 and exact_match("left", "left lung") == 0


def test_bleu_by_hand():
    # "the heart is large" / "the heart is very large": 4 of 4 words, brevity exp(1 - 5/4)
    found = reports(("the heart is large", "the heart is very large"), ("no mass", "no mass"))
    assert value(sentence_bleu(1), found) == pytest.approx((math.exp(1 - 5 / 4) + 1) / 2, abs=1e-9)
    # of the corpus: 6 of 6 words said, 7 wanted
    assert value(bleu(1), found) == pytest.approx(math.exp(1 - 7 / 6), abs=1e-9)
    # two words: 6/6 words, 3 of 4 pairs
    assert value(bleu(2), found) == pytest.approx(math.exp(1 - 7 / 6) * math.sqrt(3 / 4), abs=1e-9)


def test_bleu_is_sacrebleus_and_its_resamples_are_of_sums():
    pairs = [
        ("Heart size is normal.", "The heart size is normal."),
        ("Small effusion", "A small left effusion is seen"),
    ]
    found = reports(*pairs, *pairs)
    said, target = [one for one, _ in pairs * 2], [other for _, other in pairs * 2]
    theirs = sacrebleu.corpus_bleu(said, [target], lowercase=True).score / 100
    assert value(bleu(4), found) == pytest.approx(theirs, abs=1e-12)
    score = bleu(4).score(found)
    assert score.metric(score.parts.sum(axis=0)[None])[0] == pytest.approx(theirs, abs=1e-12)


def test_a_refusal_is_an_empty_report():
    found = reports(("I'm sorry, but I cannot provide a report.", "i am sorry"), ("no mass", "no mass"))
    assert value(bleu(1), found) == pytest.approx(math.exp(1 - 5 / 2))
    assert value(rouge("rouge1"), found) == value(meteor(), found) * 0 + 0.5


def test_rouge_by_hand():
    # stems: "lungs are clear" / "the lung is clear": 2 of 3 and 2 of 4
    found = reports(("lungs are clear", "the lung is clear"), ("no mass", "no mass"))
    assert value(rouge("rouge1"), found) == pytest.approx((2 * 2 / 7 + 1) / 2)
    assert value(rouge("rouge2"), found) == pytest.approx((0 + 1) / 2)
    assert value(rouge("rougeL"), found) == pytest.approx((2 * 2 / 7 + 1) / 2)


def test_meteor_by_hand_and_its_variant_says_whether_synonyms_count():
    # one of two words: P = R = 1/2, F = 1/2; one chunk of one match: penalty 1/2
    found = reports(("clear heart", "large heart"), ("clear heart", "large heart"))
    assert value(meteor(), found) == pytest.approx(0.5 * (1 - 0.5 * 1.0**3))
    said = "no synonyms" if isinstance(synonyms(), NoSynonyms) else "WordNet synonyms"
    assert said in meteor().variant and meteor().library == "nltk"


def test_classes_as_scikit_learn_has_them():
    pairs = [
        ("normal", "normal"),
        ("normal", "mildly enlarged"),
        ("severely enlarged", "severely enlarged"),
        ("no idea", "severely enlarged"),
        ("It is mildly enlarged", "mildly enlarged"),
        ("normal", "normal"),
    ]
    found = classes(*pairs)
    truth, said = named(found).truth, named(found).said
    assert said.tolist() == [0, 0, 2, -1, 1, 0]
    assert value(accuracy(), found) == pytest.approx(4 / 6)
    assert value(balanced_accuracy(), found) == pytest.approx((1 + 1 / 2 + 1 / 2) / 3)
    assert value(macro_f1(), found) == pytest.approx((4 / 5 + 2 / 3 + 2 / 3) / 3)
    with pytest.warns(UserWarning):
        assert value(balanced_accuracy(), found) == pytest.approx(balanced_accuracy_score(truth, said))
    assert value(macro_f1(), found) == pytest.approx(f1_score(truth, said, labels=[0, 1, 2], average="macro"))
    furthest = [0, 0, 2, 0, 1, 0]  # the unread answer to the highest grade
    assert value(quadratic_kappa(), found) == pytest.approx(cohen_kappa_score(truth, furthest, weights="quadratic"))
    score = quadratic_kappa().score(found)
    assert score.metric(score.parts.sum(axis=0)[None])[0] == pytest.approx(score.value)


def test_means_over_classes_are_resampled_by_the_same_function_of_the_cases():
    found = classes(*[("normal", "normal"), ("normal", "mildly enlarged"), ("?", "severely enlarged")] * 3)
    groups = np.arange(9)
    for metric in (balanced_accuracy(), macro_f1()):
        score = metric.score(found)
        (summed,) = score.summed(groups, 9)
        assert summed.value == pytest.approx(score.value)


def test_auroc_is_of_the_likelihoods_and_over_all_sets_of_options():
    rows = [(0.6, 0.3, 0.1), (0.5, 0.4, 0.1), (0.2, 0.3, 0.5), (0.55, 0.25, 0.2)]
    labels = ["normal", "mildly enlarged", "severely enlarged", "mildly enlarged"]
    three = [
        judged("multi_class", "?", label, i, row, label=label, options=GRADES)
        for i, (row, label) in enumerate(zip(rows, labels, strict=True))
    ]
    areas = [
        roc_auc_score([label == name for label in labels], [row[k] for row in rows]) for k, name in enumerate(GRADES)
    ]
    assert value(auroc(), three) == pytest.approx(np.mean(areas))
    assert value(likeliest(), three) == pytest.approx(2 / 4)
    views = [judged("multi_class", "?", view, 4 + i, row, label=view, options=("AP", "PA"))
             for i, (row, view) in enumerate([((0.9, 0.1), "AP"), ((0.2, 0.8), "PA")])]  # fmt: skip
    assert value(auroc(), [*three, *views]) == pytest.approx(np.mean([*areas, 1.0, 1.0]))
    with pytest.raises(NotAssessedError, match="two options"):
        auroc().score(three[:1])


def test_grades_are_known_by_their_words():
    assert are_grades(GRADES) and are_grades(("grade 0", "grade 1", "grade 2"))
    assert not are_grades(("yes", "no")) and not are_grades(GRADES[::-1]) and not are_grades(("AP", "PA", "lateral"))


def test_findings_by_hand_without_the_unsure_ones():
    options = ("edema", "effusion", "mass")
    found = [
        judged("multi_label", "edema, effusion", "x", 0, labels=("edema",), unsure=("effusion",), options=options),
        judged("multi_label", "mass", "x", 1, labels=("edema",), options=options),
        judged("multi_label", "no edema", "x", 2, labels=(), options=options),
        judged("multi_label", "who knows", "x", 3, labels=("mass",), options=options),
    ]
    # edema: 1 hit, 1 missed, 1 unread; effusion: unsure once, 1 unread; mass: 1 false, 1 missed
    assert value(micro_f1(), found) == pytest.approx(2 * 1 / (2 * 1 + 3 + 2))
    assert value(macro_labels_f1(), found) == pytest.approx((2 / 4 + 0 + 0) / 3)
    assert value(all_right(), found) == pytest.approx(2 / 4)
    with pytest.raises(NotAssessedError, match="likelihoods of the options are not known"):
        labels_auroc().score(found)


def test_the_area_of_each_finding_is_scikit_learns_over_its_known_cases():
    options, rng = ("edema", "effusion", "mass", "gas"), np.random.default_rng(0)
    scores, there = rng.normal(size=(12, 4)), rng.random((12, 4)) < 0.5
    there[:, 3] = True  # gas is always there: it has no curve
    found = [
        judged("multi_label", "none", "x", i, labels=tuple(np.array(options)[there[i] & (np.arange(4) != i % 7)]),
               unsure=(options[i % 7],) if i % 7 < 4 else (), options=options, likelihoods=np.exp(scores[i]))
        for i in range(12)
    ]  # fmt: skip
    known = np.arange(12)[:, None] % 7 != np.arange(4)
    areas = [roc_auc_score(there[known[:, k], k], scores[known[:, k], k]) for k in range(3)]
    assert value(labels_auroc(), found) == pytest.approx(np.mean(areas))
    estimate = labels_auroc().score(found).estimate(resample_groups(np.arange(12), 0, 500))
    drawn = [rng.integers(12, size=12) for _ in range(500)]
    resampled = [
        np.mean([roc_auc_score(there[at[known[at, k]], k], scores[at[known[at, k]], k]) for k in range(3)])
        for at in drawn
        if all(0 < there[at[known[at, k]], k].mean() < 1 for k in range(3))
    ]
    assert estimate.samples.std() == pytest.approx(np.std(resampled), rel=0.25)
    assert 5 < estimate.groups < 12  # all findings together carry the mean, not the rarest alone
    assert estimate.interval().low == pytest.approx(np.quantile(resampled, 0.025), abs=0.15)
    blind = [replace(each, likelihoods=np.zeros(4)) for each in found]  # without an image all are alike
    tied = labels_auroc().score(blind).estimate(resample_groups(np.arange(12), 0, 500)).interval()
    assert tied.value == 0.5 and 0.4 < tied.low <= 0.5 <= tied.high < 0.7
    with pytest.raises(NotAssessedError, match="with a finding and cases without"):
        labels_auroc().score(found[:1])


def test_boxes_by_hand():
    true = (0.2, 0.2, 0.6, 0.6)
    found = [
        judged("rec", said, "x", i, box=true) for i, said in enumerate(("[20, 20, 60, 60]", "[40, 20, 80, 60]", "?"))
    ]
    assert iou((0.0, 0.0, 0.5, 1.0), (0.25, 0.0, 0.75, 1.0)) == pytest.approx(1 / 3)
    assert iou((0.0, 0.0, 0.1, 0.1), (0.5, 0.5, 0.9, 0.9)) == 0
    assert value(mean_iou(), found) == pytest.approx((1 + 1 / 3 + 0) / 3)
    assert value(accuracy_at_half(), found) == pytest.approx(1 / 3)


def test_numbers_by_hand():
    truth = {"quantity": "CTR", "value": 0.5, "unit": "ratio"}
    found = [judged("calculation", said, "x", i, **truth) for i, said in enumerate(("0.5", "60 %", "0.54", "12 cm"))]
    assert value(mean_absolute_error(), found) == pytest.approx((0 + 0.1 + 0.04) / 3)
    assert value(relative_error(), found) == pytest.approx((0 + 0.2 + 0.08) / 3)
    assert value(within_tolerance(), found) == pytest.approx(2 / 4)
    with pytest.raises(NotAssessedError, match="no number"):
        mean_absolute_error().score(found[3:])
    mixed = [*found, judged("calculation", "3 mm", "x", 9, quantity="width", value=3.0, unit="mm")]
    with pytest.raises(NotAssessedError, match="several units: mm, ratio"):
        mean_absolute_error().score(mixed)


def test_a_difference_is_paired_and_never_without_width():
    good, bad = (
        classes(*[("normal", "normal"), ("mildly enlarged", "mildly enlarged")] * 10),
        classes(*[("?", "normal"), ("mildly enlarged", "mildly enlarged")] * 10),
    )
    draws = resample_groups(np.arange(20))
    for metric in (accuracy(), balanced_accuracy()):
        apart = difference(metric.score(good), metric.score(bad), draws).interval()
        assert apart.value == pytest.approx(0.5) and 0.1 < apart.low < 0.5 < apart.high < 0.9
        same = difference(metric.score(good), metric.score(good), draws).interval()
        assert same.value == 0 and same.low < -0.02 and same.high > 0.02


def test_every_metric_says_who_computes_it():
    for task in TASKS:
        for metric in evaluated_task(task).metrics():
            assert metric.version and metric.variant and metric.library in (
                "angiogram", "sacrebleu", "rouge-score", "nltk", "scikit-learn"
            )  # fmt: skip


def test_clinical_metrics_say_what_to_install_or_to_bring(tmp_path):
    found = reports(("no mass", "no mass"), ("mass", "no mass"))
    for metric in (*clinical_metrics(None), *clinical_metrics(tmp_path)):
        with pytest.raises(
            NotAssessedError, match=r"pip install 'angiogram\[radeval\]'|--metric-weights FOLDER|has no"
        ):
            metric.score(found)


def test_an_error_over_one_number_has_no_interval_and_counts_one():
    truth = {"quantity": "CTR", "value": 0.5, "unit": "ratio"}
    found = dict(enumerate(judged("calculation", said, "x", i, **truth) for i, said in enumerate(("0.6", "?", "no"))))
    result = measured(mean_absolute_error(), {"real": found}, Draws(0, 100))
    assert result is not None and result.real is not None
    assert (result.cases, result.real.value) == (1, pytest.approx(0.1))
    assert np.isnan([result.real.low, result.real.high]).all()
    share = measured(within_tolerance(), {"real": found}, Draws(0, 100))
    assert share is not None and share.cases == 3


def test_an_answer_that_could_not_be_read_is_wrong_also_where_nothing_is_there():
    truth = {"labels": (), "options": ("edema", "mass")}
    found = [judged("multi_label", "edema", "x", 0, labels=("edema",), options=("edema", "mass"))]
    found += [judged("multi_label", "I see things.", "none", i, **truth) for i in range(1, 10)]
    assert value(micro_f1(), found) == pytest.approx(2 / 20)  # one of one, and 18 that are not there
    assert value(all_right(), found) == pytest.approx(0.1)


def test_differences_of_errors_are_over_what_was_read_in_both():
    truth = {"quantity": "CTR", "value": 0.5, "unit": "ratio"}
    real, blind = (
        dict(
            enumerate(judged("calculation", said, "x", i, **truth) for i, said in enumerate([first] * 5 + [second] * 5))
        )
        for first, second in (("0.9", "0.5"), ("0.9", "?"))
    )
    result = measured(mean_absolute_error(), {"real": real, "blind": blind}, Draws(0, 100))
    assert result is not None and result.real_minus_blind is not None and result.blind is not None
    assert result.real_minus_blind.value == 0
    assert (result.cases, result.blind.value) == (10, pytest.approx(0.4))
