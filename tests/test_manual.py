"""The manual page: made from the parsers, shipped in the wheel, and read by `man` without a warning."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from omni_tui.commands.manual.page import page
from omni_tui.commands.registry import COMMANDS, parser_of

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "omni_tui" / "commands" / "manual" / "omni-tui.1"


def test_the_page_is_what_the_parsers_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m omni_tui.commands.manual.page"


def rendered(*flags: str) -> subprocess.CompletedProcess[str]:
    if shutil.which("man") is None:
        pytest.skip("man is missing")
    command = ["man", *flags, "--local-file", str(PAGE)]
    environment = {"PATH": "/usr/bin:/bin", "MANWIDTH": "100", "LC_ALL": "C.UTF-8", "MANROFFOPT": "-c"}
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=True)


def test_man_shows_it_without_warnings() -> None:
    shown = rendered("--warnings", "--no-hyphenation")
    assert shown.stderr == ""
    words = " ".join(shown.stdout.split())
    for name in COMMANDS:
        assert f"omni-tui {name}" in words
        for action in parser_of(name)._actions:
            assert all(flag in words for flag in action.option_strings if action.help != "==SUPPRESS==")
    assert "'Created=2026-03-01..today' ends with yesterday" in words


def test_the_wheel_has_it() -> None:
    built = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert built["shared-data"] == {"omni_tui/commands/manual/omni-tui.1": "share/man/man1/omni-tui.1"}


@pytest.mark.slow
def test_the_built_wheel_has_the_page_and_the_completion_scripts(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "build", "--wheel", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as content:
        (page,) = [
            name for name in content.namelist() if name.endswith(".data/data/share/man/man1/omni-tui.1")
        ]
        assert content.read(page) == PAGE.read_bytes()
        for shell in ("bash", "zsh", "fish"):
            assert content.read(f"omni_tui/commands/completion/scripts/{shell}")
