"""Errors of downloads, with messages for the user."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from pathlib import Path

from omni_tui.errors import OmniTuiError
from omni_tui.formatting import sentences
from omni_tui.options.spec import Problem

ONE_TILE_HINT = (
    "One tile that fails to render fails the whole file: open the dashboard in Omni and look for a tile "
    "with an error."
)


class OptionsRejected(OmniTuiError):
    """The options have errors, so no request was sent. `problems` has all of them in the form's order."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        fix = self.problems[0].fix
        super().__init__(self.problems[0].message, f"Suggested fix: {fix.label}." if fix else "")


class DownloadError(OmniTuiError):
    """A job can't continue."""


class RenderFailed(DownloadError):
    """The server couldn't render the file. `reason` is the server's message, or empty."""

    def __init__(self, reason: str) -> None:
        self.reason = one_line(reason)
        no_reason = "The server couldn't render this export and gave no reason."
        super().__init__(f"The server says: {self.reason}" if self.reason else no_reason, ONE_TILE_HINT)


class WrongFile(DownloadError):
    """The downloaded file is incomplete (`is_cut_short`) or isn't the requested one. It never gets its name.

    `sha256` is the hash of the data in hex, or empty if the download was interrupted.
    """

    def __init__(self, message: str, hint: str = "", *, is_cut_short: bool = False) -> None:
        super().__init__(message, hint)
        self.is_cut_short = is_cut_short
        self.sha256 = ""

    def arrived_twice(self) -> None:
        """Add to the message that the same data arrived twice, so retrying won't help."""
        self.message = f"{self.message} The server sent the same damaged file twice."

    def kept_as(self, name: str) -> None:
        """Add to the message under which name the data was kept."""
        self.message = sentences(self.message, f"The received data is kept as {name}.")


def cut_off() -> WrongFile:
    """Return the error for a file without its end."""
    return WrongFile("The file was cut off before its end.", "Start the export again.", is_cut_short=True)


def damaged(what: str) -> WrongFile:
    """Return the error for a damaged file; `what` is wrong with it."""
    return WrongFile(f"The file is damaged: {what}.", "Start the export again.", is_cut_short=True)


class FileGone(DownloadError):
    """The server finished the export but no longer has its file."""

    def __init__(self) -> None:
        super().__init__("The server no longer has the file of this export.", "Export it again.")


class JobTimedOut(DownloadError):
    """The job exceeded its time limit."""


class JobElsewhere(DownloadError):
    """Another program works on the job."""

    def __init__(self) -> None:
        super().__init__("Another omni-tui is working on this download.", "Let it finish there.")


class DownloadListError(DownloadError):
    """The download list can't be read or changed now."""


class SetAside(DownloadError):
    """The program died twice in a row while it downloaded and checked the job's file."""

    def __init__(self) -> None:
        super().__init__(
            "omni-tui crashed twice while it was checking this file, so it didn't resume the download.",
            "Try again with omni-tui resume and its ID, or report the file.",
        )


class CannotStartAgain(DownloadError):
    """The job's options aren't known: it was for another export's file, or failed before they were found."""

    def __init__(self) -> None:
        super().__init__(
            "This download can't be started again because its options aren't known.",
            "Export the dashboard again.",
        )


class FileSaveError(DownloadError):
    """The file can't be written to its folder or disk."""


_WHAT_HAPPENED = {
    errno.ENOENT: ("There is no folder {folder}.", "Create it and try again, or choose another folder."),
    errno.ENOTDIR: ("{folder} is not a folder.", "Choose another folder."),
    errno.ENOSPC: (
        "The disk is full: {folder} has no room for this file.",
        "Free up space and try again, or choose another folder.",
    ),
    errno.EDQUOT: (
        "Disk quota exceeded: no room in {folder}.",
        "Free up space and try again, or choose another folder.",
    ),
    errno.EROFS: ("{folder} is on a read-only disk.", "Choose another folder."),
    errno.EACCES: (
        "No permission to write to {folder}.",
        "Choose another folder, or ask for write permission.",
    ),
    errno.EPERM: (
        "No permission to write to {folder}.",
        "Choose another folder, or ask for write permission.",
    ),
    errno.ENAMETOOLONG: ("The file name is too long for {folder}.", "Choose a shorter file name."),
    errno.EFBIG: ("The file is too large for the disk of {folder}.", "Choose a folder on another disk."),
}


def file_save_error(error: OSError, folder: Path) -> FileSaveError:
    """Return the operating system's error while writing to `folder`, as a message for the user."""
    if error.errno == errno.ENOENT and folder.is_dir():  # not a folder on a disk: /proc, or a removed one
        return FileSaveError(f"Files can't be created in {folder}.", "Choose another folder.")
    known = _WHAT_HAPPENED.get(error.errno or 0)
    if known is None:
        why = os.strerror(error.errno) if error.errno else str(error)
        return FileSaveError(f"Can't write the file to {folder}: {why}.", "Choose another folder.")
    message, hint = known
    return FileSaveError(message.format(folder=folder), hint)


def not_created(error: OSError, folder: Path) -> FileSaveError:
    """Return why `folder` itself can't be created, as a message for the user."""
    why = (os.strerror(error.errno) if error.errno else str(error)).lower()
    return FileSaveError(f"{folder} can't be created: {why}.", "Choose another folder.")


def one_line(text: str, limit: int = 300) -> str:
    """Return a server's text on one line of at most `limit` characters."""
    words = " ".join(text.split())
    return words if len(words) <= limit else words[: limit - 1] + "…"
