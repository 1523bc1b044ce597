import errno
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from angiogram.errors import InputError
from angiogram.files import alone_in, atomic_file, atomic_folder, writing_to
from angiogram.train.checkpoint import Checkpoint


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 256 KiB."""
    if os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root")
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk], capture_output=True).returncode:
        pytest.skip("this machine does not let tests mount a small disk")
    yield disk
    subprocess.run(["umount", disk], check=True)


def save_with_numpy(folder, rows):
    np.save(folder / "a.npy", np.zeros((rows, 256)))


def save_with_safetensors(folder, rows):
    save_file({"a": torch.zeros(rows, 256)}, folder / "a.safetensors")


def save_with_torch(folder, rows):
    torch.save(torch.zeros(rows, 256), folder / "a.pt")


def save_text(folder, rows):
    (folder / "a.txt").write_text("x" * rows * 1024)


# Both far above the 256 KiB and just above it: libraries differ in what a half-written block raises.
@pytest.mark.parametrize("rows", [300, 4000])
@pytest.mark.parametrize("save", [save_with_numpy, save_with_safetensors, save_with_torch, save_text])
def test_a_full_disk_is_one_sentence_and_nothing_stays(small_disk, save, rows):
    with pytest.raises(InputError, match="The disk is full"), atomic_folder(small_disk / "kept") as folder:
        save(folder, rows)
    assert list(small_disk.iterdir()) == []


@pytest.mark.parametrize("width", [110, 150, 1000])
def test_a_checkpoint_on_a_full_disk_leaves_the_last_one(small_disk, width):
    model = torch.nn.Linear(width, width)
    optimizer = torch.optim.AdamW(model.parameters())
    model(torch.ones(1, width)).sum().backward()
    optimizer.step()
    rates = torch.optim.lr_scheduler.ConstantLR(optimizer)
    kept = small_disk / "run.checkpoint"
    kept.mkdir()
    (kept / "step.json").write_text('{"step": 1}')
    (small_disk / "other").write_bytes(bytes(120 * 1024))
    with pytest.raises(InputError, match="The disk is full"):
        Checkpoint(kept, model, optimizer, rates, {"recipe": "one"}).save(2)
    assert (kept / "step.json").read_text() == '{"step": 1}'
    assert {path.name for path in small_disk.iterdir()} == {"run.checkpoint", "other"}


@pytest.mark.parametrize("code", [errno.ENOENT, errno.EISDIR, errno.ENAMETOOLONG, errno.EIO, errno.EFBIG, errno.EROFS])
def test_a_refusal_of_the_system_is_one_sentence(tmp_path, code):
    with pytest.raises(InputError, match="cannot be written: "), writing_to(tmp_path / "x"):
        raise OSError(code, os.strerror(code))


def test_names_that_cannot_be_written_are_one_sentence(tmp_path):
    (tmp_path / "file").write_text("x")
    for path in (tmp_path / "file" / "x", tmp_path / ("x" * 300)):
        with pytest.raises(InputError, match="cannot be written"), atomic_file(path) as temporary:
            temporary.write_text("x")
        with pytest.raises(InputError, match="cannot be written"), atomic_folder(path):
            pass


def test_a_mistake_of_ours_is_not_called_a_full_disk(tmp_path):
    with pytest.raises(ZeroDivisionError), atomic_folder(tmp_path / "x"):
        _ = 1 / 0
    with pytest.raises(InputError, match="mine"), atomic_file(tmp_path / "x"):
        raise InputError("mine")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_takes_the_place_of_what_was_there(tmp_path):
    for text in ("old", "new"):
        with atomic_folder(tmp_path / "x") as folder:
            (folder / text).touch()
    assert [path.name for path in (tmp_path / "x").iterdir()] == ["new"]


def test_a_folder_is_replaced_by_renames_also_behind_a_link(tmp_path):
    real = tmp_path / "real"
    real.mkdir()
    (real / "old").touch()
    (tmp_path / "link").symlink_to(real)
    with atomic_folder(tmp_path / "link") as folder:
        (folder / "new").touch()
        assert (real / "old").exists()
    assert [path.name for path in real.iterdir()] == ["new"] and (tmp_path / "link").is_symlink()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "real"]


def test_the_folder_one_is_in_is_not_replaced(tmp_path, monkeypatch):
    (tmp_path / "kept").touch()
    (tmp_path / "inner").mkdir()
    for here, name in ((tmp_path, "."), (tmp_path / "inner", "..")):
        monkeypatch.chdir(here)
        with pytest.raises(InputError, match="is the folder that you are in"), atomic_folder(Path(name)) as folder:
            (folder / "new").touch()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["inner", "kept"]


def test_a_folder_is_kept_from_other_processes_until_the_end_of_the_one_in_it(tmp_path):
    holds = "import sys, pathlib; from angiogram.files import alone_in\n"
    holds += f"with alone_in(pathlib.Path({str(tmp_path)!r})): print('in', flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", holds], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"in\n"
        with pytest.raises(InputError, match="Another process is writing to"), alone_in(tmp_path):
            pass
        other.kill()
    with alone_in(tmp_path):
        pass
    with alone_in(tmp_path):
        pass
    assert not list(tmp_path.iterdir())
