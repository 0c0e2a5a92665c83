"""Write omni-tui.1, the manual page, from the commands' parsers. Run this when a help text changes:

python -m omni_tui.commands.manual.page
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

from omni_tui import __version__
from omni_tui.commands.registry import COMMANDS, parser_of
from omni_tui.commands.shared.program_parser import build_parser
from omni_tui.help.topic import all_topics

PAGE = Path(__file__).with_name("omni-tui.1")
_FILES = (
    ("~/.config/omni-tui/config.toml", "Settings and profiles."),
    ("~/.config/omni-tui/presets.toml", "Presets."),
    ("~/.local/state/omni-tui/", "The download list, favorites and last used options."),
    ("~/.cache/omni-tui/", "The list of dashboards; safe to delete."),
)
_VARIABLES = (
    ("OMNI_BASE_URL", "The Omni server: blobsrus, or any URL of it."),
    ("OMNI_API_TOKEN", "An organization key or a personal access token."),
    ("OMNI_TUI_…", "Any setting; see omni-tui help settings."),
    ("XDG_CONFIG_HOME, XDG_STATE_HOME, XDG_CACHE_HOME", "Move the folders below."),
)


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


def page() -> str:
    """Return the page in the man macros of roff."""
    program = build_parser()
    lines = [
        f'.TH OMNI\\-TUI 1 "" "omni\\-tui {_text(__version__)}" "User Commands"',
        ".SH NAME",
        "omni\\-tui \\- export Omni dashboards to files, from a terminal",
        ".SH SYNOPSIS",
        ".nf",
        *(f".B {_text(line)}" for line in _usage(program)),
        *(f".B {_text(line)}" for name in COMMANDS for line in _usage(parser_of(name))),
        ".fi",
        ".SH DESCRIPTION",
        _text(program.description or ""),
        ".SH OPTIONS",
        *_options(program),
        ".SH COMMANDS",
        *(line for name in COMMANDS for line in _command(name)),
        ".SH ENVIRONMENT",
        *(line for pair in _VARIABLES for line in _tagged(*pair)),
        ".SH FILES",
        *(line for pair in _FILES for line in _tagged(*pair)),
        ".SH HELP TOPICS",
        "omni\\-tui help TOPIC shows one of these:",
        *(line for topic in all_topics() for line in _tagged(topic.name, topic.title)),
    ]
    return "\n".join(lines) + "\n"


def _command(name: str) -> Iterator[str]:
    parser = parser_of(name)
    yield f".SS {_text(parser.prog)}"
    yield _text(parser.description or COMMANDS[name].summary)
    yield from _options(parser)
    if parser.epilog:
        yield from (".PP", ".nf")
        yield from map(_text, parser.epilog.rstrip().split("\n"))
        yield ".fi"


def _usage(parser: argparse.ArgumentParser) -> Iterator[str]:
    """Yield the usage: argparse's own differs between versions of Python."""
    if parser.usage:
        yield from (line.strip() for line in parser.usage.split("\n"))
        return
    words = [parser.prog, "[options]"]
    for action in parser._actions:
        if not action.option_strings:
            metavar = str(action.metavar or action.dest)
            words.append({"?": f"[{metavar}]", "*": f"[{metavar}...]", "+": f"{metavar}..."}.get(
                str(action.nargs), metavar))  # fmt: skip
    yield " ".join(words)


def _options(parser: argparse.ArgumentParser) -> Iterator[str]:
    for group in parser._action_groups:
        actions = [action for action in group._group_actions if action.help != argparse.SUPPRESS]
        if actions and group.title not in (None, "options", "positional arguments"):
            yield ".PP"
            yield f".I {_text(str(group.title).capitalize())}"
        for action in actions:
            help_text = (action.help or "") % {**vars(action), "prog": "omni-tui"}
            yield from _tagged(_invocation(action), help_text)


def _invocation(action: argparse.Action) -> str:
    metavar = str(action.metavar or action.dest)
    if not action.option_strings:
        return metavar
    if action.metavar is None and action.choices:
        metavar = "{" + ",".join(map(str, action.choices)) + "}"
    value = f" {metavar}" if action.nargs != 0 else ""
    return f"{', '.join(action.option_strings)}{value}"


def _tagged(tag: str, text: str) -> list[str]:
    return [".TP", f".B {_text(tag)}", _text(text)]


def _text(text: str) -> str:
    """Return one line of text for roff: nothing in it is a request or an escape."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga")
    escaped = escaped.replace("^", "\\(ha").replace("~", "\\(ti").replace('"', "\\(dq")
    escaped = re.sub(r"[^\x00-\x7f]", lambda found: f"\\[u{ord(found[0]):04X}]", escaped)
    return f"\\&{escaped}" if escaped.startswith(".") else escaped


if __name__ == "__main__":
    main()
