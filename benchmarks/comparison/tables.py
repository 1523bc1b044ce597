"""The tables of docs/comparisons.md, from the results."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from comparison.arms import CENTRIC, SCATTERED
from comparison.budget import TASKS
from comparison.differences import ALL, MANY, leaves_out_zero
from comparison.pseudo import FATES

Json = Mapping[str, Any]


def connectors_tables(found: Json) -> str:
    """Parameters and time; losses and their differences; answers; the tug-of-war."""
    sides: Json = found["contenders"]
    first, matched = (found["minus"][name] for name in found["minus"])
    size = [
        [f"`{name}`", f"{side['parameters']:,}", *(_seconds(side[kind]) for kind in ("connector", "step"))]
        for name, side in sides.items()
    ]
    names = list(found["minus"])
    against = [
        [f"`{name}`", _mean(side["loss"][ALL]["seeds"]), *_told(first, name), *_told(matched, name)]
        for name, side in sides.items()
    ]
    head = [f"minus `{name}`{part}" for name in names for part in (" (images; seeds)", ", told apart")]
    return "\n\n".join(
        [
            _table(["connector", "parameters", "s alone (ratio)", "s a step (ratio)"], size),
            _table(["connector", "loss, all tasks", *head], against),
            _losses(sides),
            _answers(sides),
            _table(
                ["index on the connector", *(f"`{task}`" for task in TASKS)],
                [[f"`{name}`", *_indexes(side["pull"])] for name, side in sides.items()],
            ),
            _foot(found),
        ]
    )


def centric_tables(found: Json) -> str:
    """Views; losses and their differences; answers; pseudo-labels; spectra."""
    sides: Json = found["contenders"]
    views = [
        [
            name,
            *(str(found["views"][name][key]) for key in ("entries", "images")),
            f"{found['views'][name]['tasks_per_image']:.2f}",
        ]
        for name in (CENTRIC, SCATTERED)
    ]
    minus = [[pair, *_told({pair: of}, pair)] for pair, of in found["minus"].items()]
    return "\n\n".join(
        [
            _table(["view", "entries", "images", "tasks an image"], views),
            _table(["loss over all tasks", "difference (images; seeds)", "told apart"], minus),
            _losses(sides),
            _answers(sides),
            _pseudo(found["pseudo"], found["shares"]),
            _spectra(sides),
            _foot(found),
        ]
    )


def _losses(sides: Json) -> str:
    rows = [[f"`{name}`", *(_mean(side["loss"][task]["seeds"]) for task in TASKS)] for name, side in sides.items()]
    return _table(["held-out loss", *(f"`{task}`" for task in TASKS)], rows)


def _answers(sides: Json) -> str:
    metrics = next(iter(sides.values()))["answers"]
    head = [f"`{task}`: {metrics[task]['metric'] or 'none'}" for task in TASKS]
    rows = [
        [f"`{name}`", *(_mean(side["answers"][task]["seeds"], 2) for task in TASKS)] for name, side in sides.items()
    ]
    return _table(["answers", *head], rows)


def _pseudo(seeds: Sequence[Json], shares: Json) -> str:
    """What became of all seeds' questions, and shares as the mean of the seeds with its interval."""
    rows = []
    for task, of in shares.items():
        total = {key: sum(each["tasks"][task][key] for each in seeds) for key in ("asked", *FATES)}
        told = [_percent(of[key]) for key in ("kept", "right", "right_of_kept")]
        rows.append([f"`{task}`", *(str(each) for each in total.values()), *told])
    head = [*FATES, "kept share", "right of all", "right of the kept"]
    return _table(["pseudo-labels", "asked", *head], rows)


def _spectra(sides: Json) -> str:
    rows = [
        [f"`{arm}`", row["stage"], str(row["step"]), row["module"], str(row["n"])]
        + [_mean(row[key]["seeds"], 2) for key in ("entropy", "dominant")]
        for arm, side in sides.items()
        for row in side["spectra"]
        if row["module"] == "all"
    ]
    return _table(["arm", "stage", "step", "on", "n", "spectral entropy", "dominant ratio"], rows)


def _told(minus: Json, name: str) -> list[str]:
    """A difference with both intervals, and whether it is one."""
    if name not in minus:
        return ["-", "-"]
    found = minus[name][ALL]
    ends = [found["over_images"], found["over_seeds"]]
    said = "; ".join("-" if each is None else f"{each[0]:+.3f} to {each[1]:+.3f}" for each in ends)
    return [f"{found['value']:+.3f} ({said})", "yes" if found["told_apart"] else f"no; {_needed(found)}"]


def _needed(found: Json) -> str:
    """What would tell: more seeds, more images, or both, by which of the intervals holds zero."""
    if found["over_seeds"] is None:
        return "one seed says nothing"
    wanted: list[str] = []
    for of in ("seeds", "images"):
        if not leaves_out_zero(found[f"over_{of}"]):
            needed = found[f"{of}_needed"]
            wanted.append(f"more than {MANY:,} {of}" if needed is None or needed > MANY else f"about {needed:,} {of}")
    return " and ".join(wanted)


def _indexes(pull: Json) -> list[str]:
    of = dict(zip(pull["tasks"], pull["index"], strict=True))
    return [f"{of[task][0]:.2f}" if task in of else "-" for task in TASKS]


def _seconds(side: Json) -> str:
    return f"{side['seconds']['median']:.3g} ({side['ratio to mlp']['median']:.2f})"


def _mean(values: Sequence[float | None], digits: int = 3) -> str:
    """Mean of the seeds, and the smallest and largest."""
    known = [value for value in values if value is not None]
    if not known:
        return "-"
    low, high = min(known), max(known)
    return f"{sum(known) / len(known):.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def _percent(share: Json) -> str:
    """The mean of the seeds that have one, and its interval."""
    known = [value for value in share["seeds"] if value is not None]
    if not known:
        return "-"
    ends = share["over_seeds"]
    between = "" if ends is None else f" ({100 * max(ends[0], 0):.0f} to {100 * min(ends[1], 1):.0f})"
    return f"{100 * sum(known) / len(known):.0f} %{between}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows))


def _foot(found: Json) -> str:
    budget = found["budget"]
    return (
        f"{found['seeds']} seeds; {budget['steps']} steps of {budget['batch_size']} entries a run; losses of "
        f"{budget['held']} and answers of {budget['answered']} held-out entries a task; smallest and largest of the "
        f"seeds in brackets. Measured at commit {found['commit']} ({found['machine']})."
    )
