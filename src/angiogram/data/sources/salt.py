"""The secret that makes hashes of names say nothing.

It is drawn once and stays in the cache, so that a run that goes on finds the same names, and no other machine does.
"""

import hashlib
import hmac
import secrets
from pathlib import Path

from angiogram.errors import InputError
from angiogram.files import atomic_file

SALT = "dicom-salt"
_BYTES = 32


def salt_of(cache: Path) -> bytes:
    """The salt of this cache, drawn where there is none.

    One that is too short, as a full disk leaves it, can be no name's any more, and is drawn anew.

    Raises:
        InputError: the cache cannot be read or written.
    """
    path = cache / SALT
    salt = _kept(path)
    if len(salt) < _BYTES:
        with atomic_file(path) as temporary:
            temporary.touch(mode=0o600)
            temporary.write_bytes(secrets.token_bytes(_BYTES))
        salt = _kept(path)
    return salt


def _kept(path: Path) -> bytes:
    """What the file holds; nothing where there is none."""
    try:
        return path.read_bytes() if path.is_file() else b""
    except OSError as error:
        raise InputError(
            f"The secret '{path}', which makes names say nothing, cannot be read: {error.strerror}."
        ) from error


def short_name(kind: str, name: str, salt: bytes) -> str:
    """The same for the same name and salt, and nothing else: `kind` and 16 hexadecimal digits of HMAC-SHA256.

    >>> short_name("case", "a/b.dcm", bytes(16))
    'case-d59800dccea2e1cc'
    """
    digest = hmac.new(salt, name.encode("utf-8", "surrogateescape"), hashlib.sha256)
    return f"{kind}-{digest.hexdigest()[:16]}"
