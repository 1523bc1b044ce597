"""From a hub id to a local folder, with every refusal of the hub as one sentence."""

import json
from collections.abc import Generator, Sequence
from contextlib import contextmanager
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

from angiogram.cache import Progress
from angiogram.errors import InputError
from angiogram.model.adapters import ADAPTER_WEIGHTS, is_adapter
from angiogram.model.checkpoint import INDEX, WEIGHTS

# No answer at all: the error of the client's HTTP library, which it has changed before, and OSError.
UNREACHED = cast(tuple[type[Exception], ...], HfHubHTTPError.__bases__)
SETTINGS = ("*.json", "*.jinja", "*.model", "*.txt")


def settings_from_hub(name: str, revision: str | None, *, code: bool) -> Path:
    """The folder of the repository's small files; its name is the commit that `revision` stands for.

    Args:
        name: the hub id, "owner/name".
        revision: a branch, tag or commit; None for the newest.
        code: also fetch what the model brings along as Python.

    Raises:
        InputError: there is no such repository or revision, it is closed to this account, or the hub is not reached.
    """
    return _fetched(name, revision, (*SETTINGS, *(("*.py",) if code else ())))


def weights_from_hub(name: str, folder: Path, progress: Progress) -> None:
    """Fetch the weights that belong to the settings in `folder`, and no others that the repository holds."""
    wanted = [ADAPTER_WEIGHTS] if is_adapter(folder) else [WEIGHTS]
    if (folder / INDEX).is_file():
        wanted = sorted(set(json.loads((folder / INDEX).read_text())["weight_map"].values()))
    if not all((folder / file).is_file() for file in wanted):
        progress(f"fetching the weights of {name} from the hub")
        _fetched(name, folder.name, wanted)


def _fetched(name: str, revision: str | None, wanted: Sequence[str]) -> Path:
    with hub_errors_said(name, revision):
        return Path(snapshot_download(name, revision=revision, allow_patterns=list(wanted)))


@contextmanager
def hub_errors_said(name: str, revision: str | None = None) -> Generator[None]:
    """Turn what the hub's client raises inside into an InputError."""
    page = f"{constants.ENDPOINT}/{name}"
    try:
        yield
    except HFValidationError as error:
        raise InputError(f"'{name}' is not a hub id, which has the form owner/name.") from error
    except GatedRepoError as error:
        raise InputError(
            f"The model '{name}' is gated: accept its terms at {page}, then log in with `hf auth login`."
        ) from error
    except DisabledRepoError as error:
        raise InputError(f"The model '{name}' was disabled on the hub; see {page}.") from error
    except RepositoryNotFoundError as error:
        raise InputError(
            f"There is no folder '{name}' here and no public model '{name}' on the hub; "
            "check the spelling, or log in with `hf auth login` where it is private."
        ) from error
    except RevisionNotFoundError as error:
        raise InputError(f"The model '{name}' has no revision '{revision}' on the hub; see {page}.") from error
    except HfHubHTTPError as error:
        raise _status(name, error) from error
    except UNREACHED as error:
        answered = error.__cause__  # the client says "not in the cache" of every refusal that it does not know
        if isinstance(answered, HfHubHTTPError):
            raise _status(name, answered) from error
        raise _unreached(name) from error


def _status(name: str, error: HfHubHTTPError) -> InputError:
    status = error.response.status_code
    if status in (401, 403):
        return InputError(
            f"The hub does not let this account read '{name}' (status {status}); log in with `hf auth login`."
        )
    return InputError(f"The hub could not give '{name}' (status {status}); try again later.")


def _unreached(name: str) -> InputError:
    why = "HF_HUB_OFFLINE is set" if constants.is_offline_mode() else f"{constants.ENDPOINT} cannot be reached"
    return InputError(
        f"There is no folder '{name}' here, and it cannot be fetched from the hub because {why}; "
        "give a local folder, or fetch the model where there is a network."
    )
