"""docs/families.md: what becomes of every image-text-to-text model type of transformers."""

import re
from collections.abc import Mapping

import transformers
from transformers.models.auto.modeling_auto import MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES

from tests.model.every.walk import Found

COLUMNS = 5  # a row of what runs has more
TYPES = tuple(sorted(MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES))
HEAD = f"""# Every model type of transformers

Transformers {transformers.__version__} loads {len(TYPES)} model types with `AutoModelForImageTextToText`. Each was \
built with random weights from its own default configuration, cut down, and its own processor class, and taken from \
`load_model` through all checks of `angiogram check`: taps, batches, padding, answers from the cache against \
`generate`. `python -m tests.model.every docs/families.md` writes this page, with types behind it only their rows; \
tests compare it with what is found (a few types in each run of the suite, all of them nightly). \
A tiny model shows that the architecture runs, not that a certain checkpoint's files are whole.

- **found by**: a family file in `src/angiogram/model/families/`, or tracing.
- **images**: several go through the model in one batch, or one at a time.
- **class names**: scored in one pass behind the prompt, or a pass a token where the LLM's memory cannot branch \
(recurrent states, convolutions, chunks).
- **attention to the image**: whether it can be cut, as `--causal` does. Where it cannot, the verb says so before the \
first pass.

Types marked with * prepare their images with torchvision, or take their encoder from timm: \
`pip install 'angiogram[models]'`.

## These run
| model type | found by | encoder | connector | images | class names | attention to the image |
|---|---|---|---|---|---|---|
"""
REFUSED = """
## These are refused
Each before the first pass, with the sentence that `angiogram` says.

| model type | sentence |
|---|---|
"""
UNTRIED = """
## These were not tried
Nothing is known of them: no tiny checkpoint was built, or none that its own processor class can feed.

| model type | why |
|---|---|
"""
NOT_YET = "not tried: not yet"


def row(model_type: str, found: Found, starred: bool) -> str:
    """One line of the table.

    >>> row("x", Found("refused", "Model 'a' | 123456 weights."), False)
    "| x | Model 'a' \\\\| N weights. |"
    """
    name = f"{model_type} *" if starred else model_type
    if found.outcome != "runs":
        said = re.sub(r"\d{4,}", "N", found.said.replace("|", "\\|"))
        return f"| {name} | {said} |"
    return (
        f"| {name} | {'family file' if found.known else 'tracing'} | {found.encoder} | {found.connector} | "
        f"{'in batches' if found.together else 'one at a time'} | "
        f"{'one pass' if found.branching else 'a pass a token'} | {'can be cut' if found.cut else 'cannot be cut'} |"
    )


def rows(text: str) -> dict[str, str]:
    """A page's lines by model type; of types that were not tried yet there is none."""
    lines = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| model type")]
    return {line.split("|")[1].strip().removesuffix(" *"): line for line in lines if NOT_YET not in line}


def page(kept: Mapping[str, str]) -> str:
    """The whole page from its rows."""
    parts: dict[str, list[str]] = {HEAD: [], REFUSED: [], UNTRIED: []}
    for model_type in TYPES:
        line = kept.get(model_type, f"| {model_type} | {NOT_YET} |")
        untried = "| not tried: " in line
        parts[UNTRIED if untried else HEAD if line.count(" | ") > COLUMNS else REFUSED].append(line)
    return "".join("\n".join([head.rstrip("\n"), *lines, ""]) for head, lines in parts.items() if lines)
