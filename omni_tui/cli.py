"""The entry point of `omni-tui`: reads the command line, runs a command, and reports every error.

Imports nothing heavy: `--help` and `--version` answer at once, and the first screen paints early.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Sequence

from omni_tui.commands.registry import COMMANDS, HIDDEN, other_names, run_command, split_command
from omni_tui.commands.shared.console import (
    is_terminal,
    keep_logs_off_the_terminal,
    mute_if_broken,
    print_error,
)
from omni_tui.commands.shared.exit_codes import Interrupted, Status, UsageError, interrupted_by, status_of
from omni_tui.errors import OmniTuiError
from omni_tui.formatting import plain_line, shell_word
from omni_tui.launch_options import VALUE_FLAGS, Arguments

# How long Textual waits after an escape character before it counts as the Esc key. A terminal writes a
# sequence at once, and SSH and tmux pass it on in one piece. Textual's default of 100 ms is noticeable.
ESCAPE_MILLISECONDS = "25"

# Other names for the program without a command; `registry` has the other names of commands.
_TUI_NAMES = ("open", "tui")
# The similarity (0 to 1) from which a word counts as a mistyped command; higher for a word that may be an ID.
_MIN_SIMILARITY, _MIN_ID_SIMILARITY = 0.72, 0.85

# If set to 1, print the traceback of an error that ends the program.
DEBUG_VARIABLE = "OMNI_TUI_DEBUG"

# The most common command lines, read without argparse: importing it delays the first paint.
_COMMON = {(): Arguments(), ("--demo",): Arguments(demo=True)}

_FOR_SCRIPTS = "omni-tui download DASHBOARD --format pdf (see omni-tui download --help)."


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line and return the exit code (see `commands.shared.exit_codes`)."""
    command, rest = split_command(list(sys.argv[1:] if argv is None else argv))
    try:
        return _run(command, rest)
    except SystemExit as leaving:  # argparse, after --help and --version
        return leaving.code if isinstance(leaving.code, int) else Status.USAGE
    except KeyboardInterrupt as interruption:
        number = interruption.signal_number if isinstance(interruption, Interrupted) else signal.SIGINT
        saved = " Saved files are kept." if command in ("", "download", "resume") else ""
        print_error(f"{_name(command)}: stopped.{saved}")
        return interrupted_by(number)
    except OmniTuiError as error:
        _show_traceback_if_wanted()
        print_error(f"{_name(command)}: {plain_line(str(error))}")
        return status_of(error)
    except Exception as error:  # noqa: BLE001 - the last resort: report every error
        _show_traceback_if_wanted()
        print_error(_unexpected(command, error))
        return Status.FAILED
    finally:
        mute_if_broken(sys.stdout)
        mute_if_broken(sys.stderr)


def _reject_mistyped_command(typed: list[str]) -> None:
    """Raise UsageError, with the nearest command, if the first word is almost a command."""
    from omni_tui.api.urls import dashboard_reference

    word = _first_word(typed)
    least_alike = _MIN_ID_SIMILARITY if dashboard_reference(word) else _MIN_SIMILARITY
    if word and (near := _nearest_command(word, least_alike)):
        hint = f"Did you mean {near}? To search for it: omni-tui -- {shell_word(word)}"
        raise UsageError(f"No command is named {plain_line(word)!r}.", hint)


def _first_word(typed: list[str]) -> str:
    """Return the first word that isn't a flag or its value; empty if an unknown flag precedes it."""
    value_follows = False
    for word in typed:
        if value_follows:
            value_follows = False
        elif not word.startswith("-"):
            return word
        elif word in VALUE_FLAGS:
            value_follows = True
        elif word != "--demo" and word.split("=")[0] not in VALUE_FLAGS:
            return ""
    return ""


def _nearest_command(word: str, least_alike: float) -> str | None:
    """Return the command to type instead, in quotes, or None if no command is close."""
    from omni_tui.suggestions import closest

    names = {**dict.fromkeys(_TUI_NAMES, ""), **other_names(), **{name: name for name in COMMANDS}}
    near = closest(word, names, least_alike)
    if not near:
        return None
    command = names[near]
    return f"'omni-tui {command}'" if command else "'omni-tui', which opens the list of dashboards"


def _run(command: str, rest: list[str]) -> int:
    if not command:
        return _run_screens(rest)
    if command not in HIDDEN:
        keep_logs_off_the_terminal()
    return run_command(command, rest)


def _run_screens(rest: list[str]) -> int:
    arguments = _COMMON.get(tuple(rest))
    if arguments is None:
        _reject_mistyped_command(rest)
        arguments = _read_arguments(rest)
    if not (is_terminal(sys.stdin) and is_terminal(sys.stdout)):
        raise UsageError("omni-tui needs a terminal.", f"For scripts: {_FOR_SCRIPTS}")
    if os.environ.get("TERM") == "dumb":
        message = "This terminal can't show the TUI: TERM is dumb."
        raise UsageError(message, f"Use another terminal, or a command: {_FOR_SCRIPTS}")
    keep_logs_off_the_terminal()
    os.environ.setdefault("ESCDELAY", ESCAPE_MILLISECONDS)  # Textual reads it when it is imported
    gc.disable()  # saves a tenth of the start-up time; the first paint enables it again
    from omni_tui.tui.app import run_app

    return run_app(arguments)


def _read_arguments(rest: list[str]) -> Arguments:
    """Read a command line with argparse."""
    from omni_tui.api.urls import dashboard_reference, is_omni_identifier
    from omni_tui.commands.shared.program_parser import build_parser

    typed = build_parser().parse_words(rest)
    words = " ".join(typed.words).strip()
    # a word like Sales2024 may be a name: the search finds IDs, too
    id_ = dashboard_reference(words)
    is_dashboard = id_ is not None and ("/" in words or is_omni_identifier(id_))
    return Arguments(
        demo=typed.demo,
        profile=typed.profile,
        base_url=typed.base_url,
        dashboard=words if is_dashboard else None,
        search="" if is_dashboard else words,
        log_file=typed.log_file or "",
    )


def _name(command: str) -> str:
    return f"omni-tui {command}".rstrip()


def _unexpected(command: str, error: Exception) -> str:
    """Return an internal error as one line, redacted because its text may contain anything."""
    from omni_tui.api.request_log.redaction import redact_text

    what = plain_line(redact_text(f"{type(error).__name__}: {error}"))
    advice = f"Please report it; with {DEBUG_VARIABLE}=1 it prints a traceback."
    return f"{_name(command)}: internal error: {what}. {advice}"


def _show_traceback_if_wanted() -> None:
    if os.environ.get(DEBUG_VARIABLE) == "1":
        import traceback

        traceback.print_exc()
