"""The vision encoder: the lists of blocks before the LLM that the image enters at their head."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from angiogram.errors import InputError
from angiogram.model.discover.chains import Chain, within
from angiogram.model.discover.experiment import Experiment
from angiogram.model.discover.finding import Finding
from angiogram.model.discover.language import Language, common
from angiogram.model.discover.missing import not_found
from angiogram.model.discover.trace import Call, Trace

BLOCKS = "model.vision_tower.encoder.layers"  # an example of where they are


@dataclass(frozen=True)
class Vision:
    """The encoder's parts.

    Attributes:
        root: the largest module that holds the blocks and nothing of the LLM.
        blocks: the calls of all blocks in order.
        finding: of the blocks.
        ends: paths of the last block of each encoder, where several see the image beside one another; else empty.
    """

    root: str
    blocks: tuple[Call, ...]
    finding: Finding
    ends: tuple[str, ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        """Of the blocks."""
        return tuple(call.path for call in self.blocks)


def find_vision(
    traced: Trace,
    lists: list[Chain],
    language: Language,
    given: tuple[str, ...] | None,
    before: Callable[[str], Experiment],
) -> Vision:
    """Choose the encoder's lists of blocks; those of a Q-Former or resampler begin with queries, not with the image.

    Lists that lie elsewhere and do not receive what any block of the first ones gives are a further encoder, whose
    features are fused with theirs. What changes the output of a list's head changes that of every block behind it.

    Args:
        traced: the trace.
        lists: all lists of blocks.
        language: the LLM.
        given: paths of the blocks, where the user says them.
        before: an experiment whose outcome is the input of this module.

    Raises:
        InputError: there is none.
    """
    if given is not None:
        blocks = tuple(traced.of(path) for path in given)
        said = Finding("encoder_blocks", given, "given", "the anatomy file says so")
        return Vision(_root(given, language), blocks, said)
    fit = [chain for chain in lists if _reads_image(chain, language)]
    if not fit:
        raise _no_encoder(traced, language)
    root = _root(fit[0].paths, language)
    own = [chain for chain in fit if within(chain.parent, root)]
    others = [chain for chain in fit if chain not in own]
    heads = [chain.paths[0] for chain in own]
    twins = [chain for chain in others if not any(map(before(chain.paths[0]).matters, heads))]
    own = sorted([*own, *twins], key=lambda chain: chain.calls[0].began)
    beside = [chain.parent for chain in others if chain not in twins]
    blocks = tuple(call for chain in own for call in chain.calls)
    linked = all(chain.linked for chain in own)
    steps = "each receives what the one before it gave" if linked else "not every step from block to block was seen"
    evidence = f"{len(blocks)} blocks called before the LLM, every output changes with the image, and {steps}"
    if twins:
        evidence += f"; the encoders {', '.join(chain.parent for chain in own)} see the image beside one another"
    if beside:
        evidence += f"; further blocks that read the image lie in {', '.join(beside)} and count as the connector's"
    certainty = "certain" if linked and not beside else "likely"
    finding = Finding("encoder_blocks", tuple(call.path for call in blocks), certainty, evidence)
    return Vision(root, blocks, finding, tuple(chain.paths[-1] for chain in own) if twins else ())


def find_used(vision: Vision, experiment: Experiment) -> Finding:
    """The last block whose output matters to what enters the LLM.

    Raises:
        InputError: none of the blocks matters.
    """
    for number in range(len(vision.blocks), 0, -1):
        if experiment.matters(vision.paths[number - 1]):
            behind = len(vision.blocks) - number
            evidence = f"a changed output of block {number - 1} changes what the LLM receives"
            if behind:
                evidence += f", a changed output of the {behind} behind it changes nothing"
            return Finding("used_blocks", (str(number),), "certain", evidence)
    raise not_found("encoder_blocks", f"those in {vision.root} do not reach the LLM", BLOCKS)


def _no_encoder(traced: Trace, language: Language) -> InputError:
    """Says why no list of blocks can be the encoder's."""
    calls = Counter(
        call.path
        for call in traced.calls
        if call.ended < language.first.began and call.path.rpartition(".")[2].isdigit() and not call.leaf
    )
    if not calls:
        why = (
            "no list of blocks is called before the LLM (a model whose LLM reads the patches of an image themselves "
            "has no encoder and cannot be tapped)"
        )
    else:
        path, times = calls.most_common(1)[0]
        if times > 1:
            return InputError(
                f"The blocks in '{path.rpartition('.')[0]}' are called {times} times for one image, as where its tiles "
                "and the whole of it go through the encoder one behind the other, but a tap reads one call, so that "
                "this encoder cannot be tapped."
            )
        why = "no list of blocks that keep their input's shape is called before the LLM with what depends on the image"
    return not_found("encoder_blocks", why, BLOCKS)


def _reads_image(chain: Chain, language: Language) -> bool:
    first = chain.calls[0]
    before = chain.calls[-1].ended < language.first.began and not within(chain.parent, language.blocks.parent)
    return before and first.given_depends and all(call.gave_depends for call in chain.calls)


def _root(blocks: tuple[str, ...], language: Language) -> str:
    """The shallowest module that holds these blocks and none of the LLM's."""
    names = common([*blocks]).split(".")
    for depth in range(1, len(names) + 1):
        path = ".".join(names[:depth])
        if not any(within(block, path) for block in language.blocks.paths):
            return path
    return ".".join(names)
