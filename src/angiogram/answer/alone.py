"""Whether a model can be asked without an image, found by asking it."""

import torch

from angiogram.answer.generate import continue_greedily
from angiogram.answer.prefill import prefill
from angiogram.errors import InputError
from angiogram.model.load import LoadedModel
from angiogram.model.placed import chat_alone, prepare_alone
from angiogram.model.prompt import UNPREPARED
from angiogram.model.unreadable import reason


def why_not_alone(loaded: LoadedModel) -> str | None:
    """Why this model cannot be asked without an image, a sentence without its full stop; None where it can."""
    try:
        inputs = prepare_alone(loaded.processor, [chat_alone(loaded.processor, "Is it so?")])
        prompts = prefill(loaded, inputs.to(loaded.device))
        continue_greedily(prompts, torch.arange(1), 2)
    except InputError as error:
        return str(error).removesuffix(".")
    except UNPREPARED as error:
        return f"The model itself wants an image: {reason(error)}"
    return None if bool(torch.isfinite(prompts.logits).all()) else "Without an image its logits are not finite"
