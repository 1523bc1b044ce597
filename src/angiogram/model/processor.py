"""A family's own processor, for images only and always through PIL."""

import importlib
import sys
from pathlib import Path
from typing import Any, ClassVar, cast

from transformers import AutoConfig, AutoImageProcessor, AutoProcessor, AutoTokenizer, PreTrainedTokenizerFast
from transformers.models.auto.image_processing_auto import get_image_processor_config
from transformers.models.auto.processing_auto import PROCESSOR_MAPPING, processor_class_from_name
from transformers.models.auto.tokenization_auto import get_tokenizer_config
from transformers.processing_utils import ProcessorMixin

from angiogram.errors import InputError
from angiogram.model.packages import needs_package
from angiogram.model.processor_parts import VOCABULARIES, Sources, sources
from angiogram.model.settings_files import OF_THE_PROCESSOR, check_tables
from angiogram.model.unreadable import UNREADABLE, reason

PIXTRAL = "transformers.models.pixtral"


def load_processor(source: str, *, trust_remote_code: bool = False, base: str | None = None) -> Any:
    """The processor (tokenizer, image processor, chat template) that belongs to the model in `source`.

    `AutoProcessor` also builds the video processor of Qwen-VL, InternVL, SmolVLM and others, which cannot be imported
    without torchvision, and it prepares images with torchvision where that happens to be installed and with PIL
    elsewhere; the two differ in the last bits of a resized image. Here the family's class is built without the parts
    that are for videos and sounds, and with PIL's image processor wherever the family has one, so that a model gets the
    same pixels on every machine.

    Args:
        source: a folder in Hugging Face layout or a hub id.
        trust_remote_code: run the processor code that `source` brings along; such a processor is taken as it comes.
        base: a folder that the parts which `source` lacks are taken from.

    Returns:
        An instance of the family's processor class (of a subclass with the same name where that has further parts).

    Raises:
        InputError: `source` has no processor, lacks one of its files, or needs code that is not trusted or a package
            that is not installed.
    """
    try:
        taken = sources(source, base)
        settings = _settings(taken)
        if trust_remote_code and any("AutoProcessor" in part.get("auto_map", {}) for part in settings):
            return AutoProcessor.from_pretrained(taken.settings, trust_remote_code=True)
        kind = _class(taken.settings, settings, trust_remote_code)
        _check_images(kind, source)
        parts = {name: _part(kind, name, taken, trust_remote_code) for name in kind.get_attributes()}
        return _images_only(kind).from_args_and_dict([], settings[0], **parts)
    except UNREADABLE as error:
        if (missing := needs_package(f"The processor of '{source}'", error)) is not None:
            raise missing from error
        raise InputError(f"The processor of '{source}' cannot be loaded: {reason(error)}.") from error


def _settings(taken: Sources) -> tuple[dict[str, Any], ...]:
    """What is said of the processor, its image processor and its tokenizer."""
    for folder in dict.fromkeys((taken.settings, taken.tokenizer, taken.image_processor, taken.chat_template)):
        check_tables(Path(folder), OF_THE_PROCESSOR)
    tokenizer, pictures = Path(taken.tokenizer), Path(taken.image_processor)
    if tokenizer.is_dir() and not any((tokenizer / name).is_file() for name in VOCABULARIES):
        raise InputError(f"The folder '{tokenizer}' holds no tokenizer: none of {', '.join(VOCABULARIES)} is there.")
    image_processor = get_image_processor_config(taken.image_processor)
    if pictures.is_dir() and not image_processor:
        why = "holds no settings" if (pictures / "preprocessor_config.json").is_file() else "is missing"
        raise InputError(f"The folder '{pictures}' holds no image processor: preprocessor_config.json {why}.")
    tokenizer_settings = get_tokenizer_config(taken.tokenizer)
    processor = ProcessorMixin.get_processor_dict(taken.settings)[0]
    if taken.chat_template != taken.settings:
        its = ProcessorMixin.get_processor_dict(taken.chat_template)[0].get("chat_template")
        processor["chat_template"] = its or get_tokenizer_config(taken.chat_template).get("chat_template")
    return processor, image_processor, tokenizer_settings


def _class(source: str, settings: tuple[dict[str, Any], ...], trust_remote_code: bool) -> type[ProcessorMixin]:
    """The class that the files name, else the one that belongs to the model's type; as `AutoProcessor` chooses."""
    named = next((part["processor_class"] for part in settings if part.get("processor_class")), None)
    if named is not None:
        found = processor_class_from_name(named)
    else:
        config = AutoConfig.from_pretrained(source, trust_remote_code=trust_remote_code)
        found = PROCESSOR_MAPPING.get(type(config), None)
    if found is None:
        raise ValueError(f"transformers knows no class '{named}' for it; perhaps its own code has to be trusted.")
    kind = cast(type[ProcessorMixin], found)
    unusable = getattr(kind, "is_dummy", False)  # transformers' stand-in where a package is missing
    return _pixtral_without_torchvision() if unusable and kind.__name__ == "PixtralProcessor" else kind


def _part(kind: type[ProcessorMixin], name: str, taken: Sources, trust_remote_code: bool) -> Any:
    if name == "image_processor":
        source = taken.image_processor
        return AutoImageProcessor.from_pretrained(source, backend="pil", trust_remote_code=trust_remote_code)
    if not _for_images(name):
        return _LEFT_OUT
    # Files of Pixtral's family name a Llama tokenizer that they are not; AutoProcessor reads them like this, too.
    auto = PreTrainedTokenizerFast if "PixtralProcessor" in kind.__name__ else AutoTokenizer
    folder = "" if name == "tokenizer" else name  # as InstructBLIP's for its Q-Former
    tokenizer = auto.from_pretrained(taken.tokenizer, subfolder=folder, trust_remote_code=trust_remote_code)
    if len(tokenizer) < 256:  # transformers builds some tokenizers from nothing when their files are missing
        raise ValueError(f"its {name} knows only {len(tokenizer)} tokens; a file of it is missing.")
    return tokenizer


class _LeftOut:
    """Stands for a part that is not for images; of whatever is asked of it nothing is known."""

    def __getattr__(self, name: str) -> None:
        if name.startswith("__"):
            raise AttributeError(name)


class _ImagesOnly(ProcessorMixin):
    """Between a family's class and transformers' own, takes the parts that the family hands on, less some."""

    given: ClassVar[list[str]]
    kept: ClassVar[list[str]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        named = dict(zip(self.given, args, strict=False)) | kwargs
        super().__init__(**{name: part for name, part in named.items() if name in self.kept or name not in self.given})

    @classmethod
    def get_attributes(cls) -> list[str]:
        """The parts that there are."""
        return list(cls.kept)


_LEFT_OUT = _LeftOut()


def _images_only(kind: type[ProcessorMixin]) -> type[ProcessorMixin]:
    """`kind` itself, or a subclass of the same name without the parts for videos and sounds."""
    given = kind.get_attributes()
    left_out = [name for name in given if not _for_images(name)]
    if not left_out:
        return kind
    module = sys.modules[kind.__module__]
    if getattr(module, "num2words", str) is None:
        # SmolVLM's processor cannot be built without this package, which spells the number of a video's frames.
        setattr(module, "num2words", str)  # noqa: B010 - a plain assignment to another module's name has no type
    body: dict[str, Any] = {
        "__doc__": kind.__doc__,
        "__module__": kind.__module__,
        "given": given,
        "kept": [name for name in given if name not in left_out],
        "get_attributes": _ImagesOnly.__dict__["get_attributes"],
        **dict.fromkeys(left_out, _LEFT_OUT),
    }
    return type(kind.__name__, (kind, _ImagesOnly), body)  # pyright: ignore[reportGeneralTypeIssues] - one order at run time


def _check_images(kind: type[ProcessorMixin], source: str) -> None:
    """Refuse a class that is for videos or sounds alone."""
    parts = kind.get_attributes()
    if not any("image_processor" in part for part in parts):
        raise InputError(
            f"The processor of '{source}' prepares no images: the parts of its class {kind.__name__} are "
            f"{', '.join(parts)}."
        )


def _for_images(part: str) -> bool:
    return "tokenizer" in part or "image_processor" in part


def _pixtral_without_torchvision() -> type[ProcessorMixin]:
    """Pixtral's class; its module takes one function from torchvision's image processor, which PIL's has as well."""
    wanted = f"{PIXTRAL}.image_processing_pixtral"
    sys.modules[wanted] = importlib.import_module(f"{PIXTRAL}.image_processing_pil_pixtral")
    try:
        return importlib.import_module(f"{PIXTRAL}.processing_pixtral").PixtralProcessor
    finally:
        del sys.modules[wanted]
