"""Does the answer depend on the modules that the anatomy says it depends on, and only on those?"""

from angiogram.check.gradient import taps_with_gradient
from angiogram.check.intervention import answer_changes
from angiogram.check.result import Finding, first_few
from angiogram.check.subject import Subject
from angiogram.model.prompt import prepare

NAME = "off the path"
MEASURED = "taps whose module the answer does not depend on although it should, or the reverse"


def off_the_path(subject: Subject) -> Finding:
    """One backward pass on one image finds what the answer depends on; what gets no gradient is tried by hand.

    No gradient does not yet mean no influence: some models cut the graph behind their encoder. So each of those modules
    is disturbed in a forward pass of its own, and only where the logits stay the same is it off the path. Whole modules
    are judged: the last LLM block is on the path although the answer reads nothing but its last token.
    """
    loaded = subject.loaded
    model = loaded.model
    inputs = prepare(loaded.processor, subject.prompt, subject.images[:1]).to(loaded.device)
    depends = dict.fromkeys(((tap.module, tap.site) for tap in subject.taps), False)
    for tap in taps_with_gradient(model, inputs, subject.taps):
        depends[tap.module, tap.site] = True
    without = [(module, site) for (module, site), found in depends.items() if not found]
    for module, site in without:
        depends[module, site] = answer_changes(model, inputs, module, site)
    wrong = [tap for tap in subject.taps if depends[tap.module, tap.site] != tap.on_path]
    if wrong:
        said = [f"{tap.name} is said to be {'on' if tap.on_path else 'off'} the path but is not" for tap in wrong]
        return Finding(len(wrong), 0, "wrong", f"{first_few(said)}.")
    off = [tap.name for tap in subject.taps if not tap.on_path]
    rest = f"all taps but {first_few(off)}" if off else f"all {len(subject.taps)} taps"
    by_hand = f" ({len(without)} found without gradient)" if len(without) > len(off) else ""
    return Finding(0, 0, "ok", f"The answer depends on {rest}{by_hand}, as the anatomy says.")
