"""evaluate.json on disk."""

import json
from pathlib import Path
from typing import Any, cast

from angiogram.errors import InputError
from angiogram.evaluate.result import Evaluation
from angiogram.files import atomic_file
from angiogram.plain import built, plain
from angiogram.report.published import EVALUATION
from angiogram.report.schema import validate

JSON_NAME = "evaluate.json"


def write_evaluation(evaluation: Evaluation, folder: Path) -> Path:
    """Write evaluate.json, validated, whole or not at all.

    Raises:
        InputError: the disk is full or the folder cannot be written.
    """
    document = {"format": EVALUATION.version, "schema": EVALUATION.identifier, **plain(evaluation)}
    path = folder / JSON_NAME
    validate(document, str(path), EVALUATION)
    with atomic_file(path) as temporary:
        temporary.write_text(json.dumps(document, indent=1, ensure_ascii=True, allow_nan=False) + "\n", "utf-8")
    return path


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
