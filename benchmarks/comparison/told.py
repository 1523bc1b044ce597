"""The runs of one side in numbers."""

from comparison.bench import Json
from comparison.differences import means, over_seeds


def losses_of(made: list[Json]) -> Json:
    """By task and over all: the mean loss of each seed, and a t interval over the seeds."""
    by_seed = [means(each["losses"]) for each in made]
    return {
        task: {"seeds": [one[task] for one in by_seed], "over_seeds": over_seeds([one[task] for one in by_seed])}
        for task in by_seed[0]
    }


def answers_of(made: list[Json]) -> Json:
    """By task: the first metric of each seed, and the share of answers that could be read."""
    return {
        task: {
            "metric": first["metric"],
            "seeds": [each["answers"][task]["value"] for each in made],
            "read": [each["answers"][task]["read"] for each in made],
        }
        for task, first in made[0]["answers"].items()
    }
