"""How a table is evaluated."""

from dataclasses import dataclass
from pathlib import Path

from angiogram.data.shown import Pictures
from angiogram.errors import InputError
from angiogram.seed import check_seed


@dataclass(frozen=True)
class EvaluationSettings:
    """The choices of an evaluation.

    Attributes:
        seed: of the exchange of images and of the resamples.
        resamples: bootstrap resamples of the groups.
        batch_size: questions a forward pass; None for what fits.
        controls: whether it is also asked without an image and with another group's.
        pictures: which are shown in the result.
        metric_weights: folder with the weights of CheXbert, RadGraph and BERTScore; None for none.

    Raises:
        InputError: names the setting, its value and what is allowed.
    """

    seed: int = 0
    resamples: int = 2000
    batch_size: int | None = None
    controls: bool = True
    pictures: Pictures = "auto"
    metric_weights: Path | None = None

    def __post_init__(self) -> None:
        check_seed(self.seed)
        for name, least in (("resamples", 100), ("batch_size", 1)):
            value: int | None = getattr(self, name)
            if value is not None and value < least:
                raise InputError(f"The setting {name} must be {least} or more, not {value}.")
        if self.metric_weights is not None and not self.metric_weights.is_dir():
            raise InputError(f"There is no folder of weights '{self.metric_weights}'.")
