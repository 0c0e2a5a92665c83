"""A whole run in the TUI, from the list to a saved file, with today's server and an older one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pypdf import PdfReader

from omni_tui.demo.sample_data import names
from tests.tui.programs import LIMIT, SPEED, KeptServer, running


@pytest.fixture(params=["2025", "2026"])
def server(request: pytest.FixtureRequest) -> Iterator[KeptServer]:
    kept = KeptServer(version=request.param, speed=SPEED, limit=LIMIT)
    kept.start()
    yield kept
    kept.end()


async def test_from_the_list_to_a_saved_file(
    server: KeptServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(server, tmp_path, monkeypatch) as program:
        await program.open(names.FIRST_ID)
        saved = await program.saved()
    assert "Blob Web Traffic" in PdfReader(saved).pages[0].extract_text()
