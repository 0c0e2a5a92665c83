"""A config.toml copied from someone else: its content is shown, but can't affect the terminal."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.drive.terminal import Terminal
from tests.settings.support import write_config

PROGRAM = [sys.executable, "-m", "omni_tui"]
# A title, a color and a direction mark, each as a 7-bit or 8-bit sequence.
EVIL = r"\u001b]2;PWNED\u0007\u009b31m\u007f\u202ePWNED"
PLANTED = (b"\x1b]2;PWNED", b"\xc2\x9b", b"\x7f", "\u202e".encode())
CONFIG = f"""\
theme = "{EVIL}"
scp_host = "{EVIL}"
[keymap]
"{EVIL}" = "f5"
export = "{EVIL}"
[themes."{EVIL}"]
primary = "red"
[themes.sea]
"{EVIL}" = "red"
primary = "{EVIL}"
base = "{EVIL}"
[profiles."{EVIL}"]
base_url = "{EVIL}"
"""


def test_hostile_settings_do_not_reach_the_terminal_raw(tmp_path: Path, fake_home: Path) -> None:
    write_config(CONFIG)
    environment = {"HOME": str(fake_home)}
    with Terminal([*PROGRAM, "--demo"], folder=tmp_path, env=environment, size=(120, 40)) as terminal:
        terminal.wait("PWNED")  # it is reported
        terminal.wait("Blob Web Traffic")
        terminal.press("f1")
        terminal.wait("Keys")
        terminal.press("escape", "f2")
        terminal.wait("Profiles|profile")
        terminal.press("escape", "ctrl+q")
        terminal.ended()
        assert [each for each in PLANTED if each in terminal.painted] == []


@pytest.mark.parametrize(
    "typed",
    [["config", "show"], ["config", "show", "--json"], ["config", "check"], ["config", "check", "--json"],
     ["describe", "x"], ["download", "x", "--format", "csv"]],
)  # fmt: skip
def test_commands_do_not_print_hostile_settings_raw(
    typed: list[str], tmp_path: Path, fake_home: Path
) -> None:
    write_config(CONFIG)
    done = subprocess.run([*PROGRAM, *typed], cwd=tmp_path, capture_output=True, check=False)
    assert b"PWNED" in done.stdout + done.stderr
    assert [each for each in PLANTED if each in done.stdout + done.stderr] == []
