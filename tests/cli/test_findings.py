"""A set in which an image may show several findings: one diagnosis after another, and their mean."""

import json

import numpy as np
import PIL.Image


def chest(folder):
    """16 images; what is bright above shows `mass`, what is bright below `edema`; `rare` stands in one image only."""
    folder.mkdir()
    rng = np.random.default_rng(0)
    rows = ["image,Finding Labels,patient"]
    for i in range(16):
        pixels = rng.integers(0, 60, (40, 40)).astype(np.uint8)
        labels = []
        for k, name in enumerate(("mass", "edema")):
            if (i >> k) & 1:
                pixels[20 * k : 20 * k + 20] += 120
                labels.append(name)
        if i == 3:
            labels.append("rare")
        PIL.Image.fromarray(pixels).save(folder / f"{i}.png")
        rows.append(f"{i}.png,{'|'.join(labels) or 'No Finding'},p{i}")
    (folder / "set.csv").write_text("\n".join(rows))
    return folder / "set.csv"


def test_each_finding_has_a_run_and_all_have_a_mean(in_process, tiny_folder, tmp_path):
    given = (
        "diagnose", tiny_folder, chest(tmp_path / "chest"), "--out", tmp_path / "run", "--cache", tmp_path / "cache",
        "--folds", 2, "--permutations", 20, "--no-ladder",
    )  # fmt: skip
    status, said, progress = in_process(*given)
    assert status == 0, progress
    assert "finding 3 of 3: rare" in progress and "rare is left out: The class 'yes' has 1 case" in progress
    assert (tmp_path / "run" / "mass" / "report.html").is_file()
    document = json.loads((tmp_path / "run" / "findings.json").read_text())
    assert set(document["findings"]) == {"mass", "edema"} and set(document["left_out"]) == {"rare"}
    reports = [json.loads((tmp_path / "run" / name / "report.json").read_text()) for name in ("mass", "edema")]
    values = [next(s["accuracy"]["value"] for s in report["stages"] if s["key"] == "V") for report in reports]
    assert document["mean"]["accuracies"]["V"]["value"] == np.mean(values)
    assert "macro mean" in said and said.strip().splitlines()[-1].endswith("findings.json")
    status, _, progress = in_process(*given, "--finding", "mas")
    assert status == 2 and "did you mean 'mass'" in progress


def test_what_takes_one_finding_says_how_to_name_it(in_process, tmp_path):
    status, _, said = in_process("data", "inspect", chest(tmp_path / "chest"), "--cache", tmp_path / "cache")
    assert status == 2 and "holds 3 findings, several of which one image may show: edema, mass, rare; " in said
    assert said.rstrip().endswith("name one with --finding, or let `diagnose` take one after another.")
