"""What a user asks of a diagnosis."""

from dataclasses import dataclass

from angiogram.cli.subject import SubjectOptions


@dataclass(frozen=True)
class Request(SubjectOptions):
    """Model, cases, run folder and every choice; the fields are the options of `angiogram diagnose`."""

    probe: str = "ridge"
    """what reads the curve: ridge (closed form), logistic, or mlp (the published study's; slow)"""
    orders: int = 1
    """rotated orders in which the options are asked; each after the first costs one more pass"""
    remedies: bool = False
    """also try the remedies that cost passes: another prompt and a re-fitted connector; the report
    says what each cost"""
    other_questions: tuple[str, ...] = ()
    """questions to try with --remedies in place of our own; {options} in them stands for the list of classes"""
    causal: int = 0
    """also test on at most so many evaluated cases whether the model uses what probes find, by cutting off and
    exchanging images inside the language model; it takes many passes for each, and says how many before it starts"""
    permutations: int = 100
    """label permutations for the null band"""
