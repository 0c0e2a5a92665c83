"""The examples of `omni-tui help orchestrators`, unchanged, run by the real Prefect and Dagster."""

from __future__ import annotations

import ast
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


MATERIALIZE = """
if __name__ == "__main__":
    result = dagster.materialize([blobs], raise_on_error=False)
    print("SAVED", *(each.metadata["path"].value for each in result.asset_materializations_for_node("blobs")))
"""


def example(program: str) -> str:
    """The topic's code for this orchestrator, such as Prefect."""
    topic = find_topic("orchestrators")
    assert topic is not None
    (code,) = re.findall(rf"## {program}\n.*?```python\n(.*?)```", topic.markdown(), re.DOTALL)
    return str(code)


def run(program: str, folder: Path, code: str, server: DemoServer) -> subprocess.CompletedProcess[str]:
    orchestrator = shutil.which(program)
    if orchestrator is None:
        pytest.skip(f"needs {program} (pip install {program}) in the PATH")
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
        "DAGSTER_DISABLE_TELEMETRY": "1",
    }
    python = Path(orchestrator).resolve().with_name("python")
    words = [str(python), "flow.py"]
    return subprocess.run(
        words, cwd=folder, env=environment, capture_output=True, text=True, timeout=240, check=False
    )


@pytest.mark.slow
def test_prefect_runs_it_and_an_unchanged_export_is_saved_once(tmp_path: Path) -> None:
    with DemoServer(speed=SPEED, limit=LIMIT) as server:
        done = run("prefect", tmp_path, example("Prefect") + RUN, server)
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
    code = example("Prefect").replace("12db1a0a", dashboard) + RUN
    with DemoServer(speed=SPEED, limit=LIMIT) as server:
        done = run("prefect", tmp_path, code, server)
    assert done.returncode == 1
    assert (tmp_path / "calls").read_text().count("call") == calls, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("dashboard", "calls", "saved"),
    [("12db1a0a", 1, ["Blob Web Traffic.zip"]), ("00000000", 3, []), ("not a dashboard", 1, [])],
)
def test_dagster_saves_and_retries_only_a_failed_download(
    dashboard: str, calls: int, saved: list[str], tmp_path: Path
) -> None:
    code = example("Dagster").replace("12db1a0a", dashboard).replace("delay=60", "delay=0") + MATERIALIZE
    with DemoServer(speed=SPEED, limit=LIMIT) as server:
        done = run("dagster", tmp_path, code, server)
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("SAVED")] or [done.stderr]
    assert [Path(path).name for path in line.removeprefix("SAVED").strip().splitlines()] == saved
    assert (tmp_path / "calls").read_text().count("call") == calls, done.stderr


@pytest.mark.parametrize("program", ["Prefect", "Airflow", "Dagster"])
def test_each_example_is_python(program: str) -> None:
    assert ast.parse(example(program)).body
