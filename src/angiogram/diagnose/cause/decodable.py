"""Whether what a probe reads behind a block is used: read by the blocks after it.

A probe and an exchange concern a block's output. A cut concerns what a block reads, the output of the block before it:
only cuts that begin behind block b speak of b. What stands at the image tokens behind the last block is read by nobody.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from angiogram.diagnose.cause.result import Interchange, Window
from angiogram.diagnose.cause.windows import ranges
from angiogram.diagnose.phrases import percent
from angiogram.diagnose.read.measured import CurvePoint


def decodable_blocks(curve: Sequence[CurvePoint], null_band: float) -> set[int]:
    """LLM blocks behind which a probe reads the class from the image tokens.

    Only those whose whole interval lies above the null band.
    """
    found: set[int] = set()
    for point in curve:
        block = point.tap.removeprefix("llm.block.").removesuffix("@image")
        if point.stream == "image" and block.isdigit() and point.accuracy.low > null_band:
            found.add(int(block))
    return found


def used_behind(blocks: int, cuts: Sequence[Window], interchange: Sequence[Interchange]) -> tuple[set[int], set[int]]:
    """Blocks whose output at the image tokens is seen to be used, and those of which it was tested and is not seen.

    By the exchange where it was made behind blocks: what is followed behind a block has come through those before it;
    between the last place that is followed and the next, nothing is known. Otherwise by the cuts. Without the last
    block, behind which nothing reads.
    """
    asked = set(range(blocks - 1))
    if any(each.block is not None for each in interchange):
        places = [(-1 if each.block is None else each.block, each.used) for each in interchange]
        last = max((block for block, used in places if used), default=-2)
        silent = min((block for block, _ in places if block > last), default=blocks)
        return {block for block in asked if block <= last}, {block for block in asked if block >= silent}
    read = max((cut.blocks[0] for cut in cuts if cut.used), default=0)
    return {block for block in asked if block < read}, {block for block in asked if block >= read}


def decodable_findings(
    decodable: AbstractSet[int],
    null_band: float,
    blocks: int,
    cuts: Sequence[Window],
    interchange: Sequence[Interchange],
) -> tuple[str, ...]:
    """Which of what a probe reads is used, which is not seen to be, and whether the image is ignored.

    Args:
        decodable: of `decodable_blocks`.
        null_band: accuracy that the best tap reaches by chance.
        blocks: number of LLM blocks.
        cuts: all, those of all blocks last.
        interchange: empty where it was not made.
    """
    used, silent = (found & decodable for found in used_behind(blocks, cuts, interchange))
    read = "a probe reads the class from the image tokens"
    if used and used == decodable - {blocks - 1}:
        return (f"Decodable and used: wherever {read} behind a block, the answer is seen to use them.",)
    said = [f"Decodable and used: behind {ranges(used)} {read}, and the answer is seen to use them."] if used else []
    if not silent:
        return tuple(said)
    read += f" (each time seen to be above the {percent(null_band)} that the best place reaches by chance)"
    exchanged = any(each.block is not None for each in interchange)
    if any(each.used for each in (*cuts, *interchange)):
        why = (
            "the answer is not seen to follow an image that is exchanged there"
            if exchanged
            else "no cut that begins behind them is seen to change the answer"
        )
        return (*said, f"Decodable but not seen to be used: behind {ranges(silent)} {read}, and {why}.")
    bound = cuts[-1].changed
    limit = f"; a change in more than {percent(bound.high)} of the answers is not compatible with the cuts"
    return (
        f"Decodable but ignored, as far as these cases show: behind {ranges(silent)} {read}, yet the answer is not "
        f"seen to depend on them{'' if bound.low > 0 else limit}.",
    )
