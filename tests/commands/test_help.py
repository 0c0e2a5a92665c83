"""`omni-tui help`: topics and commands by name, through the pager on a terminal."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from omni_tui.cli import main
from omni_tui.commands.registry import COMMANDS
from omni_tui.commands.shared import console, pager
from omni_tui.help.topic import all_topics


@pytest.fixture
def on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (console, pager):
        monkeypatch.setattr(module, "is_terminal", lambda stream: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)


def a_pager(folder: Path, name: str = "less", status: int = 0) -> tuple[str, Path]:
    """A program instead of a pager, and the file to which it writes its input."""
    program, seen = folder / name, folder / "seen"
    program.write_text(
        f"#!{sys.executable}\nimport os, sys, pathlib\n"
        f"pathlib.Path({str(seen)!r}).write_text(os.environ.get('LESS', '') + '\\n' + sys.stdin.read())\n"
        f"sys.exit({status})\n"
    )
    program.chmod(0o755)
    return str(program), seen


def test_without_a_name_it_lists_every_command_and_topic(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["help"]) == 0
    listed = capsys.readouterr().out
    for name in (*COMMANDS, *(topic.name for topic in all_topics())):
        assert f"\n  {name} " in listed
    assert max(map(len, listed.splitlines())) <= 80


def test_a_topic_is_plain_text_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["help", "Filters"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Filters and dates\n\n")
    assert "\x1b" not in out
    assert "each as a `--filter` flag" in " ".join(out.split())


def test_a_commands_name_shows_its_own_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["help", "download"]) == 0
    assert capsys.readouterr().out.startswith("usage: omni-tui download ")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("filter", "No help topic is named 'filter'. Did you mean filters?"),
        ("xyzzy\x1b[2J", "See omni-tui help"),
    ],
)
def test_an_unknown_topic_is_a_usage_error(typed: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["help", typed]) == 2
    err = capsys.readouterr().err
    assert told in err
    assert "\x1b" not in err


@pytest.mark.usefixtures("on_a_terminal")
def test_a_terminal_gets_styles_through_less(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program, seen = a_pager(tmp_path)
    monkeypatch.setenv("PAGER", program)
    monkeypatch.delenv("LESS", raising=False)
    assert main(["help", "keys"]) == 0
    assert capsys.readouterr().out == ""
    assert seen.read_text().startswith("FRX\n\x1b[1mKeys\x1b[0m\n")


@pytest.mark.usefixtures("on_a_terminal")
@pytest.mark.parametrize(
    ("name", "variables"),
    [("more", {}), ("less", {"NO_COLOR": "1"}), ("less", {"TERM": "dumb"}), ("less", {"TERM": ""})],
)
def test_no_styles_for_another_pager_or_without_colors(
    name: str, variables: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program, seen = a_pager(tmp_path, name)
    monkeypatch.setenv("PAGER", program)
    for variable, value in variables.items():
        monkeypatch.setenv(variable, value)
    assert main(["help", "keys"]) == 0
    assert "\nKeys\n" in seen.read_text()
    assert "\x1b" not in seen.read_text()


@pytest.mark.usefixtures("on_a_terminal")
@pytest.mark.parametrize("value", ["", "cat", "no-such-pager --here", "'"])
def test_without_a_working_pager_the_text_is_printed(
    value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PAGER", value)
    assert main(["help", "keys"]) == 0
    told = capsys.readouterr()
    assert "Dashboards" in told.out
    assert ("can't run the pager no-such-pager: no such file or directory." in told.err) is value.startswith(
        "no"
    )


@pytest.mark.usefixtures("on_a_terminal")
@pytest.mark.parametrize("term", ["dumb", "xterm"])
def test_a_dumb_terminal_has_no_pager_by_default(
    term: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    a_pager(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("PAGER", raising=False)
    monkeypatch.setenv("TERM", term)
    assert pager.pager_command() == ([] if term == "dumb" else ["less"])


@pytest.mark.usefixtures("on_a_terminal")
def test_quitting_the_pager_early_is_not_a_failure(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "less"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PAGER", str(program))
    assert main(["help", "keys"]) == 0
    assert capsys.readouterr() == ("", "")
