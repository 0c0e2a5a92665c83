"""A full disk, and the key that resumes when there is space."""

from __future__ import annotations

import sys
from pathlib import Path

from omni_tui import demo
from omni_tui.demo.sample_data import names
from omni_tui.demo.server import DemoServer
from tests.commands.runs import LIMIT, SPEED
from tests.drive.terminal import Terminal
from tests.system.small_disk import small_disk


def test_a_full_disk_is_reported_and_a_key_resumes_when_there_is_space(tmp_path: Path) -> None:
    with (
        DemoServer(speed=SPEED, limit=LIMIT) as server,
        small_disk(tmp_path / "disk") as disk,
    ):
        disk.fill()
        env = {
            "HOME": str(tmp_path / "home"),
            "OMNI_BASE_URL": server.url,
            "OMNI_API_TOKEN": demo.TOKEN,
            "OMNI_TUI_DOWNLOAD_DIR": str(disk.folder),
        }
        program = [sys.executable, "-m", "omni_tui", names.FIRST_ID]
        with Terminal(program, folder=tmp_path, size=(120, 40), env=env) as terminal:
            terminal.wait("→ ")
            terminal.press("f5")
            terminal.wait("The disk is full")
            terminal.wait("! .*needs attention")
            assert [path.name for path in disk.folder.iterdir()] == ["ballast"]
            disk.make_room()
            terminal.press("f3")
            terminal.wait("a run again")
            terminal.press("a")
            terminal.wait("● .* saved")
            terminal.press("ctrl+q")
            assert terminal.ended() == 0
        assert len(list(disk.folder.iterdir())) == 1
        assert server.requests["POST", "initiate"] == 1
