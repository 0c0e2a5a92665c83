"""`omni-tui download` for real: files that end at a tile's row limit, and files without rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from omni_tui.demo.sample_data import names
from omni_tui.demo.server import DemoServer
from tests.commands.runs import LIMIT, SPEED, Ran, run_all

# 5,000 rows; its last tile shows all.
DASHBOARD, TILE = names.FIRST_ID, "8"
ONE_TILE = (DASHBOARD, "--query-identifier-map-key", TILE)
ALL_ROWS = ("--override-row-limit", "--max-row-limit", "1000000")
NOTHING = ("--filter", "Channel=Emial")

CASES: dict[str, tuple[str, ...]] = {
    "csv": (*ONE_TILE, "--format", "csv", "--json", "--manifest"),
    "json": (*ONE_TILE, "--format", "json", "-q"),
    "all": (*ONE_TILE, "--format", "csv", "--json", "-q", *ALL_ROWS),
    "zip": (DASHBOARD, "--format", "csv", "--json", "-q"),
    "xlsx": (DASHBOARD, "--format", "xlsx", "--json", "-q"),
    "empty": (*ONE_TILE, "--format", "csv", "-q", *NOTHING),
    "empty fails": (*ONE_TILE, "--format", "csv", "-q", *NOTHING, "--fail-if-empty"),
    "empty zip": (DASHBOARD, "--format", "csv", "--json", "-q", *NOTHING, "--fail-if-empty"),
    "empty xlsx": (DASHBOARD, "--format", "xlsx", "--json", "-q", *NOTHING, "--fail-if-empty"),
    "full": (*ONE_TILE, "--format", "csv", "-q", *ALL_ROWS, "--fail-if-empty"),
    "left": (*ONE_TILE, "--format", "csv", "--detach", "--fail-if-empty"),
}


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Ran]]:
    with DemoServer(speed=SPEED, limit=LIMIT) as server:
        yield run_all(tmp_path_factory.mktemp("runs"), server, CASES)


def line(ran: Ran) -> dict[str, Any]:
    return dict(json.loads(ran.out))


def test_a_tile_that_ends_at_its_limit_is_reported_with_the_flags_that_lift_it(ran: dict[str, Ran]) -> None:
    one, lifted = ran["csv"], ran["all"]
    assert one.status == 0
    assert (line(one)["rows"], line(one)["may_be_cut_off_at"]) == (1000, 1000)
    assert "may be cut off at 1,000 rows. Get up to 1,000,000 rows: " + " ".join(ALL_ROWS) in one.err
    (manifest,) = one.folder.glob("*.manifest.json")
    assert json.loads(manifest.read_text())["may_be_cut_off_at"] == 1000
    assert "may be cut off at 1,000 rows" in ran["json"].err
    assert (line(lifted)["rows"], line(lifted)["may_be_cut_off_at"]) == (5000, None)
    assert lifted.err == ""


@pytest.mark.parametrize("kind", ["zip", "xlsx"])
def test_the_tables_of_a_dashboard_that_end_there_are_named(ran: dict[str, Ran], kind: str) -> None:
    [table] = line(ran[kind])["cut_off_tables"]
    assert table["name"].removesuffix(".csv") == "All sessions"
    assert table["limit"] == 1000
    assert "All sessions may be cut off at 1,000 rows" in ran[kind].err


def test_a_workbook_names_the_tile_to_export_by_itself(ran: dict[str, Ran]) -> None:
    assert f"--query-identifier-map-key {TILE} {' '.join(ALL_ROWS)}" in ran["xlsx"].err


def test_a_filter_that_matches_nothing_is_reported_and_the_file_is_kept(ran: dict[str, Ran]) -> None:
    assert (ran["empty"].status, ran["empty fails"].status, ran["full"].status) == (0, 1, 0)
    for kind in ("empty", "empty fails"):
        assert "No rows matched. Check the filter values." in ran[kind].err
        assert len(ran[kind].files) == len(ran[kind].lines) == 1
    assert ran["full"].err == ""


@pytest.mark.parametrize("kind", ["zip", "xlsx"])
def test_the_empty_tables_of_a_dashboard_are_named(ran: dict[str, Ran], kind: str) -> None:
    empty = ran[f"empty {kind}"]
    assert "All sessions" in {name.removesuffix(".csv") for name in line(empty)["empty_tables"]}
    assert "No rows in " in empty.err
    assert empty.status == 1
    assert len(empty.files) == 1


def test_what_is_left_to_resume_is_checked_there(ran: dict[str, Ran]) -> None:
    assert ran["left"].status == 2
    assert "Use --fail-if-empty with omni-tui resume" in ran["left"].err
