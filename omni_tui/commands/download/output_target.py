"""Resolve `--output` before anything is sent."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

from omni_tui.commands.shared.exit_codes import UsageError
from omni_tui.downloads.errors import not_created
from omni_tui.errors import OmniTuiError

STANDARD_OUTPUT = "-"


@dataclass(frozen=True, slots=True)
class Target:
    """A folder, and a file name in it if one was typed. A `folder` of None means the settings decide.

    `is_standard_output`: the file is checked in a private folder, then copied to standard output, or to
    `sink`, a pipe or device. `is_new_folder`: the folder must be created.
    """

    folder: Path | None = None
    file_name: str | None = None
    is_standard_output: bool = False
    is_new_folder: bool = False
    sink: Path | None = None


def target_of(output: str | None, dashboard_count: int, *, is_fan_out: bool = False) -> Target:
    """Resolve `--output` for a number of dashboards. A fan-out makes several files of each.

    `-` is standard output. A folder that exists, or a name that ends with a slash, is a folder; anything
    else is a file in an existing folder. Raises UsageError.
    """
    if output is None:
        return Target()
    if output == STANDARD_OUTPUT:
        _reject_several(dashboard_count, is_fan_out, "--output -: standard output takes one download")
        return Target(is_standard_output=True)
    if not output:
        raise UsageError("--output is empty.", "Give a folder, a file, or - for standard output.")
    path = Path(os.path.expanduser(output)).absolute()
    try:
        path.lstat()
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise UsageError(f"--output: {error.strerror}: {path.name[:60]}….", "Shorten it.") from None
    if path.is_dir():
        return Target(folder=path)
    if output.endswith(os.sep):
        return Target(folder=path, is_new_folder=True)
    _reject_several(dashboard_count, is_fan_out, f"--output: {output} is not a folder")
    if path.exists() and not path.is_file():
        return _sink(path, output)
    if path.is_symlink() and not path.exists():
        raise UsageError(f"--output: {output} is a broken link.", "Remove it, or choose another file.")
    if not path.parent.is_dir():
        raise UsageError(
            f"--output: there is no folder {path.parent}.", f"Create it first: mkdir -p {path.parent}"
        )
    return Target(folder=path.parent, file_name=path.name)


def _sink(path: Path, output: str) -> Target:
    """Return the target for an existing pipe or device, which is written to directly."""
    mode = path.stat().st_mode
    if not (stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)):
        raise UsageError(f"--output: {output} isn't a file, a folder or a pipe.", "Choose another file.")
    return Target(is_standard_output=True, sink=path)


def make_folder(folder: Path) -> None:
    """Create a folder and its parents, for `--output NAME/`. Raises UsageError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        trouble = not_created(error, folder)
        raise UsageError(f"--output: {trouble.message}", trouble.hint) from error


def copy_out(path: Path, sink: Path | None) -> None:
    """Copy the file to standard output, or to the pipe or device `sink`. Raises OmniTuiError."""
    try:
        with path.open("rb") as source:
            if sink is None:
                shutil.copyfileobj(source, sys.stdout.buffer)
                sys.stdout.buffer.flush()
            else:
                with open(os.open(sink, os.O_WRONLY | os.O_CLOEXEC | os.O_NOCTTY), "wb") as taker:
                    shutil.copyfileobj(source, taker)
    except OSError as error:
        name = "Standard output" if sink is None else str(sink)
        raise OmniTuiError(f"{name} didn't accept the whole file: {error.strerror}.") from error


def _reject_several(dashboard_count: int, is_fan_out: bool, message: str) -> None:
    if dashboard_count > 1 or is_fan_out:
        what = "several dashboards" if dashboard_count > 1 else "--each"
        hint = f"For {what}, give an existing folder, or a name that ends in / to create one."
        raise UsageError(f"{message}.", hint)
