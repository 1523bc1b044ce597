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
            **_of_seeds([each["answers"][task]["value"] for each in made]),
            "read": [each["answers"][task]["read"] for each in made],
        }
        for task, first in made[0]["answers"].items()
    }


def shares_of(made: list[Json]) -> Json:
    """Of pseudo-labels by task: the share that is kept, that is right, and that is right of the kept, by seed."""
    return {
        task: {
            "kept": _of_seeds([_share(each["tasks"][task], "kept", "asked") for each in made]),
            "right": _of_seeds([_share(each["tasks"][task], "right", "asked") for each in made]),
            "right_of_kept": _of_seeds([_share(each["tasks"][task], "right_of_kept", "kept") for each in made]),
        }
        for task in made[0]["tasks"]
        if all(task in each["tasks"] for each in made)
    }


def _share(counts: Json, part: str, whole: str) -> float | None:
    return counts[part] / counts[whole] if counts[whole] else None


def _of_seeds(values: list[float | None]) -> Json:
    """Each, and a t interval over those that are known."""
    return {"seeds": values, "over_seeds": over_seeds([value for value in values if value is not None])}
