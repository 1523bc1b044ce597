"""Sound images under any name that a file system allows, and links, pipes and folders under names of images."""

import os

from PIL import Image as Pillow

from damaged.rasters import GREY, saved
from damaged.sets import NameKind

_PNG = saved(Pillow.fromarray(GREY), "PNG")


def names() -> NameKind:
    """Every link and pipe is a case that has to be set aside, or read where it leads to an image."""
    return NameKind(
        _PNG,
        {
            "link-to-itself.png": lambda path: path.symlink_to(path.name),
            "link-to-nothing.png": lambda path: path.symlink_to("nothing.png"),
            "link-out.png": lambda path: path.symlink_to("/etc/passwd"),
            "link-to-zeros.png": lambda path: path.symlink_to("/dev/zero"),
            "loop-a.png": lambda path: path.symlink_to("loop-b.png"),
            "loop-b.png": lambda path: path.symlink_to("loop-a.png"),
            "pipe.png": os.mkfifo,
            "pipe.nii.gz": os.mkfifo,
            "pipe.dcm": os.mkfifo,
            "empty.png": b"",
            "folder.png/inside.png": _PNG,
        },
    )
