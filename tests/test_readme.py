"""The README against the program: its commands, flags, settings and exit statuses are the real ones."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from omni_tui.cli import main
from omni_tui.commands.shared.exit_codes import Status, interrupted_by
from omni_tui.demo.fleet.subjects import SUBJECTS
from omni_tui.settings.models import NOT_IN_FILES, Settings
from omni_tui.tui.input.keymap import known_uses

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """The text under a heading, up to the next one."""
    return re.split(r"^## ", README.split(f"\n## {title}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def first_cells(text: str) -> list[str]:
    """The first column of the tables in a text, code marks left out."""
    return [cell.strip(" `") for cell in re.findall(r"^\| ([^|]+) \|", text, re.MULTILINE)]


def test_the_two_commands_stand_near_the_top_each_on_a_line_of_its_own() -> None:
    commands = re.findall(r"^python3 -m venv \.venv && .*$", README, re.MULTILINE)
    assert commands == [
        "python3 -m venv .venv && .venv/bin/pip install -q '.[demo]' && .venv/bin/omni-tui --demo",
        "python3 -m venv .venv && .venv/bin/pip install -q -e '.[dev]' && .venv/bin/pytest -n auto",
    ]
    assert README[: README.index(commands[1])].count("\n") < 50


def test_the_checks_run_the_readmes_own_test_command() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    (pattern,) = re.findall(r"grep -m 1 -E '([^']+)' README\.md", script)
    (found,) = [line for line in README.splitlines() if re.search(pattern, line)]
    assert found.endswith(".venv/bin/pytest -n auto")
    assert re.search(r'eval "\$tests"$', script, re.MULTILINE)


def test_every_flag_that_it_names_exists(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ([], ["download"], ["describe"], ["presets"], ["schedule"], ["demo-server"]):
        assert main([*command, "--help"]) == 0
    known = set(re.findall(r"--[a-z][a-z-]+", capsys.readouterr().out))
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", README))
    assert len(named) > 10
    assert named - known == set()


def test_every_setting_is_told_and_no_other() -> None:
    table = section("Your own Omni").split("| setting |")[1]
    told = {name.removeprefix("[").removesuffix("]") for name in first_cells(table)}
    told.discard("---")
    assert told == set(Settings.model_fields) - NOT_IN_FILES
    defaults = dict(re.findall(r"^\| `(\w+)` \| .* \| (\d+) \|$", table, re.MULTILINE))
    assert defaults == {
        name: f"{field.default:g}"
        for name, field in Settings.model_fields.items()
        if isinstance(field.default, int | float) and not isinstance(field.default, bool)
    }


def test_every_exit_status_is_told() -> None:
    statuses = [int(cell) for cell in first_cells(section("Without a screen")) if cell.isdecimal()]
    assert statuses == [*Status, interrupted_by(2)]


def test_every_folder_that_it_names_is_there() -> None:
    names = re.findall(r"`(omni_tui/[\w./]+)`", README)
    assert len(names) > 8
    assert [name for name in names if not (ROOT / name).exists()] == []


def test_every_name_of_a_key_is_told_and_no_other() -> None:
    told = section("Every terminal").split("the usual key stays:")[1].split("\n\n")[0]
    assert set(re.findall(r"`([a-z-]+)`", told)) == {use.name for use in known_uses() if use.name}


def test_the_values_that_the_readme_filters_by_are_the_demos() -> None:
    known: dict[str, set[str]] = {}
    for subject in SUBJECTS.values():
        for column in subject.columns:
            known.setdefault(column.field.label, set()).update(column.choices)
    typed = re.findall(r"--(?:filter|each) '([^'=<>]+)=([^']+)'", README)
    listed = [(label, text) for label, text in typed if known.get(label)]
    listed += re.findall(r'^(Status) = "([^"]+)"$', README, re.MULTILINE)
    assert len(listed) >= 3
    for label, text in listed:
        assert {value.strip() for value in text.split(",")} <= known[label], (label, text)
