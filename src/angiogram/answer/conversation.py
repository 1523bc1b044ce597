"""A model asked about one image, turn by turn: earlier turns stay in the prompt, and the image is shown once."""

from typing import Any

import torch

from angiogram.answer.generate import continue_greedily, decode
from angiogram.answer.prefill import prefill
from angiogram.answer.turn import LONGEST, Turn, check_longest, in_words
from angiogram.errors import InputError
from angiogram.imaging.image import Image
from angiogram.model.context import context_of
from angiogram.model.load import LoadedModel
from angiogram.model.placed import PLACE
from angiogram.model.prompt import prepare
from angiogram.model.turns import chat_turns


class Conversation:
    """Questions about one image; each sees the questions and answers before it.

    Answers are greedy: the likeliest token each time. A question that is refused leaves the conversation as it was.

    Args:
        loaded: the model.
        image: the picture.
        longest: most tokens of an answer.

    Attributes:
        turns: so far.

    Raises:
        InputError: an answer of no token is asked for.
    """

    def __init__(self, loaded: LoadedModel, image: Image, longest: int = LONGEST) -> None:
        check_longest(longest)
        self.loaded, self.image, self.longest = loaded, image, longest
        self.turns: tuple[Turn, ...] = ()

    def prompt(self, question: str) -> str:
        """The whole text up to where the answer to the next question begins.

        Raises:
            InputError: the question is empty or holds what only the template may write, or the model takes no second
                turn.
        """
        words = in_words(question)
        if self.turns and PLACE in words:
            raise InputError(f"'{PLACE}' stands in the first question alone, where its image stands.")
        self._need_plain("The question holds", words.replace(PLACE, ""))
        for turn in self.turns:
            self._need_plain("No further question can be asked: an answer spells", turn.answer)
        return chat_turns(self.loaded.processor, [(turn.question, turn.answer) for turn in self.turns], words)

    def ask(self, question: str) -> Turn:
        """Ask the next question.

        Raises:
            InputError: as `prompt`; the processor cannot prepare the image; the conversation is longer than the model's
                context, of which nothing is cut; the model gives numbers that are not finite.
        """
        prompt = self.prompt(question)
        inputs = prepare(self.loaded.processor, prompt, [self.image])
        self._need_room(inputs)
        prefilled = prefill(self.loaded, inputs.to(self.loaded.device))
        if not bool(torch.isfinite(prefilled.logits).all()):
            raise InputError(
                f"The model's numbers are not finite in {str(self.loaded.model.dtype).removeprefix('torch.')}; ask in "
                "another precision."
            )
        every = torch.arange(1, device=prefilled.logits.device)
        tokens = continue_greedily(prefilled, every, self.longest).cpu().numpy()
        ((answer, finished),) = decode(tokens, self.loaded.processor.tokenizer)
        turn = Turn(in_words(question), answer, finished)
        self.turns += (turn,)
        return turn

    def _need_plain(self, where: str, text: str) -> None:
        """Refuse words that the tokenizer would take for the template's or the image's own."""
        processor = self.loaded.processor
        image = getattr(processor, "image_token", None)
        special = [*processor.tokenizer.all_special_tokens, *([] if image is None else [str(image)])]
        if found := [token for token in special if token in text]:
            raise InputError(f"{where} the model's special token '{found[0]}'.")

    def _need_room(self, inputs: Any) -> None:
        context, length = context_of(self.loaded.model), inputs["input_ids"].shape[1]
        if context is not None and length + self.longest > context:
            raise InputError(
                f"The conversation with its image is {length} tokens long and an answer may take {self.longest} more, "
                f"but the model's context holds {context}; nothing is cut: begin a new one, or ask for shorter answers."
            )
