"""The flags for steps after saving: keep the file only if …, run a command, merge PDFs, unpack ZIPs."""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from omni_tui.commands.shared.exit_codes import UsageError

THEN, MERGE, UNZIP = "--then", "--merge", "--unzip"
ONLY_IF_CHANGED, ONLY_IF_ROWS = "--only-if-changed", "--only-if-rows"
_REMOVE = "--remove-originals"
_MERGED_NAME = re.compile(r"[^/]+\.pdf", re.IGNORECASE)

AFTER_HELP = """\
after a file is saved:
  --only-if-changed  compare it with the last saved export of the same request: data rows, and
                     pixels of PDFs and pictures. If equal, delete it: state unchanged, exit 0
  --only-if-rows     delete a file without rows: state empty, exit 0
  --merge NAME.pdf   merge all into one PDF, in the order given, with bookmarks; with
                     --only-if-changed, all of them if one has changed
  --unzip            unpack a dashboard's CSVs into a folder named after the ZIP
  --then COMMAND     run it, without a shell, for each resulting file (the merged one, each
                     unpacked one): the path is its last argument, the JSON line its input.
                     If it fails, the file stays, and omni-tui exits with 1
  omni-tui help recipes has commands for S3, SFTP, e-mail and Slack.
"""


@dataclass(frozen=True, slots=True)
class AfterSave:
    """The steps after saving. `then` are the words of a command, empty for none; `merge` is a file name."""

    only_if_changed: bool = False
    only_if_rows: bool = False
    then: tuple[str, ...] = ()
    merge: str = ""
    unzip: bool = False
    removes_originals: bool = False

    @property
    def is_any(self) -> bool:
        """Return whether there are any steps."""
        return self != AfterSave()


def add_after_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags to a parser."""
    group = parser.add_argument_group("after a file is saved")
    help_text = "Keep the file only if its content differs from the last one; see below."
    group.add_argument(ONLY_IF_CHANGED, action="store_true", help=help_text)
    group.add_argument(ONLY_IF_ROWS, action="store_true", help="Keep the file only if it has rows.")
    group.add_argument(THEN, metavar="COMMAND", help="Run this for each file, without a shell; see below.")
    group.add_argument(MERGE, metavar="NAME.pdf", help="Merge all PDFs into one, with bookmarks.")
    group.add_argument(UNZIP, action="store_true", help="Unpack a dashboard's CSVs into a folder.")
    help_text = "Delete the files that were merged or unpacked, which are kept by default."
    group.add_argument(_REMOVE, action="store_true", help=help_text)


def after_of(arguments: argparse.Namespace, fmt: str, *, is_standard_output: bool) -> AfterSave:
    """Parse the flags. Raises UsageError if they can't be used together."""
    after = AfterSave(
        only_if_changed=arguments.only_if_changed,
        only_if_rows=arguments.only_if_rows,
        then=_words(arguments.then) if arguments.then is not None else (),
        merge=arguments.merge or "",
        unzip=arguments.unzip,
        removes_originals=arguments.remove_originals,
    )
    flags = _typed(after)
    if flags and arguments.detach:
        raise UsageError(f"--detach and {flags[0]} can't be used together: no file is saved yet.")
    if flags and is_standard_output:
        raise UsageError(f"--output - and {flags[0]} can't be used together: no file is saved.")
    if after.only_if_rows and fmt in ("pdf", "png"):
        hint = "Use it with csv, xlsx or json."
        raise UsageError(f"{ONLY_IF_ROWS}: the rows of a {fmt.upper()} can't be counted.", hint)
    if arguments.merge is not None and fmt != "pdf":
        raise UsageError(f"{MERGE} merges PDFs, not {fmt.upper()}.", "Use --format pdf.")
    if arguments.merge is not None and _MERGED_NAME.fullmatch(after.merge) is None:
        hint = "Set the folder with --output." if os.sep in after.merge else ""
        raise UsageError(f"{MERGE}: {after.merge!r} isn't a file name that ends in .pdf.", hint)
    if after.unzip and fmt != "csv":
        raise UsageError(f"{UNZIP} is for a dashboard's CSVs, not {fmt.upper()}.", "Use --format csv.")
    if after.removes_originals and not (after.merge or after.unzip):
        raise UsageError(f"{_REMOVE} needs {MERGE} or {UNZIP}.")
    return after


def missing_hook(after: AfterSave, path: str | None = None, folder: Path = Path()) -> list[str]:
    """Return why the command of `--then` can't be run in that folder, in sentences.

    `path` are the folders with programs, by default those of this shell.
    """
    if not after.then:
        return []
    program = after.then[0]
    if "/" in program:
        can_run = shutil.which(folder.absolute() / program) is not None
        return [] if can_run else [f"{THEN}: {program} isn't a program. Check its path and permissions."]
    if shutil.which(program, path=path) is None:
        return [f"{THEN}: {program} isn't in the PATH. Install it, or use its full path."]
    return []


def _typed(after: AfterSave) -> list[str]:
    given = {
        ONLY_IF_CHANGED: after.only_if_changed,
        ONLY_IF_ROWS: after.only_if_rows,
        THEN: bool(after.then),
        MERGE: bool(after.merge),
        UNZIP: after.unzip,
    }
    return [flag for flag, is_given in given.items() if is_given]


def _words(command: str) -> tuple[str, ...]:
    try:
        words: Sequence[str] = shlex.split(command)
    except ValueError:
        words = ()
    if not words:
        raise UsageError(f"{THEN}: can't read the command.", "Check its quoting.")
    return (os.path.expanduser(words[0]), *words[1:])
