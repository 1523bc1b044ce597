"""Why a DICOM file is no image for us, and how work with foreign messages is kept quiet."""

import logging
import warnings
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class UnfitError(Exception):
    """A file, frame or series cannot be read as an image.

    Attributes:
        reason: completes the sentence "FILE ...", without a full stop and without any value that may name a patient.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def attempt(work: Callable[[], T]) -> T | None:
    """What the work gives, None where it fails.

    Messages, warnings and log lines of pydicom and its decoders quote values of the file, which may be a patient's
    name: they are dropped here, and no exception is left for a later one to carry as its context.
    """
    log = logging.getLogger("pydicom")
    was, log.disabled = log.disabled, True
    try:
        with warnings.catch_warnings(action="ignore"):
            return work()
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # a decoder in Rust that panics raises what is no Exception
        return None
    finally:
        log.disabled = was
