"""The commands: each can be run, and is listed wherever commands are listed."""

from __future__ import annotations

import re
from importlib import import_module

import pytest

from omni_tui.cli import main
from omni_tui.commands.registry import COMMANDS, Command, other_names


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_each_command_names_a_function_that_prints_its_help(
    command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    module, function = command.function.split(":")
    assert callable(getattr(import_module(f"omni_tui.commands.{module}"), function))
    assert main([command.name, "--help"]) == 0
    assert capsys.readouterr().out.startswith(f"usage: omni-tui {command.name} ")


def test_the_programs_help_lists_every_command_with_its_summary(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    listed = capsys.readouterr().out.split("\ncommands:\n")[1].split("\n\n")[0]
    assert dict(re.findall(r"^  (\S+) +(.+)$", listed, re.MULTILINE)) == {
        command.name: command.summary for command in COMMANDS.values()
    }


def test_summaries_fit_a_line_and_end_without_a_period() -> None:
    for command in COMMANDS.values():
        assert re.fullmatch(r"[A-Z][^\n]{1,60}[^.\n]", command.summary), command


def test_other_names_are_suggestions_and_never_hide_a_command() -> None:
    assert other_names()["export"] == "download"
    assert not set(other_names()) & set(COMMANDS)
