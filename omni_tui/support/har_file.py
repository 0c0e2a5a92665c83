"""Write new HAR files, readable only by their owner."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from itertools import count
from pathlib import Path

from omni_tui.api.request_log.har import har_document
from omni_tui.api.request_log.log import Exchange
from omni_tui.errors import OmniTuiError
from omni_tui.formatting import display_path


class HarFileError(OmniTuiError):
    """The HAR file can't be written."""


class HarFileExists(HarFileError):
    """A file with that name exists and isn't replaced."""


def save_har(folder: Path, exchanges: Iterable[Exchange]) -> Path:
    """Save the exchanges in a new file, named after the time, in a folder; return its path.

    Blocks. Raises HarFileError.
    """
    exchanges = tuple(exchanges)
    stem = f"omni-tui-requests-{datetime.now():%Y-%m-%d-%H%M%S}"
    for number in count(1):
        path = folder / (f"{stem}.har" if number == 1 else f"{stem} ({number}).har")
        with suppress(HarFileExists):
            write_har(path, exchanges)
            return path
    raise AssertionError("count never ends")


def write_har(path: Path, exchanges: Iterable[Exchange]) -> None:
    """Write the exchanges to a new HAR file. Blocks. Raises HarFileError."""
    text = json.dumps(har_document(exchanges), indent=1)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        raise HarFileExists(f"{display_path(path)} already exists.", "Choose another name.") from None
    except OSError as error:
        raise _trouble(path, error) from None
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text + "\n")
    except OSError as error:
        with suppress(OSError):
            path.unlink()
        raise _trouble(path, error) from None


def _trouble(path: Path, error: OSError) -> HarFileError:
    return HarFileError(f"{display_path(path)} can't be created: {error.strerror}.", "Choose another folder.")
