import sys

import pytest

from angiogram.cli import main as command


@pytest.fixture
def in_process(monkeypatch, capsys):
    """The command in this process: (exit status, standard output, standard error)."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["angiogram", *map(str, arguments)])
        status = 0
        try:
            command.main()
        except SystemExit as left:
            status = left.code
        return status, *capsys.readouterr()

    return run
