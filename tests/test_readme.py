"""The README matches the program: its commands, flags, folders and pictures."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from omni_tui.cli import main
from omni_tui.commands.registry import COMMANDS
from omni_tui.demo.sample_data.subjects import SUBJECTS
from omni_tui.help.topic import find_topic

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_two_commands_are_near_the_top_each_on_its_own_line() -> None:
    commands = re.findall(r"^python3 -m venv \.venv && .*$", README, re.MULTILINE)
    assert commands == [
        "python3 -m venv .venv && .venv/bin/pip install -q '.[demo]' && .venv/bin/omni-tui --demo",
        "python3 -m venv .venv && .venv/bin/pip install -q -e '.[dev]' && .venv/bin/pytest -n auto",
    ]
    assert README[: README.index(commands[1])].count("\n") < 50


def test_ci_runs_the_readmes_test_command() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    (pattern,) = re.findall(r"grep -m 1 -E '([^']+)' README\.md", script)
    (found,) = [line for line in README.splitlines() if re.search(pattern, line)]
    assert found.endswith(".venv/bin/pytest -n auto")
    assert re.search(r'eval "\$tests"$', script, re.MULTILINE)


def test_it_is_short() -> None:
    assert README.count("\n") <= 155


def test_it_lists_every_command_with_its_summary() -> None:
    listed = re.findall(r"^omni-tui ([a-z][a-z-]*) +([A-Z].*)$", README, re.MULTILINE)
    assert listed == [(command.name, command.summary) for command in COMMANDS.values()]


def test_every_flag_that_it_names_exists(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("", *COMMANDS):
        assert main([*command.split(), "--help"]) == 0
    known = set(re.findall(r"--[a-z][a-z-]+", capsys.readouterr().out))
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", README))
    assert len(named) > 8
    assert named - known == set()


def test_every_help_topic_that_it_names_exists() -> None:
    sentence = README.split("lists the topics, among them ")[1].split(";")[0]
    named = re.findall(r"`([\w-]+)`", sentence) + re.findall(r"`omni-tui help ([\w-]+)`", README)
    assert len(named) > 5
    assert [name for name in named if find_topic(name) is None] == []


def test_every_file_that_it_names_exists() -> None:
    names = re.findall(r"`((?:omni_tui|screenshots|tests)/[\w./]+)`", README)
    names += re.findall(r"\]\((?!http)([^)]+)\)", README)
    assert len(names) > 15
    assert [name for name in names if not (ROOT / name).exists()] == []


def test_its_pictures_exist_and_are_described() -> None:
    used = set(re.findall(r"\(screenshots/([\w-]+\.svg)\)", README))
    made = {path.name for path in (ROOT / "screenshots").glob("*.svg")}
    assert used <= made
    assert re.findall(r"!\[\]", README) == [], "each is described"


def test_the_layout_lists_every_package() -> None:
    packages = {path.parent.name for path in (ROOT / "omni_tui").glob("*/__init__.py")}
    assert packages == set(re.findall(r"^\| `omni_tui/(\w+)/` \|", README, re.MULTILINE))


def test_the_values_that_the_readme_filters_by_are_the_demos() -> None:
    known: dict[str, set[str]] = {}
    for subject in SUBJECTS.values():
        for column in subject.columns:
            known.setdefault(column.field.label, set()).update(column.choices)
    typed = re.findall(r"--(?:filter|each) '([^'=<>]+)=([^']+)'", README)
    listed = [(label, text) for label, text in typed if known.get(label)]
    assert listed
    for label, text in listed:
        assert {value.strip() for value in text.split(",")} <= known[label], (label, text)
