"""From a hub id to a local folder, with every refusal of the hub as one sentence."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from huggingface_hub import constants, snapshot_download
from huggingface_hub.errors import (
    DisabledRepoError,
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from angiogram.errors import InputError

# No answer at all: the error of the client's HTTP library, which it has changed before, and OSError.
UNREACHED = cast(tuple[type[Exception], ...], HfHubHTTPError.__bases__)


@dataclass(frozen=True)
class Kind:
    """What a repository of the hub holds, in its words and in ours.

    Attributes:
        type: the hub's word for it.
        name: ours.
        here: what was looked for on this machine first.
        local: what may be given instead.
        pages: what stands before an id in the address of its page.
    """

    type: str
    name: str
    here: str
    local: str
    pages: str = ""


MODEL = Kind("model", "model", "folder", "a local folder")
DATASET = Kind("dataset", "data set", "folder or file", "a local folder, zip, table or .npz", "datasets/")


def split_id(name: str) -> tuple[str, str | None]:
    """The id and the revision of `owner/name@revision`.

    >>> split_id("owner/name@refs/pr/1"), split_id("owner/name")
    (('owner/name', 'refs/pr/1'), ('owner/name', None))
    """
    source, _, revision = name.partition("@")
    return source, revision or None


def fetched(name: str, revision: str | None, kind: Kind = MODEL, wanted: Sequence[str] | None = None) -> Path:
    """The folder of a repository in the hub's own cache; its name is the commit that `revision` stands for.

    Args:
        name: the hub id, "owner/name".
        revision: a branch, tag or commit; None for the newest.
        kind: of the repository.
        wanted: patterns of the files that are fetched; None for all.

    Raises:
        InputError: there is no such repository or revision, it is closed to this account, or the hub is not reached and
            not all of it is here.
    """
    with hub_errors_said(name, revision, kind):
        patterns = None if wanted is None else list(wanted)
        return Path(snapshot_download(name, repo_type=kind.type, revision=revision, allow_patterns=patterns))


@contextmanager
def hub_errors_said(name: str, revision: str | None = None, kind: Kind = MODEL) -> Generator[None]:
    """Turn what the hub's client raises inside into an InputError."""
    page, what = f"{constants.ENDPOINT}/{kind.pages}{name}", f"The {kind.name} '{name}'"
    try:
        yield
    except HFValidationError as error:
        raise InputError(f"'{name}' is not a hub id, which has the form owner/name.") from error
    except GatedRepoError as error:
        raise InputError(f"{what} is gated: accept its terms at {page}, then log in with `hf auth login`.") from error
    except DisabledRepoError as error:
        raise InputError(f"{what} was disabled on the hub; see {page}.") from error
    except RepositoryNotFoundError as error:
        raise InputError(
            f"There is no {kind.here} '{name}' here and no public {kind.name} '{name}' on the hub; "
            "check the spelling, or log in with `hf auth login` where it is private."
        ) from error
    except RevisionNotFoundError as error:
        raise InputError(f"{what} has no revision '{revision}' on the hub; see {page}.") from error
    except HfHubHTTPError as error:
        raise _status(name, error) from error
    except UNREACHED as error:
        answered = error.__cause__  # the client says "not in the cache" of every refusal that it does not know
        if isinstance(answered, HfHubHTTPError):
            raise _status(name, answered) from error
        raise _unreached(name, kind) from error


def _status(name: str, error: HfHubHTTPError) -> InputError:
    status = error.response.status_code
    if status in (401, 403):
        return InputError(
            f"The hub does not let this account read '{name}' (status {status}); log in with `hf auth login`."
        )
    return InputError(f"The hub could not give '{name}' (status {status}); try again later.")


def _unreached(name: str, kind: Kind) -> InputError:
    why = "HF_HUB_OFFLINE is set" if constants.is_offline_mode() else f"{constants.ENDPOINT} cannot be reached"
    return InputError(
        f"There is no {kind.here} '{name}' here, and it cannot be fetched from the hub because {why}; "
        f"give {kind.local}, or fetch the {kind.name} where there is a network."
    )
