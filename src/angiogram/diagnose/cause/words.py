"""What the cuts and the exchanges say, in sentences; never more than the intervals do."""

from collections.abc import Sequence

from angiogram.diagnose.cause.result import Interchange, Window
from angiogram.diagnose.cause.windows import ranges
from angiogram.diagnose.phrases import number, percent, points, span
from angiogram.statistics.interval import Interval

ALL_CUTS = "95 % interval, for all cuts together,"


def knock_out_findings(
    accuracy: Interval, majority: float, windows: Sequence[Window], whole: Sequence[Window]
) -> tuple[str, ...]:
    """Whether the answer changes without the image, what that costs, and which blocks read it.

    Args:
        accuracy: of the untouched answer.
        majority: accuracy of always naming the most frequent class.
        windows: sliding ones, of both kinds of rows.
        whole: all blocks, of both kinds.
    """
    (later,) = (window for window in whole if window.rows == "later")
    (last,) = (window for window in whole if window.rows == "last")
    said: list[str] = []
    if accuracy.low <= majority:
        said.append(
            f"The untouched answer by likelihood is right in {percent(accuracy.value)} of these cases (95 % interval "
            f"{span(accuracy)} %) and not seen to be better than always naming the most frequent class "
            f"({percent(majority)}). So a cut may cost it little even where the image is used; whether it is used "
            "shows in whether the answer changes."
        )
    said.append(_whole(later, accuracy))
    if later.used:
        said += [_where(windows), _last(windows, last)]
    return tuple(said)


def interchange_findings(interchange: Sequence[Interchange]) -> tuple[str, ...]:
    """Behind which blocks the answer follows the exchanged image, and from where on it does less than half as often."""
    if not interchange:
        return ()
    start, *behind = interchange
    said = (
        f"When two cases of different classes exchange their images at the connector's output, the answer becomes the "
        f"other case's in {percent(start.followed.value)} of the cases (95 % interval {span(start.followed)} %)"
    )
    said += "." if start.used else ", which is not seen to be more than chance."
    tested = [each.block for each in behind if each.block is not None]
    followed = [each.block for each in behind if each.block is not None and each.used]
    if followed:
        said += f" Exchanged behind {ranges(followed, tested)} it is followed as well"
        rest = [block for block in tested if block not in followed]
        said += f"; behind {ranges(rest, tested)} that is not seen." if rest else "."
    elif tested:
        said += f" Exchanged behind {ranges(tested, tested)} it is not seen to be followed."
    return (said, *_halved(interchange))


def _halved(interchange: Sequence[Interchange]) -> tuple[str, ...]:
    """From the first place on which, with all that come after it, follows less than half as often as the start."""
    fewer: Interchange | None = None
    for place in reversed(interchange[1:]):
        if place.past_half.high >= 0:
            break
        fewer = place
    if fewer is None or not interchange[0].used:
        return ()
    below = Interval(-fewer.past_half.value, -fewer.past_half.high, -fewer.past_half.low)
    return (
        f"Behind block {fewer.block} the answer follows less than half as often as at the connector's output "
        f"({points(below.value, 1)} fewer than half; paired 95 % interval, for all places together, {span(below, 1)}), "
        "and so it does behind every later block that was tested. So for more than half of the answers that follow, "
        "what decides them has been read from the image tokens by then.",
    )


def _whole(later: Window, accuracy: Interval) -> str:
    cut = "With the image cut off from every later token in all blocks, the answer by likelihood"
    changes = f"changes in {percent(later.changed.value)} of the cases ({ALL_CUTS} {span(later.changed)} %)"
    if later.used:
        return f"{cut} {changes}. The answer uses the image. {_cost(later, accuracy)}"
    if later.changed.low > 0:
        return f"{cut} {changes}, but no more is seen than a shift that all cases share, whatever their image."
    moved = f"{percent(later.moved)} of the probability over the class names moves"
    return f"{cut} is not seen to change: it {changes}, and {moved}."


def _cost(window: Window, accuracy: Interval) -> str:
    drop = window.drop
    right = f"it is right in {percent(accuracy.value)} of them with the image and in {percent(window.accuracy.value)} "
    amount = points(abs(drop.value), 1)
    verb = "gained" if float(number(drop.value, 1)) < 0 else "lost"
    be = "is" if amount.endswith("point") else "are"
    cost = "This costs accuracy" if drop.low > 0 else "This is not seen to cost anything"
    return f"{cost}: {right}without, {amount} {be} {verb} ({ALL_CUTS} {span(drop, 1)})."


def _where(windows: Sequence[Window]) -> str:
    used = [window for window in windows if window.used and window.rows == "later"]
    if not used:
        most = max(window.changed.high for window in windows if window.rows == "later")
        return (
            "No single window of blocks is seen to be needed: what one of them does not read the others may read as "
            f"well, or up to {percent(most)} of the answers may need it ({ALL_CUTS[:-1]})."
        )
    costly = sum(window.drop.low > 0 for window in used)
    one = len(used) == 1
    which = "in the one window of blocks" if one else f"in any one of the {len(used)} windows of blocks"
    falls = "" if one else " in all of them" if costly == len(used) else f" in {costly} of them"
    loss = f"accuracy is {'seen' if costly else 'not seen'} to fall{falls if costly else ''}"
    return (
        f"The reading is narrowed to {ranges(readers(windows, 'later'))}, as far as these cases show. Cut off from "
        f"every later token {which} that {'is' if one else 'are'} seen to be needed, the answer changes in at least "
        f"{percent(min(window.changed.low for window in used))} of the cases ({ALL_CUTS[:-1]}); {loss}."
    )


def _last(windows: Sequence[Window], last: Window) -> str:
    if found := readers(windows, "last"):
        return f"The last token itself reads it; as far as these cases show, that is narrowed to {ranges(found)}."
    changes = f"the answer changes in {percent(last.changed.value)} of the cases when it cannot"
    if last.used:
        return f"The last token itself reads it, too ({changes}), but is not seen to need any one window."
    return (
        f"The last token is not seen to read it itself ({changes}; {ALL_CUTS} {span(last.changed)} %). Up to "
        f"{percent(last.changed.high)} of the answers may still need its own reading; the others may know of the image "
        "by way of the tokens between image and answer."
    )


def readers(windows: Sequence[Window], rows: str) -> set[int]:
    """Blocks of the windows that are seen to be needed, without those that a window not seen to be needed holds, too.

    Where that leaves nothing of a window, all of it: it is needed together.
    """
    kind = [window for window in windows if window.rows == rows]
    spared = {block for window in kind if not window.used for block in window.blocks}
    found: set[int] = set()
    for window in kind:
        if window.used:
            found |= set(window.blocks) - spared or set(window.blocks)
    return found
