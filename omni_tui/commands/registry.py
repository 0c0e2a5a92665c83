"""Every command, in the order of `omni-tui --help`: the one place where a command is registered.

Light: the command line reads this before the first screen is painted, and imports only the command that runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Command(NamedTuple):
    """A command of `omni-tui`.

    `summary` is its line in `omni-tui --help` and in the README: an imperative, without a period.
    `function` is `module:function`, which takes the typed words and returns the exit status.
    `other_names` are what people type for it: they get a suggestion, they don't run it.
    """

    name: str
    summary: str
    function: str
    other_names: tuple[str, ...] = ()


_ALL = (
    Command(
        "download",
        "Save dashboards as files",
        "omni_tui.commands.download.command:run_download",
        ("export", "get"),
    ),
    Command(
        "list",
        "Find dashboards by name, folder, label or owner",
        "omni_tui.commands.list_dashboards:run_list",
        ("dashboards", "ls", "find", "search"),
    ),
    Command(
        "resume", "Finish downloads that were interrupted or detached", "omni_tui.commands.resume:run_resume"
    ),
    Command(
        "downloads",
        "List running, unfinished and recent downloads",
        "omni_tui.commands.list_downloads:run_downloads",
        ("exports", "jobs"),
    ),
    Command("show", "Show a saved file: its table or its pages", "omni_tui.commands.show:run_show"),
    Command(
        "diff",
        "Show what changed between two saved files",
        "omni_tui.commands.diff:run_diff",
        ("compare",),
    ),
    Command(
        "describe",
        "Show a dashboard's tiles and filters",
        "omni_tui.commands.describe:run_describe",
        ("filters", "tiles"),
    ),
    Command(
        "requests",
        "Show or export the requests of the last run",
        "omni_tui.commands.requests:run_requests",
        ("log", "har"),
    ),
    Command("presets", "List presets", "omni_tui.commands.presets:run_presets", ("preset",)),
    Command(
        "config",
        "Show settings, where they come from, and whether they work",
        "omni_tui.commands.config:run_config",
        ("profiles", "settings"),
    ),
    Command(
        "schedule",
        "Run downloads at set times, by a systemd timer or cron",
        "omni_tui.commands.schedule.command:run_schedule_command",
        ("schedules", "cron", "timer"),
    ),
    Command(
        "demo-server",
        "Run the demo server, to try out scripts",
        "omni_tui.commands.demo_server:run_demo_server_command",
        ("demo",),
    ),
    Command("help", "Show a help topic", "omni_tui.commands.help:run_help", ("topics", "man")),
)

COMMANDS: Mapping[str, Command] = MappingProxyType({command.name: command for command in _ALL})


def summary_lines(width: int = 0) -> list[str]:
    """Return one line for each command: its name in a column of `width`, and its summary."""
    width = max(width, *map(len, COMMANDS))
    return [f"{command.name:<{width}}  {command.summary}" for command in COMMANDS.values()]


def other_names() -> dict[str, str]:
    """Return the command for each other name, where that is no command itself."""
    return {
        other: command.name
        for command in COMMANDS.values()
        for other in command.other_names
        if other not in COMMANDS
    }


def run_command(name: str, typed: list[str]) -> int:
    """Import a command, run it with the typed words and return its exit status. Raises what it raises."""
    from importlib import import_module

    module, function = COMMANDS[name].function.split(":")
    status: int = getattr(import_module(module), function)(typed)
    return status
