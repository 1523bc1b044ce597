"""The two files of an evaluation on disk: evaluate.json, the truth, and evaluate.html, a view of it."""

import json
from pathlib import Path
from typing import Any, cast

from angiogram.errors import InputError
from angiogram.evaluate.result import Evaluation
from angiogram.plain import built, plain
from angiogram.report.disk import write_pair
from angiogram.report.evaluation.page import render
from angiogram.report.published import EVALUATION
from angiogram.report.schema import validate

JSON_NAME = "evaluate.json"
HTML_NAME = "evaluate.html"


def write_evaluation(evaluation: Evaluation, folder: Path) -> tuple[Path, Path]:
    """Write evaluate.json (validated) and evaluate.html (rendered from it) into `folder`, each whole or not at all.

    Returns:
        The paths of evaluate.json and evaluate.html.

    Raises:
        InputError: the disk is full or the folder cannot be written.
    """
    document = {"format": EVALUATION.version, "schema": EVALUATION.identifier, **plain(evaluation)}
    return write_pair(document, render(document), folder / JSON_NAME, folder / HTML_NAME)


def read_evaluation(path: Path) -> Evaluation:
    """The evaluation in an evaluate.json; `path` may also be the run folder that holds it.

    Raises:
        InputError: there is none, it is damaged, or it is something else.
    """
    path = path / JSON_NAME if path.is_dir() else path
    try:
        document: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise InputError(f"There is no evaluation at '{path}'.") from error
    except (OSError, ValueError) as error:
        raise InputError(f"'{path}' is damaged or not an evaluation: {error}.") from error
    validate(document, str(path), EVALUATION)
    return cast(Evaluation, built(Evaluation, document))
