"""The list of all commands, in the order of `omni-tui --help`. Register new commands here.

Light, as it is imported before the first paint: it imports only the command that runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from omni_tui.launch_options import VALUE_FLAGS

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(NamedTuple):
    """A command of `omni-tui`.

    `summary` is its line in `omni-tui --help` and in the README: an imperative, without a period. `function`
    is `module:function` in this folder, which takes the arguments and returns the exit code. `other_names`
    are names that people try: they get a suggestion and don't run the command. `parser` is `module:function`,
    which returns the parser; if empty, it is `build_parser` beside `function`.
    """

    name: str
    summary: str
    function: str
    other_names: tuple[str, ...] = ()
    parser: str = ""


_ALL = (
    Command(
        "download",
        "Export dashboards to files",
        "download.command:run_download",
        ("export", "get"),
        "download.flags.parser:build_parser",
    ),
    Command(
        "list",
        "Find dashboards by name, folder, label or owner",
        "list_dashboards:run_list",
        ("dashboards", "ls", "find", "search"),
    ),
    Command("resume", "Finish downloads that were interrupted or detached", "resume:run_resume"),
    Command(
        "downloads",
        "List running, unfinished and recent downloads",
        "download_list.command:run_downloads",
        ("exports", "jobs"),
    ),
    Command("show", "Show a saved file: its table or its pages", "show:run_show"),
    Command("diff", "Show what changed between two saved files", "diff:run_diff", ("compare",)),
    Command(
        "describe", "Show a dashboard's tiles and filters", "describe:run_describe", ("filters", "tiles")
    ),
    Command(
        "requests", "Show or export the requests of the last run", "requests:run_requests", ("log", "har")
    ),
    Command("presets", "List presets", "presets:run_presets", ("preset",)),
    Command(
        "config",
        "Show settings, where they come from, and whether they work",
        "config:run_config",
        ("profiles", "settings", "login", "auth", "whoami"),
    ),
    Command(
        "schedule",
        "Schedule downloads with a systemd timer or cron",
        "schedule.command:run_schedule_command",
        ("schedules", "cron", "timer"),
    ),
    Command(
        "demo-server",
        "Run the demo server, for testing scripts",
        "demo_server:run_demo_server_command",
        ("demo",),
    ),
    Command(
        "completion", "Print the completion script for bash, zsh or fish", "completion.command:run_completion"
    ),
    Command("help", "Show a help topic", "help:run_help", ("topics", "man")),
)

COMMANDS: Mapping[str, Command] = MappingProxyType({command.name: command for command in _ALL})
# What a completion script runs at each Tab. As in cobra, its name isn't a word that users search for.
COMPLETE = "__complete"
HIDDEN: Mapping[str, str] = MappingProxyType({COMPLETE: "completion.command:run_complete"})


def split_command(typed: list[str]) -> tuple[str, list[str]]:
    """Return the command's name (empty for the screens) and the rest. Connection flags may precede it."""
    value_follows = False
    for index, word in enumerate(typed):
        if word == "--":
            break
        if value_follows or word.startswith("-"):
            value_follows = word in VALUE_FLAGS and not value_follows
            continue
        if word in COMMANDS or word in HIDDEN:
            return word, typed[:index] + typed[index + 1 :]
        break
    return "", typed


def summary_lines(width: int = 0) -> list[str]:
    """Return one line per command: its name in a column of `width`, and its summary."""
    width = max(width, *map(len, COMMANDS))
    return [f"{command.name:<{width}}  {command.summary}" for command in COMMANDS.values()]


def other_names() -> dict[str, str]:
    """Return the command for each other name that isn't a command itself."""
    return {
        other: command.name
        for command in COMMANDS.values()
        for other in command.other_names
        if other not in COMMANDS
    }


def run_command(name: str, typed: list[str]) -> int:
    """Import a command, run it with its arguments and return its exit code. Raises what it raises."""
    status: int = _imported(HIDDEN.get(name) or COMMANDS[name].function)(typed)
    return status


def parser_of(name: str) -> ArgumentParser:
    """Import a command and return its parser."""
    command = COMMANDS[name]
    parser: ArgumentParser = _imported(
        command.parser or f"{command.function.partition(':')[0]}:build_parser"
    )()
    return parser


def _imported(path: str) -> Callable[..., Any]:
    """Return what `module:function` names."""
    from importlib import import_module

    module, function = path.split(":")
    found: Callable[..., Any] = getattr(import_module(f"omni_tui.commands.{module}"), function)
    return found
