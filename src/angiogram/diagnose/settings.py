"""What a diagnosis can be told."""

from dataclasses import dataclass
from numbers import Integral, Real
from typing import Literal, get_args

from angiogram.data.shown import Pictures
from angiogram.errors import InputError, unknown
from angiogram.probe.contract import make_probe
from angiogram.seed import check_seed

Climbed = Literal["free", "auto", "full"]


@dataclass(frozen=True)
class Settings:
    """Every choice of a diagnosis besides model and cases; written to the run's config.json.

    Attributes:
        margin: the loss that matters in practice, as a fraction.
        probe: that reads the curve, a name in `probe.contract.REGISTRY`.
        permutations: label permutations for the null band.
        resamples: bootstrap resamples of the groups.
        batch_size: images a forward pass; None takes what fits into memory.
        orders: rotated orders in which the options are asked; each after the first costs a pass.
        ladder: which repairs are made: "free", those without passes; "auto", where an answer is lost also re-fits, as
            far as a share of the passes allows; "full", those without that bound.
        remedies: whether other prompts are tried, which cost passes.
        other_questions: to try as another prompt; empty takes our own.
        causal: evaluated cases on which it is tested whether the model uses what probes find; 0 tests nothing.
        seed: of permutations, resamples and the random twin.
        pictures: of cases that the report shows: "auto" leaves out those of which the file says that text is burned
            into the pixels, "none" all.
    """

    margin: float = 0.05
    probe: str = "ridge"
    permutations: int = 100
    resamples: int = 2000
    batch_size: int | None = None
    orders: int = 1
    ladder: Climbed = "auto"
    remedies: bool = False
    other_questions: tuple[str, ...] = ()
    causal: int = 0
    seed: int = 0
    pictures: Pictures = "auto"

    def __post_init__(self) -> None:
        """Refuse what cannot be computed with.

        Raises:
            InputError: names the setting, its value and what is allowed.
        """
        if not isinstance(self.margin, Real) or not 0 < float(self.margin) < 1:
            raise InputError(f"The margin must lie between 0 and 1, as a fraction of all cases, not {self.margin}.")
        for name in ("permutations", "resamples", "batch_size", "orders"):
            value = getattr(self, name)
            if value is not None and (not isinstance(value, Integral) or int(value) < 1):
                raise InputError(f"The setting '{name}' must be a whole number of at least 1, not {value}.")
        make_probe(self.probe)
        if self.ladder not in get_args(Climbed):
            raise unknown("ladder", self.ladder, get_args(Climbed))
        if isinstance(self.other_questions, str):
            raise InputError(f"Other questions are a list of sentences, not one: '{self.other_questions}'.")
        if self.other_questions and not self.remedies:
            raise InputError("Other questions are tried with the remedies only; give --remedies, too.")
        if self.remedies not in (True, False):
            raise InputError(f"The setting 'remedies' must be True or False, not '{self.remedies}'.")
        if not isinstance(self.causal, Integral) or self.causal < 0 or self.causal == 1:
            raise InputError(f"The setting 'causal' must be 0 or a number of cases from 2, not {self.causal}.")
        if self.pictures not in get_args(Pictures):
            raise unknown("choice of pictures", self.pictures, get_args(Pictures))
        check_seed(self.seed)
