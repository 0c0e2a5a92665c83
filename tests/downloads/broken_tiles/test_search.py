"""The search for broken tiles, on a fake clock with a server that answers by script."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from omni_tui.api.errors.types import Conflict, Forbidden, Rejected
from omni_tui.api.models import JobStatus, Phase, Tile
from omni_tui.api.rate_limit.priority import Priority
from omni_tui.downloads.broken_tiles.report import TileReport, TileState, Verdict, verdict_words
from omni_tui.downloads.broken_tiles.search import LATE, NoTileKeys
from omni_tui.downloads.job.models import JobState, Order
from omni_tui.options.spec import Format
from tests.downloads.fakes import COMPLETE, RUNNING, Bench

FAILED = JobStatus(Phase.FAILED, "error", error="Job failed to render.")
TILES = tuple(Tile(f"q{key}", f"Tile {key}", str(key)) for key in (1, 2, 3))
KEY = "queryIdentifierMapKey"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    bench = Bench(tmp_path, job_timeout_seconds=60)
    bench.client.tiles_told.append(TILES)
    return bench


async def search(bench: Bench, order: Order | None = None) -> tuple[TileReport, list[TileReport]]:
    """The report at the end, and those on the way."""
    seen: list[TileReport] = []
    found = await bench.clock.run(bench.engine.find_broken_tiles(order or bench.order(), seen.append))
    return found, seen


def starts(bench: Bench) -> list[object]:
    """The tiles that exports were started of, None for a whole dashboard."""
    return [call.body.get(KEY) for call in bench.client.calls if call.what == "initiate" and call.body]


async def test_the_broken_tile_is_named(bench: Bench) -> None:
    bench.client.statuses.extend([COMPLETE, RUNNING, FAILED, COMPLETE])
    report, seen = await search(bench)
    assert [(tile.name, tile.state) for tile in report.tiles] == [
        ("Tile 1", TileState.GOOD),
        ("Tile 2", TileState.BROKEN),
        ("Tile 3", TileState.GOOD),
    ]
    assert report.broken[0].reason == "Job failed to render."
    assert report.verdict is Verdict.BROKEN_TILES
    assert verdict_words(report) == "“Tile 2” can't be rendered. Fix or remove it in Omni."
    assert [each.checked_count for each in seen] == [0, 0, 1, 1, 2, 2, 3]
    assert seen[3].tiles[1].state is TileState.CHECKING


async def test_each_tile_is_started_alone_with_low_priority_and_nothing_is_fetched(bench: Bench) -> None:
    filters = {"orders.status": {"type": "string", "kind": "EQUALS", "values": ["complete"]}}
    values = {"filterConfig": filters, "userId": "u-1", "paperFormat": "a4", "filename": "Sales"}
    await search(bench, bench.order("Sales", Format.PDF, **values))
    calls = [call for call in bench.client.calls if call.what == "initiate"]
    assert [call.body for call in calls] == [
        {"format": "png", KEY: key, "filterConfig": filters} for key in ("1", "2", "3")
    ]
    assert {call.user_id for call in bench.client.calls if call.what != "tiles"} == {"u-1"}
    assert {call.priority for call in calls} == {Priority.BACKGROUND}
    assert bench.client.count("file") == 0
    assert bench.files() == []


@pytest.mark.parametrize(
    ("failed", "checked"), [(Format.PNG, "png"), (Format.XLSX, "csv"), (Format.CSV, "csv")]
)
async def test_the_smallest_format_that_passes_the_same_renderer(
    failed: Format, checked: str, bench: Bench
) -> None:
    report, _ = await search(bench, bench.order("Sales", failed))
    assert report.format.value == checked
    assert {call.body["format"] for call in bench.client.calls if call.body} == {checked}


async def test_if_all_fail_the_render_service_is_down(bench: Bench) -> None:
    bench.client.statuses.extend([FAILED] * 3)
    report, _ = await search(bench)
    assert report.verdict is Verdict.RENDER_SERVICE_DOWN
    assert "render service is probably down" in verdict_words(report)


async def test_if_the_only_tile_fails_it_is_unknown(bench: Bench) -> None:
    bench.client.tiles_told[0] = TILES[:1]
    bench.client.statuses.append(FAILED)
    report, _ = await search(bench)
    assert report.verdict is Verdict.UNCLEAR
    assert verdict_words(report).startswith("The only tile, “Tile 1”, can't be rendered.")


async def test_if_no_tile_fails_it_says_so(bench: Bench) -> None:
    report, _ = await search(bench)
    assert report.verdict is Verdict.NO_BROKEN_TILE


async def test_several_broken_tiles_are_all_named(bench: Bench) -> None:
    bench.client.statuses.extend([FAILED, COMPLETE, FAILED])
    report, _ = await search(bench)
    assert verdict_words(report) == (
        "2 tiles can't be rendered: “Tile 1”, “Tile 3”. Fix or remove them in Omni."
    )


async def test_a_tile_that_cannot_be_exported_alone_or_in_time_is_unknown(bench: Bench) -> None:
    bench.client.starts.extend(["a", Rejected("Not possible for a text tile."), "c"])
    bench.client.statuses_of["c"].extend([RUNNING] * 200)
    report, _ = await search(bench)
    assert [(tile.state, tile.reason) for tile in report.tiles] == [
        (TileState.GOOD, ""),
        (TileState.UNKNOWN, "Not possible for a text tile."),
        (TileState.UNKNOWN, LATE),
    ]


async def test_what_is_about_all_tiles_ends_the_search(bench: Bench) -> None:
    bench.client.starts.extend(["a", Forbidden("No access.")])
    with pytest.raises(Forbidden):
        await search(bench)
    assert bench.client.count("initiate") == 2


async def test_another_export_that_is_in_the_way_is_waited_for(bench: Bench) -> None:
    conflict = Conflict("In progress.")
    conflict.existing_job_id = "theirs"
    bench.client.starts.append(conflict)
    bench.client.statuses_of["theirs"].extend([RUNNING, FAILED])
    report, _ = await search(bench)
    assert report.verdict is Verdict.NO_BROKEN_TILE
    assert starts(bench) == ["1", "1", "2", "3"]
    assert bench.client.times("initiate")[1] >= bench.client.times("status", "theirs")[-1]


async def test_exports_of_the_dashboard_run_between_the_tiles(bench: Bench) -> None:
    searching = asyncio.ensure_future(bench.engine.find_broken_tiles(bench.order(), lambda report: None))
    await bench.clock.settle()
    job = await bench.run(bench.submit())
    assert job.state is JobState.DONE
    await bench.clock.run(searching)
    assert starts(bench) == ["1", None, "2", "3"]


async def test_it_can_be_canceled_and_the_next_export_waits_for_the_last_tile(
    bench: Bench,
) -> None:
    bench.client.statuses_of["server-1"].extend([RUNNING] * 3)
    searching = asyncio.ensure_future(bench.engine.find_broken_tiles(bench.order(), lambda report: None))
    await bench.clock.advance(1)
    searching.cancel()
    with suppress(asyncio.CancelledError):
        await searching
    job = await bench.run(bench.submit())
    assert job.state is JobState.DONE
    assert starts(bench) == ["1", None]
    assert bench.client.times("initiate")[1] >= bench.client.times("status", "server-1")[-1]


async def test_a_server_without_tile_keys_cannot_be_searched(bench: Bench) -> None:
    bench.client.tiles_told[0] = tuple(replace(tile, key=None) for tile in TILES)
    with pytest.raises(NoTileKeys):
        await search(bench)
    assert bench.client.count("initiate") == 0
