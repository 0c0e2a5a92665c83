"""What keeps a job from being started, or from going on, in words for the user."""

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
    """The options hold errors; no request was sent. `problems` has them all, in the form's order."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        fix = self.problems[0].fix
        super().__init__(self.problems[0].message, f"Suggested fix: {fix.label}." if fix else "")


class DownloadError(OmniTuiError):
    """A job cannot go on."""


class RenderFailed(DownloadError):
    """The server says that it could not make the file. `reason` is the server's own words, or empty."""

    def __init__(self, reason: str) -> None:
        self.reason = one_line(reason)
        unsaid = "The server could not render this export, and did not say why."
        super().__init__(f"The server says: {self.reason}" if self.reason else unsaid, ONE_TILE_HINT)


class WrongFile(DownloadError):
    """What came is not whole (`is_cut_short`), or not what was asked for. It never gets the file's name.

    `sha256` is the hash of all that came, in hex; empty when it didn't come to its end.
    """

    def __init__(self, message: str, hint: str = "", *, is_cut_short: bool = False) -> None:
        super().__init__(message, hint)
        self.is_cut_short = is_cut_short
        self.sha256 = ""

    def came_again(self) -> None:
        """Say that the same came before, so that another try would bring it once more."""
        self.message = f"{self.message} It arrived twice, byte for byte the same."

    def kept_as(self, name: str) -> None:
        """Say under which name what came was kept."""
        self.message = sentences(self.message, f"What came is kept as {name}.")


def cut_off() -> WrongFile:
    """The error for a file without its end."""
    return WrongFile("The file was cut off before its end.", "Start the export again.", is_cut_short=True)


def damaged(what: str) -> WrongFile:
    """The error for a file that isn't whole inside; `what` is wrong."""
    return WrongFile(f"The file is damaged: {what}.", "Start the export again.", is_cut_short=True)


class FileGone(DownloadError):
    """The server finished the export, and does not have its file any more."""

    def __init__(self) -> None:
        super().__init__("The server no longer has the file of this export.", "Export it again.")


class JobTimedOut(DownloadError):
    """The job's time is over."""


class JobElsewhere(DownloadError):
    """Another program works on the job."""

    def __init__(self) -> None:
        super().__init__("Another omni-tui is working on this download.", "It is finished there.")


class DownloadListError(DownloadError):
    """The download list can't be read or changed now."""


class SetAside(DownloadError):
    """The program died twice in a row while it received and checked the job's file."""

    def __init__(self) -> None:
        super().__init__(
            "omni-tui ended unexpectedly twice while it was checking this file, so it wasn't resumed.",
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
    """The folder or the disk does not let us write."""


_WHAT_HAPPENED = {
    errno.ENOENT: ("There is no folder {folder}.", "Make it and run this again, or choose another folder."),
    errno.ENOTDIR: ("{folder} is not a folder.", "Choose another folder."),
    errno.ENOSPC: (
        "The disk is full: {folder} has no room for this file.",
        "Make room and run it again, or choose another folder.",
    ),
    errno.EDQUOT: (
        "Your share of the disk is used up: no room in {folder}.",
        "Make room and run it again, or choose another folder.",
    ),
    errno.EROFS: ("{folder} is on a disk that can only be read.", "Choose another folder."),
    errno.EACCES: ("You may not write into {folder}.", "Choose another folder, or ask for the permission."),
    errno.EPERM: ("You may not write into {folder}.", "Choose another folder, or ask for the permission."),
    errno.ENAMETOOLONG: ("The file's name is too long for {folder}.", "Give the file a shorter name."),
    errno.EFBIG: ("The file is larger than the disk of {folder} takes.", "Choose a folder on another disk."),
}


def file_save_error(error: OSError, folder: Path) -> FileSaveError:
    """An operating system's error while writing into `folder`, in words."""
    if error.errno == errno.ENOENT and folder.is_dir():  # a folder that isn't of a disk: /proc, a removed one
        return FileSaveError(f"Files can't be created in {folder}.", "Choose another folder.")
    known = _WHAT_HAPPENED.get(error.errno or 0)
    if known is None:
        why = os.strerror(error.errno) if error.errno else str(error)
        return FileSaveError(f"The file could not be written into {folder}: {why}.", "Choose another folder.")
    message, hint = known
    return FileSaveError(message.format(folder=folder), hint)


def not_created(error: OSError, folder: Path) -> FileSaveError:
    """Return why `folder` itself can't be created, in words."""
    why = (os.strerror(error.errno) if error.errno else str(error)).lower()
    return FileSaveError(f"{folder} can't be created: {why}.", "Choose another folder.")


def one_line(text: str, limit: int = 300) -> str:
    """A server's words on one line, cut to at most `limit` characters."""
    words = " ".join(text.split())
    return words if len(words) <= limit else words[: limit - 1] + "…"
