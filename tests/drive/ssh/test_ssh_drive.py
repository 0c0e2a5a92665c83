"""Through a real SSH server: export a file by keyboard, and fetch it with the copied command."""

from __future__ import annotations

import getpass
import re
import subprocess
import sys
from base64 import b64decode
from pathlib import Path

from tests.drive.terminal import Terminal, assert_given_back
from tests.system.ssh_server import ssh_options

EXPORTED = "Blob Web Traffic.pdf"


def test_the_copied_scp_command_fetches_the_file(tmp_path: Path, ssh_server: int) -> None:
    there, here = tmp_path / "over there", tmp_path / "here"
    there.mkdir()
    here.mkdir()
    options = ssh_options(tmp_path).split()
    home = tmp_path / "home"
    run = f"cd '{there}' && HOME={home} COLORTERM=truecolor LANG=C.UTF-8 {sys.executable} -m omni_tui --demo"
    command = ["ssh", "-tt", *options, "-p", str(ssh_server), f"{getpass.getuser()}@127.0.0.1", run]
    with Terminal(command, folder=here, size=(80, 24)) as terminal:
        terminal.wait("Blob Web Traffic")
        terminal.press("escape", "/", "blob web tra")
        terminal.wait(r"2 of \d+")
        terminal.press("enter")
        terminal.wait("→ ")
        terminal.press("f5")
        terminal.wait("1 saved")
        terminal.press("f3")
        terminal.wait("copy path")
        terminal.press("Y")
        terminal.seen(b"\x1b]52;c;")
        terminal.wait("Copied ·")
        (payload,) = re.findall(rb"\x1b\]52;c;([^\a]*)\a", bytes(terminal.painted))
        terminal.press("ctrl+q")
        assert terminal.ended() == 0
        assert_given_back(bytes(terminal.painted))
    line = b64decode(payload).decode()
    assert line.startswith(f"scp -P {ssh_server} ")
    done = subprocess.run(
        line.replace("scp ", f"scp {ssh_options(tmp_path)} ", 1),
        shell=True,
        cwd=here,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"{line}\n{done.stderr}"
    assert (here / EXPORTED).read_bytes() == (there / EXPORTED).read_bytes()
