from __future__ import annotations

import hashlib
import json
from pathlib import Path

from omni_tui.downloads.manifest import write_manifest
from tests.downloads.fakes import PDF, Bench


async def test_a_manifest_says_what_was_saved_and_replaces_nothing(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    job = await bench.run(bench.submit(userId="9e8719d9-276a-4964-9395-a493189a247c"))
    (tmp_path / "Sales.pdf.manifest.json").write_text("mine")
    path = write_manifest(job)
    assert path == tmp_path / "Sales.pdf.manifest (2).json"
    assert (tmp_path / "Sales.pdf.manifest.json").read_text() == "mine"
    manifest = json.loads(path.read_text())
    assert manifest["dashboard"] == {"id": "id-of-Sales", "name": "Sales"}
    assert manifest["options"]["format"] == "pdf"
    assert manifest["run_as"]["id"] == "9e8719d9-276a-4964-9395-a493189a247c"
    assert (manifest["file"], manifest["bytes"]) == ("Sales.pdf", len(PDF))
    assert manifest["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert manifest["saved"].endswith("+00:00")
