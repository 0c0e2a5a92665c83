"""The flow of `omni-tui help orchestrators`, unchanged, run by the real Prefect."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from omni_tui import demo
from omni_tui.demo.server import DemoServer
from omni_tui.help.topic import find_topic
from tests.commands.runs import LIMIT, SPEED

RUN = """
if __name__ == "__main__":
    print("PATHS", json.dumps([weekly(), weekly()]))
"""


def flow() -> str:
    """The Prefect flow of the topic."""
    topic = find_topic("orchestrators")
    assert topic is not None
    (code,) = re.findall(r"## Prefect.*?```python\n(.*?)```", topic.markdown(), re.DOTALL)
    return str(code)


def run(folder: Path, code: str, server: DemoServer) -> subprocess.CompletedProcess[str]:
    prefect = shutil.which("prefect")
    if prefect is None:
        pytest.skip("needs prefect (pip install prefect) in the PATH")
    (folder / "exports").mkdir(exist_ok=True)
    programs = folder / "bin"
    programs.mkdir(exist_ok=True)
    (programs / "omni-tui").write_text(
        f'#!/bin/sh\necho call >> calls\nexec {sys.executable} -P -m omni_tui "$@"\n'
    )
    (programs / "omni-tui").chmod(0o755)
    (folder / "flow.py").write_text(code)
    environment = {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "HOME": str(folder),
        "OMNI_BASE_URL": server.url,
        "OMNI_API_TOKEN": demo.TOKEN,
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "150",
        "DO_NOT_TRACK": "1",
    }
    python = Path(prefect).resolve().with_name("python")
    words = [str(python), "flow.py"]
    return subprocess.run(
        words, cwd=folder, env=environment, capture_output=True, text=True, timeout=240, check=False
    )


@pytest.mark.slow
def test_prefect_runs_it_and_an_unchanged_export_is_saved_once(tmp_path: Path) -> None:
    with DemoServer(speed=SPEED, limit=LIMIT) as server:
        done = run(tmp_path, flow() + RUN, server)
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("PATHS")] or [done.stderr]
    first, second = json.loads(line.removeprefix("PATHS "))
    assert (first, second) == (["exports/Blob Web Traffic.zip"], []) or (
        [Path(path).name for path in first],
        second,
    ) == (["Blob Web Traffic.zip"], [])


@pytest.mark.slow
@pytest.mark.parametrize(("dashboard", "calls"), [("00000000", 3), ("not a dashboard", 1)])
def test_prefect_retries_a_failed_download_but_not_an_invalid_command(
    dashboard: str, calls: int, tmp_path: Path
) -> None:
    code = flow().replace("12db1a0a", dashboard) + RUN
    with DemoServer(speed=SPEED, limit=LIMIT) as server:
        done = run(tmp_path, code, server)
    assert done.returncode == 1
    assert (tmp_path / "calls").read_text().count("call") == calls, done.stderr
