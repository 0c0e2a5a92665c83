"""`omni-tui presets`: list the presets, and the errors in their file."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from omni_tui.commands.shared.argparse_ext import Parser
from omni_tui.commands.shared.console import Console
from omni_tui.commands.shared.exit_codes import Status
from omni_tui.commands.shared.stdout_lines import print_lines
from omni_tui.commands.shared.text_columns import columns
from omni_tui.formatting import display_path, json_line
from omni_tui.presets.file import presets_path, read_presets
from omni_tui.presets.serialization import table_of

PROGRAM = "omni-tui presets"
_DESCRIPTION = "List presets, for omni-tui download --preset NAME."
_EPILOG = """\
Presets are saved from the export form into {path}, which you can edit and share.

with --json, one object per line: the preset's name as "preset", then its settings, by the
keys of the file; "name" there is the template for file names

exit codes:
  0 all presets are valid   2 some are invalid: the errors are on standard error, with lines
"""


def run_presets(typed: Sequence[str]) -> int:
    """Print the presets and return the exit code. Raises UsageError."""
    arguments = build_parser().parse_args(typed)
    file, console = read_presets(), Console(PROGRAM)
    for trouble in file.troubles:
        console.error(str(trouble))
    if not file.presets and not file.troubles:
        console.info(
            f"There are no presets. Save one from the export form, or write {display_path(file.path)}."
        )
    if arguments.json:
        print_lines(json_line({"preset": preset.name, **table_of(preset)}) for preset in file.presets)
    elif file.presets:
        print_lines(columns(("NAME", "SETTINGS"), [(preset.name, preset.summary) for preset in file.presets]))
    return Status.USAGE if file.troubles else Status.SAVED


def build_parser() -> argparse.ArgumentParser:
    """Return the parser."""
    parser = Parser(
        PROGRAM, description=_DESCRIPTION, epilog=_EPILOG.format(path=display_path(presets_path()))
    )
    parser.add_argument("--json", action="store_true", help="Write one JSON object per preset; see below.")
    return parser
