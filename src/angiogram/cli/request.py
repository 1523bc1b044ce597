"""What a user asks of a diagnosis."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from angiogram.cli.subject import SubjectOptions
from angiogram.errors import InputError

if TYPE_CHECKING:
    from angiogram.diagnose.settings import Settings


@dataclass(frozen=True)
class Request(SubjectOptions):
    """Model, cases, run folder and every choice; the fields are the options of `angiogram diagnose`."""

    probe: str = "ridge"
    """what reads the curve: ridge (closed form), logistic, or mlp (the published study's; slow)"""
    orders: int = 1
    """rotated orders in which the options are asked; each after the first costs one more pass"""
    ladder: Literal["auto", "full"] = "auto"
    """where an answer is lost, parts of the model are re-fitted one at a time to find what brings it back: auto as far
    as 10 times the passes of the diagnosis allow, full without that bound"""
    no_ladder: bool = False
    """make no such re-fits; repairs that need no pass are always made"""
    remedies: bool = False
    """also try other prompts; the report says what that cost"""
    other_questions: tuple[str, ...] = ()
    """questions to try with --remedies in place of our own; {options} in them stands for the list of classes"""
    causal: int = 0
    """also test on at most so many evaluated cases whether the model uses what probes find, by cutting off and
    exchanging images inside the language model; it takes many passes for each, and says how many before it starts"""
    permutations: int = 100
    """label permutations for the null band"""
    pictures: Literal["auto", "all", "none"] = "auto"
    """which pictures of cases the report shows: auto (all but those of which the file says that text is burned into the
    pixels), all, or none"""

    def settings(self) -> "Settings":
        """The options as `diagnose` takes them.

        Raises:
            InputError: names the setting, its value and what is allowed, or the two that contradict each other.
        """
        from angiogram.diagnose.settings import Settings

        if self.no_ladder and self.ladder == "full":
            raise InputError("--no-ladder and --ladder full contradict each other; give one of them.")

        return Settings(
            margin=self.margin,
            probe=self.probe,
            permutations=self.permutations,
            batch_size=self.batch(),
            orders=self.orders,
            ladder="free" if self.no_ladder else self.ladder,
            remedies=self.remedies,
            other_questions=self.other_questions,
            causal=self.causal,
            seed=self.seed,
            pictures=self.pictures,
        )
