"""Images that lie above the folders of the classes, as an overview beside them does."""

from collections.abc import Sequence

from angiogram.data.sources.levels import Level, read_levels


def least_depth(folders: Sequence[tuple[str, ...]], given: Sequence[Level] | None) -> int:
    """How many folders an image needs above it to have a class; 0 where that cannot be said.

    Where the level of the classes is not one that all images have, those that lie above it are passed over as long as
    they are the fewer.

    Args:
        folders: names of the folders above each image, from the top.
        given: the user's word on the levels.

    >>> least_depth([("train",), ("train", "a"), ("train", "b"), ("test", "a"), ("test", "b")], None)
    2
    """
    if given is not None:
        least = given.index("class") + 1
        return least if any(len(names) >= least for names in folders) else 0
    for depth in sorted(set(map(len, folders))):
        lower = [names for names in folders if len(names) >= depth]
        if 2 * len(lower) <= len(folders):
            break
        if read_levels(lower).place("class") is not None:
            return depth
    return 0
