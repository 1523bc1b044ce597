"""Where the class is used and where it is ignored, in sentences; never more than the intervals say."""

from collections.abc import Iterable, Mapping, Sequence

from angiogram.diagnose.causes.result import Interchange, Window
from angiogram.diagnose.diagnosis import CurvePoint
from angiogram.diagnose.phrases import lost, percent, points, span
from angiogram.diagnose.terms import Interval


def decodable_blocks(curve: Sequence[CurvePoint], null_band: float) -> dict[int, float]:
    """LLM blocks behind which a probe reads the class from the image tokens: accuracy by block.

    Only those whose whole interval lies above the null band.
    """
    found: dict[int, float] = {}
    for point in curve:
        block = point.tap.removeprefix("llm.block.").removesuffix("@image")
        if point.stream == "image" and block.isdigit() and point.accuracy.low > null_band:
            found[int(block)] = point.accuracy.value
    return found


def knock_out_findings(
    accuracy: Interval,
    majority: float,
    windows: Sequence[Window],
    whole: Sequence[Window],
    decodable: Mapping[int, float],
    null_band: float,
) -> tuple[str, ...]:
    """What the cuts say, and what a probe reads where nothing is seen to be used.

    Args:
        accuracy: of the untouched answer.
        majority: accuracy of always naming the most frequent class.
        windows: sliding ones, of both kinds of rows.
        whole: all blocks, of both kinds.
        decodable: of `decodable_blocks`.
        null_band: accuracy that a probe reaches by chance.
    """
    (later,) = (window for window in whole if window.rows == "later")
    (last,) = (window for window in whole if window.rows == "last")
    said: list[str] = []
    if accuracy.low <= majority:
        said.append(
            f"The untouched answer by likelihood is right in {percent(accuracy.value)} of these cases and not seen to "
            f"be better than always naming the most frequent class ({percent(majority)}), so that a cut can hardly "
            "cost it anything."
        )
    said.append(_whole(later, accuracy))
    if later.used:
        said += [_where(windows), _last(windows, last)]
    said += _ignored(windows, later, decodable, null_band)
    return tuple(said)


def interchange_findings(interchange: Sequence[Interchange]) -> tuple[str, ...]:
    """From which place on the answer no longer follows the image tokens."""
    if not interchange:
        return ()
    start = interchange[0]
    said = (
        f"When two cases of different classes exchange their images at the connector's output, the answer becomes the "
        f"other case's in {percent(start.followed.value)} of the cases (95 % interval {span(start.followed)} %)"
    )
    stays = next((each for each in interchange[1:] if each.followed.value < start.followed.value / 2), None)
    if stays is None or start.followed.low <= 0:
        return (f"{said}.",)
    return (
        f"{said}; exchanged behind block {stays.block} it does so in {percent(stays.followed.value)} (95 % interval "
        f"{span(stays.followed)} %): most of what decides the answer has been read from the image tokens by then.",
    )


def _whole(later: Window, accuracy: Interval) -> str:
    cut = "With the image cut off from every later token in all blocks"
    moved = f"{percent(later.moved)} of the probability over the class names moves"
    if later.used:
        return (
            f"{cut}, the answer by likelihood falls from {percent(accuracy.value)} to {percent(later.accuracy.value)}: "
            f"{lost(later.drop)}. The answer uses the image."
        )
    return f"{cut}, the answer by likelihood is not seen to get worse: {lost(later.drop)}, and {moved}."


def _where(windows: Sequence[Window]) -> str:
    used = [window for window in windows if window.used and window.rows == "later"]
    if not used:
        return (
            "No single window of blocks is seen to be needed: what one of them does not read, the others read as well."
        )
    most = max(used, key=lambda window: window.drop.value)
    return (
        f"It is read in {ranges(_covered(used))}: cut off from every later token in {ranges(_covered([most]))} alone, "
        f"{lost(most.drop)}."
    )


def _last(windows: Sequence[Window], last: Window) -> str:
    used = [window for window in windows if window.used and window.rows == "last"]
    if used:
        return f"The last token itself reads it in {ranges(_covered(used))}."
    if last.used:
        return f"The last token itself reads it, too ({lost(last.drop)}), but is not seen to need any one window."
    return (
        f"The last token is not seen to read it itself ({lost(last.drop)} when it cannot): what the answer knows of "
        "the image comes by way of the tokens between image and answer."
    )


def _ignored(
    windows: Sequence[Window], later: Window, decodable: Mapping[int, float], null_band: float
) -> tuple[str, ...]:
    if not decodable:
        return ()
    unused = sorted(decodable.keys() - _covered(window for window in windows if window.used))
    if not unused:
        return ("Wherever a probe reads the class from the image tokens of a block, the answer is seen to use them.",)
    read = f"a probe reads the class from the image tokens (up to {percent(max(decodable[b] for b in unused))}, by "
    read += f"chance {percent(null_band)})"
    if not later.used:
        return (
            f"Decodable but ignored, as far as these cases show: in {ranges(unused)} {read}, yet the answer is not "
            f"seen to miss them; a loss above {points(max(0.0, later.drop.high), 1)} is not compatible with the cuts.",
        )
    over = [window for window in windows if _covered([window]) & set(unused) and not window.used]
    bound = max((window.drop.high for window in over), default=later.drop.high)
    return (
        f"Decodable but not seen to be used: in {ranges(unused)} {read}, and no window of blocks there is seen to be "
        f"needed (each loss at most {points(max(0.0, bound), 1)}).",
    )


def _covered(windows: Iterable[Window]) -> set[int]:
    return {block for window in windows for block in range(window.first, window.last + 1)}


def ranges(blocks: Iterable[int]) -> str:
    """Block numbers in words.

    >>> ranges({4, 2, 3, 9}), ranges([0])
    ('blocks 2 to 4 and 9', 'block 0')
    """
    ordered = sorted(blocks)
    runs: list[list[int]] = []
    for block in ordered:
        if runs and block == runs[-1][1] + 1:
            runs[-1][1] = block
        else:
            runs.append([block, block])
    *firsts, final = [str(low) if low == high else f"{low} to {high}" for low, high in runs]
    listed = f"{', '.join(firsts)} and {final}" if firsts else final
    return f"block {listed}" if len(ordered) == 1 else f"blocks {listed}"
