"""A complete run on the command line, against a current and an older server."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from omni_tui.demo.sample_data import names
from omni_tui.demo.server import DemoServer
from tests.commands.runs import LIMIT, SPEED, run


@pytest.fixture(scope="module", params=["2025", "2026"])
def server(request: pytest.FixtureRequest) -> Iterator[DemoServer]:
    with DemoServer(version=request.param, speed=SPEED, limit=LIMIT) as running:
        yield running


def test_from_describe_to_a_saved_file(server: DemoServer, tmp_path: Path) -> None:
    described = run(tmp_path / "describe", server, "describe", names.FIRST_ID)
    assert (described.status, described.err) == (0, "")
    assert "Channel" in described.out.decode()
    one_tile = ("--format", "csv", "--query-identifier-map-key", "8", "--filter", "Channel=Email")
    saved = run(tmp_path / "saved", server, "download", names.FIRST_ID, *one_tile, "--quiet")
    assert saved.status == 0, saved.err
    (path,) = map(Path, saved.lines)
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))
    assert {row["Channel"] for row in rows} == {"Email"}


def test_a_rejected_key_exits_with_the_code_for_keys(server: DemoServer, tmp_path: Path) -> None:
    """401 on an older server, 403 on a current one: both are about the key, not the dashboard."""
    typed = ("download", names.FIRST_ID, "--format", "pdf")
    ended = run(tmp_path / "run", server, *typed, OMNI_API_TOKEN="expired")
    assert ended.status == 3
    assert "owner" not in ended.err
    assert ended.files == []
