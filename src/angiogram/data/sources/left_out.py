"""What below a folder takes no part and is not bad, one sentence a kind."""

from pathlib import Path

from angiogram.data.sources.counted import counted
from angiogram.data.sources.scan import archives, unread_pictures, unread_volumes
from angiogram.imaging.printable import printable
from angiogram.imaging.read import suffix_of


def left_out(beside: int, masks: int) -> list[str]:
    """Masks of other images, and images beside the folders."""
    said: list[str] = []
    if masks:
        are = counted(masks, "file is a mask of another image, and is", "files are masks of other images, and are")
        said.append(f"{are} left out.")
    if beside:
        have = "image beside the folders has no class, and is", "images beside the folders have no class, and are"
        said.append(f"{counted(beside, *have)} left out.")
    return said


def not_opened(root: Path) -> list[str]:
    """Archives, and what is of kinds that are not read."""
    said: list[str] = []
    if packed := archives(root):
        first = f"'{printable(packed[0].relative_to(root))}'"
        if len(packed) == 1:
            said.append(f"The archive {first} in it is not opened; unpack it if it holds images, too.")
        else:
            said.append(
                f"{len(packed)} archives in it, {first} among them, are not opened; unpack them if they hold images, "
                "too."
            )
    if unread := unread_volumes(root):
        kinds = ", ".join(sorted({suffix_of(path) for path in unread}))
        are = counted(len(unread), "volume in it is of a kind", "volumes in it are of kinds")
        said.append(f"{are} that {'is' if len(unread) == 1 else 'are'} not read ({kinds}); convert to .nii.gz.")
    if unread := unread_pictures(root):
        kinds = ", ".join(sorted({path.suffix.lower() for path in unread}))
        are = counted(len(unread), "picture or film in it is", "pictures or films in it are")
        said.append(f"{are} of a kind that is not read ({kinds}); convert to PNG.")
    return said
