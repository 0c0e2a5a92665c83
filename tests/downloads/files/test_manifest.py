from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from omni_tui.downloads.files import manifest
from omni_tui.downloads.job.models import JobState
from tests.downloads.fakes import PDF, Bench


async def test_a_manifest_says_what_was_saved_and_replaces_nothing(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    (tmp_path / "Sales.pdf.manifest.json").write_text("mine")
    order = replace(bench.order(userId="9e8719d9-276a-4964-9395-a493189a247c"), has_manifest=True)
    await bench.run(bench.engine.submit(order))
    assert (tmp_path / "Sales.pdf.manifest.json").read_text() == "mine"
    told = json.loads((tmp_path / "Sales.pdf.manifest (2).json").read_text())
    assert told["dashboard"] == {"id": "id-of-Sales", "name": "Sales"}
    assert told["options"] == {"format": "pdf"}
    assert told["run_as"]["id"] == "9e8719d9-276a-4964-9395-a493189a247c"
    assert (told["file"], told["bytes"]) == ("Sales.pdf", len(PDF))
    assert told["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert told["saved"].endswith("+00:00")


async def test_a_manifest_that_cannot_be_written_is_reported_and_the_file_is_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = manifest.PartFile

    def no_room(folder: Path, name: str) -> manifest.PartFile:
        return real(folder / "gone", name)

    monkeypatch.setattr(manifest, "PartFile", no_room)
    bench = Bench(tmp_path)
    job = await bench.run(bench.engine.submit(replace(bench.order(), has_manifest=True)))
    assert job.state is JobState.DONE
    assert job.note.startswith("The manifest wasn't saved: There is no folder")
    assert bench.files() == ["Sales.pdf"]
