"""The verdict on any results, and the orders for the good tiles."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.downloads.broken_tiles.report import (
    TileReport,
    TileResult,
    TileState,
    Verdict,
    can_be_searched,
    good_tile_orders,
    verdict_words,
)
from omni_tui.downloads.job.models import FailureKind, JobFailure, JobState, Order
from omni_tui.options.rules import payload, problems
from omni_tui.options.spec import ExportRequest, Format, Severity
from tests.commands.jobs import job

KEY = "queryIdentifierMapKey"


def report_of(*states: TileState) -> TileReport:
    tiles = (TileResult(str(n), f"Tile {n}", state) for n, state in enumerate(states))
    return TileReport(Format.PNG, tuple(tiles))


@given(st.lists(st.sampled_from(TileState), min_size=1, max_size=5))
def test_the_verdict_follows_from_the_results(states: list[TileState]) -> None:
    report = report_of(*states)
    broken, good = states.count(TileState.BROKEN), states.count(TileState.GOOD)
    verdict, words = report.verdict, verdict_words(report)
    assert (verdict is Verdict.UNFINISHED) == (not all(state.is_final for state in states))
    if verdict is Verdict.BROKEN_TILES:
        assert broken
        assert good
        assert all(f"“{tile.name}”" in words for tile in report.broken)
    if verdict is Verdict.RENDER_SERVICE_DOWN:
        assert (good, len(states) > 1) == (0, True)
    assert words.endswith(".")


def test_a_good_tile_is_ordered_as_the_dashboard_was_under_its_own_name() -> None:
    values = {"paperFormat": "a4", "filename": "Weekly", "hideTitle": True}
    request = ExportRequest("12db1a0a", Format.PDF, values)
    order = Order(
        request, "Blob/Web Traffic", Path("/exports"), "Weekly.pdf", run_as="Ada", has_manifest=True
    )
    report = report_of(TileState.GOOD, TileState.BROKEN, TileState.UNKNOWN, TileState.GOOD)
    first, second = good_tile_orders(order, report)
    assert payload(first.request) == {"format": "pdf", "paperFormat": "a4", "hideTitle": True, KEY: "0"}
    assert [first.file_name, second.file_name] == [
        "Blob-Web Traffic - Tile 0.pdf",
        "Blob-Web Traffic - Tile 3.pdf",
    ]
    assert (second.folder, second.run_as, second.has_manifest) == (Path("/exports"), "Ada", True)


@pytest.mark.parametrize("fmt", [Format.PDF, Format.PNG, Format.XLSX, Format.CSV])
def test_a_good_tile_of_each_format_has_its_own_extension_and_no_errors(fmt: Format) -> None:
    order = Order(ExportRequest("12db1a0a", fmt), "Blob", Path("/exports"))
    (good,) = good_tile_orders(order, report_of(TileState.GOOD))
    assert good.file_name == f"Blob - Tile 0.{fmt.value}"
    assert [each for each in problems(good.request) if each.severity is Severity.ERROR] == []


def test_only_a_dashboard_that_failed_to_render_can_be_searched() -> None:
    broken = JobFailure("Job failed to render.", kind=FailureKind.RENDER_FAILED)
    failed = job(JobState.FAILED, failure=broken)
    assert can_be_searched(failed)
    tile = Order(ExportRequest("12db1a0a", Format.PDF, {KEY: "8"}), "Blob", Path("/exports"))
    assert not can_be_searched(job(JobState.FAILED, failure=broken, order=tile))
    assert not can_be_searched(job(JobState.FAILED, failure=JobFailure("Gone.", kind=FailureKind.NOT_FOUND)))
    assert not can_be_searched(job(JobState.DONE))
