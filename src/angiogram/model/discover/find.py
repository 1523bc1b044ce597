"""What the loader asks: the family file where there is one, else discovery, and the user's word above both."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from angiogram.errors import InputError
from angiogram.model.anatomy import Anatomy, MissingPartError, anatomy_of
from angiogram.model.discover.described import Described, read_described
from angiogram.model.discover.discover import NOTHING, Discovered, discover
from angiogram.model.discover.finding import Finding
from angiogram.model.families import REGISTRY
from angiogram.model.prompt import UNPREPARED


def find_anatomy(model: Any, processor: Any, override: Path | None = None) -> Anatomy:
    """The anatomy of a loaded model; see `examine_anatomy`."""
    return examine_anatomy(model, processor, override).anatomy


def examine_anatomy(model: Any, processor: Any, override: Path | None = None) -> Discovered:
    """The anatomy and how every part of it was found.

    Args:
        model: loaded, in evaluation mode.
        processor: its processor; used only where no family file fits.
        override: a YAML file as in `described`; what it names is taken as it says, and the rest is found.

    Raises:
        InputError: a part cannot be found, or the file says what is not so.
    """
    described = NOTHING if override is None else read_described(override, model)
    try:
        found = from_family(model) or discover(model, processor, described)
    except UNPREPARED as error:  # whatever a model's own code says to being followed
        words = next(iter(str(error).strip().splitlines()), type(error).__name__).rstrip(".")
        raise InputError(
            f"The parts of model type '{model.config.model_type}' cannot be found by tracing ({words}); name them in a "
            "YAML file and give it with --anatomy."
        ) from error
    return _corrected(model, found, described)


def examine_without_weights(model: Any, override: Path | None = None) -> Discovered:
    """The anatomy of a model on the `meta` device: its family file and the user's word, for nothing can be traced.

    Raises:
        InputError: there is no such file, or the override says what is not so.
    """
    found = from_family(model)
    if found is None:
        raise InputError(
            f"The parts of model type '{model.config.model_type}' are found by tracing images through its "
            f"weights, which --meta leaves out; without weights known are the families {', '.join(sorted(REGISTRY))}."
        )
    return _corrected(model, found, NOTHING if override is None else read_described(override, model))


def from_family(model: Any) -> Discovered | None:
    """What the model's family file says; None where there is no such file, or where it does not fit this model.

    Raises:
        InputError: the connector is said to read a block that the encoder does not have.
    """
    if model.config.model_type not in REGISTRY:
        return None
    try:
        anatomy = anatomy_of(model)
    except MissingPartError:
        return None
    evidence = f"family file '{anatomy.family}'"
    parts = (
        ("encoder_blocks", anatomy.encoder_blocks),
        ("used_blocks", (str(anatomy.used_blocks),)),
        ("connector", (anatomy.connector,)),
        ("deepstack", anatomy.deepstack),
        ("llm", (anatomy.llm,)),
        ("llm_blocks", anatomy.llm_blocks),
        ("llm_norm", (anatomy.llm_norm,)),
        ("image_tokens", (str(anatomy.image_tokens).lower(),)),
        ("layout", (anatomy.layout,)),
    )
    return Discovered(anatomy, tuple(Finding(part, found, "given", evidence) for part, found in parts if found))


def _corrected(model: Any, found: Discovered, described: Described) -> Discovered:
    """With every part that the user names in the place of the one found."""
    said = described.parts()
    if described.image_token_id is not None:
        model.config.image_token_id = described.image_token_id
    if "connector" in said and "received" not in said:
        said["received"] = found.anatomy.received if found.anatomy.connector == said["connector"] else ""
    if "encoder_blocks" in said and "used_blocks" not in said:
        same = found.anatomy.encoder_blocks == said["encoder_blocks"]
        said["used_blocks"] = found.anatomy.used_blocks if same else len(said["encoder_blocks"])
    anatomy = replace(found.anatomy, **said)
    if anatomy.used_blocks > len(anatomy.encoder_blocks):
        raise InputError(
            f"'used_blocks' is {anatomy.used_blocks}, but there are only {len(anatomy.encoder_blocks)} encoder blocks."
        )
    kept = tuple(finding for finding in found.findings if finding.part not in described.parts())
    return Discovered(anatomy, kept + tuple(_said(part, value) for part, value in described.parts().items() if value))


def _said(part: str, value: Any) -> Finding:
    found = value if isinstance(value, tuple) else (str(value).lower() if isinstance(value, bool) else str(value),)
    return Finding(part, found, "given", "the anatomy file says so")
