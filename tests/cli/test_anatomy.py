"""`angiogram anatomy` as a user meets it."""

import re
import sys

import pytest
import yaml

from angiogram.cli.main import main
from angiogram.model.catalogue import catalogue
from tests.cli.test_main import angiogram
from tests.model.discover.unknown import write_vipllava


def tap_rows(printed):
    """name -> (module, read, tokens, path, width, MB)"""
    rows = [line.split() for line in printed.splitlines()]
    return {row[0]: row[1:] for row in rows if len(row) == 7 and re.fullmatch(r"\d+\.\d", row[-1])}


@pytest.fixture
def called(monkeypatch, capsys):
    """The verb in this process, which has imported torch already."""

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["angiogram", "anatomy", *arguments])
        try:
            main()
        except SystemExit as ended:
            if ended.code:
                raise
        return capsys.readouterr().out

    return call


def test_an_unknown_model_is_found_printed_and_written(called, tmp_path):
    write_vipllava(tmp_path / "model")
    printed = called(str(tmp_path / "model"), "--cases", "10", "--write", str(tmp_path / "found.yaml"))
    assert "vipllava (discovered). Certain: every part was found" in printed
    assert "16 of 16 image-token rows found in llm.in" in printed
    rows = tap_rows(printed)
    assert len(rows) == 15
    assert rows["encoder.block.3"][3] == "off" and rows["encoder.block.2"][3] == "on"
    assert rows["encoder.out"] == ["model.multi_modal_projector", "input", "image", "on", "96", "0.0"]
    floats = 768 + 5 * (4 * 32 + 96 + 32 + 32) + 3 * 6 * 32 + 32
    assert f"15 taps; 10 cases take {10 * 4 * floats:,} bytes" in printed
    assert yaml.safe_load((tmp_path / "found.yaml").read_text())["used_blocks"] == 3


def test_the_real_size_without_weights(called):
    printed = called("Lingshu-7B", "--meta")
    rows = tap_rows(printed)
    assert len(rows) == 93
    assert rows["llm.block.27@last"] == ["model.language_model.layers.27", "output", "last", "on", "3584", "14.3"]
    assert "93 taps; 1000 cases take 3,414,016,000 bytes (3.4 GB) of features." in printed


def test_the_papers_models_are_listed(called):
    lines = called("--list").splitlines()
    for entry in catalogue():
        line = next(line for line in lines if f"angiogram diagnose {entry.hub} " in line)
        assert line.startswith(entry.name) and entry.family in line and entry.licence in line
        assert line.endswith("--trust-remote-code") is (entry.config is None)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "Say which model"),
        (("embedded", "--cases", "0"), "--cases must be at least 1, not 0"),
        (("Hulu-Med-7B", "--meta"), "'Hulu-Med-7B' comes with its own code"),
        (("Lingshu-7", "--meta"), "did you mean 'Lingshu-7B'?"),
        (("demo", "--meta"), "the embedded model is built from packages; leave --meta out."),
        (("demo-tuned", "--meta"), "leave --meta out."),
        (("embedded", "--meta"), "leave --meta out."),
        (("./missing/model", "--meta"), "There is no folder './missing/model'."),
        (("~/missing", "--meta"), "There is no folder '~/missing'."),
    ],
)
def test_bad_input_is_one_sentence(called, capsys, arguments, message):
    with pytest.raises(SystemExit) as ended:
        called(*arguments)
    said = capsys.readouterr().err.strip().splitlines()[-1]
    assert ended.value.code == 2 and said.startswith("angiogram: ") and message in said


@pytest.mark.nightly
def test_without_a_network_it_is_one_sentence(monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    done = angiogram("anatomy", "owner/name", "--meta")
    assert done.returncode == 2
    assert done.stderr.startswith("angiogram: There is no folder 'owner/name' here, and it cannot be fetched from the")
    assert len(done.stderr.strip().splitlines()) == 1
