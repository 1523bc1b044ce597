"""`angiogram VERB ...`: parse, call, and turn errors into one sentence.

Verb files import nothing heavy at their top, so that `--help` answers at once.
"""

import os
import sys
import warnings
from typing import Annotated

import tyro

from angiogram.cli.anatomy import Anatomy
from angiogram.cli.ask import Ask
from angiogram.cli.check import Check
from angiogram.cli.compare import Compare
from angiogram.cli.conflict import Conflict
from angiogram.cli.data import Data
from angiogram.cli.demo import Demo
from angiogram.cli.diagnose import Diagnose
from angiogram.cli.evaluate import Evaluate
from angiogram.cli.lesion import Lesion
from angiogram.cli.mend import Mend
from angiogram.cli.train import Train
from angiogram.errors import InputError
from angiogram.threads import wait_briefly

Verb = (
    Annotated[Demo, tyro.conf.subcommand("demo")]
    | Annotated[Diagnose, tyro.conf.subcommand("diagnose")]
    | Annotated[Compare, tyro.conf.subcommand("compare")]
    | Annotated[Mend, tyro.conf.subcommand("mend")]
    | Annotated[Lesion, tyro.conf.subcommand("lesion")]
    | Annotated[Anatomy, tyro.conf.subcommand("anatomy")]
    | Annotated[Check, tyro.conf.subcommand("check")]
    | Annotated[Data, tyro.conf.subcommand("data")]
    | Annotated[Ask, tyro.conf.subcommand("ask")]
    | Annotated[Evaluate, tyro.conf.subcommand("evaluate")]
    | Annotated[Train, tyro.conf.subcommand("train")]
    | Annotated[Conflict, tyro.conf.subcommand("conflict")]
)
DESCRIPTION = "Shows where a medical multimodal LLM loses the image. Research software, not a medical device."
BAD_INPUT, INTERRUPTED, CLOSED = 2, 130, 141


def main() -> None:
    """Entry point of the `angiogram` command."""
    wait_briefly()
    warnings.filterwarnings("ignore", category=FutureWarning)  # libraries' notes to each other, not to users
    launched = "RANK" in os.environ  # by a launcher of several ranks
    first = os.environ.get("RANK", "0") == "0"
    try:
        verb = tyro.cli(
            Verb,
            prog="angiogram",
            description=DESCRIPTION,
            config=(tyro.conf.OmitArgPrefixes, tyro.conf.OmitSubcommandPrefixes, tyro.conf.FlagCreatePairsOff),
        )
        verb.run()
        status = 0
    except InputError as error:
        _say(f"angiogram: {error}", first)
        status = BAD_INPUT
    except KeyboardInterrupt:
        _say("angiogram: interrupted; the same command goes on where it stopped.", first)
        status = INTERRUPTED
    except BrokenPipeError:  # `angiogram ... | head` has read enough; Python would complain once more at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(CLOSED)
    if launched:  # torch's gloo threads abort a process that takes itself down in order
        sys.stdout.flush()
        os._exit(status)
    sys.exit(status)


def _say(line: str, first: bool) -> None:
    """Once for all ranks of a run: they stop together, for the same reason."""
    if first:
        print(line, file=sys.stderr)
