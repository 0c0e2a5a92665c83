"""The warnings about saved files without rows, or with tables that may be cut off."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from omni_tui.api.errors.types import ServerFailed, Unauthorized
from omni_tui.api.models import Tile
from omni_tui.downloads.job.models import Job, JobState
from omni_tui.downloads.job.result_warnings import NO_ROWS, warning_counts, warning_sentences, warning_text
from omni_tui.downloads.job.truncation import CutOff
from omni_tui.options.spec import Format, OptionValue
from tests.downloads.fakes import Bench, FakeFile, zipped

TILES = (Tile("q1", "Orders", "1", 3), Tile("q2", "Shops", "2"))


def table(rows: int) -> bytes:
    return b"name\n" + b"x\n" * rows


async def saved(
    tmp_path: Path,
    body: bytes,
    *,
    content_type: str = "text/csv",
    tiles: Sequence[Tile] | BaseException = TILES,
    **values: OptionValue,
) -> tuple[Job, Bench]:
    bench = Bench(tmp_path)
    bench.client.files.append(FakeFile(body, content_type=content_type))
    bench.client.tiles_told.append(tiles if isinstance(tiles, BaseException) else tuple(tiles))
    order = replace(bench.order(fmt=Format.CSV, **values), has_manifest=True)
    return await bench.run(bench.engine.submit(order)), bench


async def test_a_file_that_ends_at_its_tiles_limit_says_so(tmp_path: Path) -> None:
    job, bench = await saved(tmp_path, table(3), queryIdentifierMapKey="1")
    assert job.cut_off == (CutOff("", 3, "1"),)
    assert job.cut_off_at == 3
    assert warning_sentences(job) == ["The file may be cut off at 3 rows."]
    manifest = json.loads((tmp_path / "Sales.csv.manifest.json").read_text())
    assert manifest["may_be_cut_off_at"] == 3
    assert bench.client.count("tiles") == 1


async def test_each_table_of_an_archive_is_checked_and_named(tmp_path: Path) -> None:
    body = zipped({"Orders.csv": table(3), "Shops.csv": table(0), "Odd.csv": table(1000)})
    job, _ = await saved(tmp_path, body, content_type="application/zip")
    assert job.cut_off == (CutOff("Orders.csv", 3, "1"), CutOff("Odd.csv", 1000))
    assert job.empty == ("Shops.csv",)
    assert not job.is_empty
    assert warning_text(job) == "no rows in Shops · 2 tables may be cut off"
    first, second = warning_sentences(job)
    assert first == "No rows in Shops. Check the filter values."
    assert second == "2 tables may be cut off: Orders (3 rows), Odd (1,000 rows)."
    manifest = json.loads((tmp_path / "Sales.zip.manifest.json").read_text())
    assert manifest["empty_tables"] == ["Shops.csv"]
    assert manifest["cut_off_tables"] == [
        {"name": "Orders.csv", "limit": 3},
        {"name": "Odd.csv", "limit": 1000},
    ]


async def test_an_empty_file_says_so_and_the_tiles_are_not_requested(tmp_path: Path) -> None:
    job, bench = await saved(tmp_path, table(0), queryIdentifierMapKey="1")
    assert job.is_empty
    assert warning_text(job) == "no rows"
    assert warning_sentences(job) == [NO_ROWS]
    assert bench.client.count("tiles") == 0


async def test_a_lifted_limit_needs_no_tiles(tmp_path: Path) -> None:
    job, bench = await saved(tmp_path, table(1000), queryIdentifierMapKey="1", overrideRowLimit=True)
    assert warning_text(job) == ""
    assert bench.client.count("tiles") == 0


@pytest.mark.parametrize("error", [ServerFailed("down", "wait"), Unauthorized("no", "key")])
async def test_tiles_that_cannot_be_read_fail_no_export(tmp_path: Path, error: BaseException) -> None:
    job, _ = await saved(tmp_path, table(1000), tiles=error, queryIdentifierMapKey="1")
    assert job.state is JobState.DONE
    assert job.cut_off_at == 1000


async def test_a_server_that_never_sends_the_tiles_is_not_awaited(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.client.hangs_at = "tiles"
    bench.client.files.append(FakeFile(table(1000), content_type="text/csv"))
    job_id = bench.submit(fmt=Format.CSV, queryIdentifierMapKey="1")
    job = await bench.run(job_id)
    assert (job.state, job.cut_off_at) == (JobState.DONE, 1000)
    assert job.elapsed_seconds(0) <= 90


async def test_a_cancel_comes_too_late_for_a_file_that_is_saved(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.client.hangs_at = "tiles"
    bench.client.files.append(FakeFile(table(1000), content_type="text/csv"))
    job_id = bench.submit(fmt=Format.CSV, queryIdentifierMapKey="1")
    bench.client.on_hang = lambda: bench.engine.cancel(job_id)
    job = await bench.run(job_id)
    assert (job.state, job.path) == (JobState.DONE, tmp_path / "Sales.csv")


async def test_several_jobs_are_counted(tmp_path: Path) -> None:
    empty, _ = await saved(tmp_path, table(0), queryIdentifierMapKey="1")
    cut, _ = await saved(tmp_path, table(3), queryIdentifierMapKey="1")
    assert warning_counts([empty, cut, cut]) == ["1 without rows", "2 may be cut off"]
    assert warning_counts([]) == []
