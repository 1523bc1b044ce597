"""`angiogram ask` as a user meets it: turns on the command line and at a terminal, readers, and its refusals."""

import os
import pty
import subprocess
import sys
from functools import partial
from pathlib import Path

import nibabel
import numpy as np
import PIL.Image
import pytest

from angiogram.answer.conversation import Conversation
from angiogram.imaging.read import Preparation, read_image

ANGIOGRAM = str(Path(sys.executable).parent / "angiogram")
QUESTIONS = ("Which structure is shown?", "On which side?")


@pytest.fixture
def image(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (56, 70), dtype=np.uint8)
    PIL.Image.fromarray(pixels).save(tmp_path / "chest.png")
    return tmp_path / "chest.png"


@pytest.fixture
def volume(tmp_path):
    values = np.random.default_rng(0).integers(-1000, 1000, (40, 40, 6)).astype(np.int16)
    nibabel.save(nibabel.Nifti1Image(values, np.eye(4)), tmp_path / "ct.nii.gz")
    return tmp_path / "ct.nii.gz"


@pytest.fixture
def ask(in_process, tiny_folder, tmp_path):
    return partial(in_process, "ask", "--cache", tmp_path / "cache", "--longest", "8", tiny_folder)


@pytest.fixture
def typing(tiny_folder, image, tmp_path):
    """The command without a question, at a terminal where this is typed."""
    keyboard, terminal = pty.openpty()

    def run(text):
        os.write(keyboard, text.encode())
        return subprocess.run(
            [ANGIOGRAM, "ask", tiny_folder, image, "--longest", "8", "--cache", tmp_path, "--device", "cpu"],
            stdin=terminal, capture_output=True, text=True, timeout=300,
        )  # fmt: skip

    yield run
    os.close(keyboard)
    os.close(terminal)


def answers(loaded, image, questions=QUESTIONS):
    """What the model says, as it is printed."""
    talk = Conversation(loaded, image, longest=8)
    said = [talk.ask(question).answer for question in questions]
    return "".join(f"{''.join(c if c.isprintable() else ' ' for c in answer)}\n" for answer in said)


def test_questions_on_the_command_line_are_turns_of_one_conversation(ask, tiny, image):
    status, said, progress = ask(image, *QUESTIONS)
    assert status == 0, progress
    assert said == answers(tiny, read_image(image))
    assert ask(image, QUESTIONS[0])[1] == answers(tiny, read_image(image), QUESTIONS[:1])
    assert "chest.png: " in progress and "cut off after 8 tokens; --longest allows more" in progress


def test_a_volume_is_shown_by_the_slice_that_is_asked_for(ask, tiny, volume):
    how = Preparation.parse("bone", "coronal", "3")
    status, said, progress = ask("--slice", "3", "--plane", "coronal", "--window", "bone", volume, QUESTIONS[0])
    assert status == 0, progress
    assert said == answers(tiny, read_image(volume, how), QUESTIONS[:1])
    assert "coronal" in progress and "3" in progress


def test_one_picture_of_an_archive(ask, tiny, tmp_path):
    pictures = np.random.default_rng(1).integers(0, 256, (3, 28, 28), dtype=np.uint8)
    np.savez(tmp_path / "set.npz", train_images=pictures)
    status, said, progress = ask(f"{tmp_path / 'set.npz'}#train/1", QUESTIONS[0])
    assert status == 0 and said, progress
    assert "There is no picture 'set.npz#train/9'" in ask(f"{tmp_path / 'set.npz'}#train/9", QUESTIONS[0])[2]


def test_at_a_terminal_it_asks_turn_by_turn_until_an_empty_line(typing, tiny, image):
    done = typing("\n".join([QUESTIONS[0], "What <|im_end|> is it?", QUESTIONS[1], "", "never asked"]))
    assert done.returncode == 0, done.stderr
    assert done.stdout.replace("> ", "") == answers(tiny, read_image(image))
    assert "special token '<|im_end|>'" in done.stderr  # refused, and the conversation went on


@pytest.mark.nightly
def test_ctrl_d_ends_it(typing):
    done = typing("\x04")
    assert done.returncode == 0 and done.stdout.strip() == ">" and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("missing.png", "Which?"), "There is no image 'missing.png'"),
        (("missing.nii.gz", "Which?"), "There is no NIfTI file 'missing.nii.gz'"),
        (("chest.png", " "), "A question is empty; ask it in words."),
        (("chest.png", "Which?", ""), "A question is empty; ask it in words."),
        (("chest.png",), "There is no question, and no terminal to ask for one"),
        (("chest.png", "Which?", "--longest", "0"), "at most 0 tokens"),
        (("chest.png", "Which?", "--window", "bone"), "A window is for DICOM and NIfTI files"),
        (("chest.png", "Which?", "--plane", "axail"), "did you mean 'axial'"),
        (("ct.nii.gz", "Which?", "--slice", "9"), "There is no slice 9"),
        (("chest.png", "Which?", "--device", "tpu"), "There is no device 'tpu'"),
    ],
)
def test_what_cannot_be_asked_is_one_sentence(ask, image, volume, monkeypatch, given, said):
    monkeypatch.chdir(image.parent)
    monkeypatch.setattr("angiogram.model.load.load_model", lambda *_: pytest.fail("the model was loaded"))
    status, out, error = ask(*given)
    assert status == 2 and not out and said in error and "Traceback" not in error


def test_an_unknown_model_has_a_nearest_name(in_process, image):
    status, _, error = in_process("ask", "dmo", image, "Which?")
    assert status == 2 and "There is no model 'dmo'; known are" in error and "did you mean 'demo'?" in error


def test_a_folder_of_several_series_must_be_chosen_from(ask, tmp_path):
    planted = pytest.importorskip("tests.imaging.dicom.planted_files", reason="the extra [dicom] is not installed")
    folder = planted.write_series(tmp_path / "scan", [0, 1, 2])
    planted.write_series(folder, [0, 1, 2, 3], first=3, SeriesInstanceUID=f"{planted.ROOT}.9")
    status, _, error = ask(folder, "Which?")
    assert status == 2 and "say which is meant (--series)" in error
    status, said, error = ask(folder, "Which?", "--series", "1")
    assert status == 0 and said, error
