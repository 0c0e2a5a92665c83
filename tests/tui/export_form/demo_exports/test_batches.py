"""Batch exports from the demo by keyboard: twelve selected dashboards, then one file per value."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from omni_tui.demo.sample_data import names
from omni_tui.downloads.job.models import FailureKind, JobState
from tests.tui.programs import kept_server, running

# One that fails, and eleven others.
MARKED = 12
CHANNELS = ("Organic", "Direct", "Paid", "Email", "Social")


@pytest.mark.slow
async def test_twelve_dashboards_and_five_values_are_sixteen_files_and_one_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with kept_server() as server:
        async with running(server, tmp_path, monkeypatch, size=(120, 40)) as program:
            await program.find("warehouse forecast")
            await program.press("down", "space")
            await program.find("sales")
            await program.press("down", *["space"] * 4)
            await program.find("finance")
            await program.press("down", *["space"] * 3)
            await program.find("support")
            await program.press("down", *["space"] * 4)
            await program.shows(f"{MARKED} selected")
            await program.press("enter")
            await program.shows(f"Export · {MARKED} dashboards")
            twelve = await program.export()
            assert len(twelve) == MARKED
            failed = [job for job in twelve if job.state is not JobState.DONE]
            assert [job.order.request.dashboard_id for job in failed] == [names.FAILING_ID]
            assert failed[0].failure is not None
            assert failed[0].failure.kind == FailureKind.RENDER_FAILED
            assert len(program.files) == MARKED - 1
        # a separate program: with more requests than the rate limit, the test would wait
        async with running(server, tmp_path, monkeypatch, size=(120, 40)) as program:
            await program.open(names.FIRST_ID)
            await program.press("c")
            await program.choose_tile("all sessions")
            await program.reach("filterConfig")
            await program.press("home", "tab", *",".join(CHANNELS))
            await program.shows("one file for each of the 5 values")
            await program.press("down", "space")
            five = await program.export()
            assert [job.failure for job in five] == [None] * len(CHANNELS)
    assert len(program.files) == MARKED - 1 + len(CHANNELS) == 16
    for channel in CHANNELS:
        (name,) = [name for name in program.files if channel in name and name.endswith(".csv")]
        rows = list(csv.DictReader(io.StringIO((tmp_path / name).read_text("utf-8-sig"))))
        assert rows
        assert {row["Channel"] for row in rows} == {channel}
