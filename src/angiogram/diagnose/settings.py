"""What a diagnosis can be told."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Every choice of a diagnosis besides model and cases; written to the run's config.json.

    Attributes:
        margin: the loss that matters in practice, as a fraction.
        permutations: label permutations for the null band.
        resamples: bootstrap resamples of the groups.
        batch_size: images a forward pass.
        seed: of permutations, resamples and the random twin.
    """

    margin: float = 0.05
    permutations: int = 100
    resamples: int = 2000
    batch_size: int = 16
    seed: int = 0
