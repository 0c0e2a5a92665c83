"""Tables with exactly as many rows as a limit: the user's, their tile's, or a possible one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from omni_tui.api.models import Tile
from omni_tui.downloads.files.row_count import Table
from omni_tui.downloads.job.truncation import CutOff, cut_off_text, cut_offs, is_still_limited, more_rows
from omni_tui.options.spec import ExportRequest, Format, OptionValue

ALL, TOP, WHOLE, TWIN, OTHER_TWIN = TILES = (
    Tile("q1", "All orders", "1"),
    Tile("q2", "Top / 10: “slimes”", "2", 10),
    Tile("q3", "Everything, without any limit at all", "3", None),
    Tile("q4", "Twins", "4", 20),
    Tile("q5", "Twins", "5", 30),
)


def request(fmt: Format = Format.CSV, **values: OptionValue) -> ExportRequest:
    return ExportRequest("12db1a0a", fmt, values)


TILE_1, TILE_2, TILE_3 = ({"queryIdentifierMapKey": key} for key in "123")


@pytest.mark.parametrize(
    ("values", "rows", "cut_off"),
    [
        (TILE_1, 1000, CutOff("", 1000, "1")),
        (TILE_1, 999, None),
        (TILE_2, 10, CutOff("", 10, "2")),
        (TILE_2, 1000, None),
        (TILE_3, 1000, None),
        (TILE_3 | {"maxRowLimit": 7}, 7, CutOff("", 7, "3")),
        (TILE_1 | {"maxRowLimit": 7}, 7, CutOff("", 7, "1")),
        (TILE_1 | {"maxRowLimit": 5000}, 1000, CutOff("", 1000, "1")),
        (TILE_1 | {"maxRowLimit": 5000, "overrideRowLimit": True}, 1000, None),
        (TILE_1 | {"maxRowLimit": 5000, "overrideRowLimit": True}, 5000, CutOff("", 5000)),
        (TILE_1 | {"overrideRowLimit": True}, 1000, None),
        (TILE_1 | {"overrideRowLimit": True}, 1_000_000, CutOff("", 1_000_000)),
        (TILE_1 | {"overrideRowLimit": False}, 1000, CutOff("", 1000, "1")),
        # a tile that the list doesn't have: any limit may be its own
        ({"queryIdentifierMapKey": "99"}, 1000, CutOff("", 1000)),
        ({"queryIdentifierMapKey": "99"}, 30, CutOff("", 30)),
        ({"queryIdentifierMapKey": "99"}, 31, None),
    ],
)
def test_a_tile_that_ends_at_its_own_limit_or_the_users(
    values: Mapping[str, OptionValue], rows: int, cut_off: CutOff | None
) -> None:
    found = cut_offs(request(**values), [Table("", rows)], TILES)
    assert found == ((cut_off,) if cut_off else ())


@pytest.mark.parametrize(
    ("table", "cut_off"),
    [
        (Table("All orders.csv", 1000), CutOff("All orders.csv", 1000, "1")),
        (Table("ALL  ORDERS.CSV", 1000), CutOff("ALL  ORDERS.CSV", 1000, "1")),
        (Table("All orders.csv", 10), None),
        (Table("Top - 10- -slimes-.csv", 10), CutOff("Top - 10- -slimes-.csv", 10, "2")),
        (Table("Top - 10- -slimes-.csv", 1000), None),
        # a sheet's name is cut off at 31 characters
        (Table("Everything, without any limit a", 1000), None),
        # two of one name: either limit may be its own
        (Table("Twins.csv", 20), CutOff("Twins.csv", 20)),
        (Table("Twins.csv", 30), CutOff("Twins.csv", 30)),
        (Table("Twins.csv", 1000), None),
        # a name from nowhere, or none that can be compared: any limit is possible
        (Table("xl/worksheets/sheet1.xml", 1000), CutOff("xl/worksheets/sheet1.xml", 1000)),
        (Table("Twins (2).csv", 30), CutOff("Twins (2).csv", 30)),
        (Table("–.csv", 10), CutOff("–.csv", 10)),
        (Table("–.csv", 11), None),
    ],
)
@pytest.mark.parametrize("fmt", [Format.CSV, Format.XLSX])
def test_a_table_of_many_by_its_name(fmt: Format, table: Table, cut_off: CutOff | None) -> None:
    found = cut_offs(request(fmt), [Table("Twins", 3), table], TILES)
    assert found == ((cut_off,) if cut_off else ())


def test_without_the_tiles_the_usual_limit_is_assumed() -> None:
    tables = [Table("A.csv", 1000), Table("B.csv", 10)]
    assert cut_offs(request(), tables, ()) == (CutOff("A.csv", 1000),)
    assert cut_offs(request(maxRowLimit=10), tables, ()) == (CutOff("B.csv", 10),)


def test_another_users_export_has_an_unknown_limit() -> None:
    taken = request(overrideRowLimit=True, maxRowLimit=5)
    assert cut_offs(taken, [Table("", 1000)], TILES, has_unknown_options=True) == (CutOff("", 1000),)


@pytest.mark.parametrize(
    ("wire", "limit"),
    [
        ({"limit": 5000}, 5000),
        ({"limit": None}, None),
        ({"limit": "250"}, 250),
        ({}, 1000),
        ({"limit": 0}, 1000),
        ({"limit": -1}, 1000),
        ({"limit": True}, 1000),
        ({"limit": "all"}, 1000),
        ({"limit": float("nan")}, 1000),
        ({"limit": float("inf")}, 1000),
        ({"limit": [1]}, 1000),
    ],
)
def test_the_limit_of_a_tile_as_servers_tell_it(wire: dict[str, Any], limit: int | None) -> None:
    assert Tile.from_wire({"id": "q", "query": wire}).row_limit == limit


@pytest.mark.parametrize("query", [None, [], "x"])
def test_a_server_without_queries_has_the_default_limit(query: object) -> None:
    assert Tile.from_wire({"id": "q", "query": query}).row_limit == 1000
    assert Tile.from_wire({"id": "q"}).row_limit == 1000


OVERRIDE = {"overrideRowLimit": True, "maxRowLimit": 1_000_000}


def test_the_fix_overrides_and_raises_the_limit_and_ends_the_warning() -> None:
    cut_off = [CutOff("", 1000, "1")]
    fix = more_rows(request(**TILE_1), cut_off)
    assert fix is not None
    assert fix.changes == OVERRIDE
    assert is_still_limited(request(**TILE_1), cut_off)
    assert is_still_limited(request(**TILE_1, overrideRowLimit=True, maxRowLimit=500), cut_off)
    assert not is_still_limited(request(**TILE_1, **OVERRIDE), cut_off)
    assert not is_still_limited(request(**TILE_1, overrideRowLimit=True), cut_off)


def test_a_workbook_needs_the_tile_for_it() -> None:
    one, two = CutOff("All orders", 1000, "1"), CutOff("Top 10", 10, "2")
    fix, of_several = more_rows(request(Format.XLSX), [one]), more_rows(request(Format.XLSX), [one, two])
    assert fix is not None
    assert fix.changes == {"queryIdentifierMapKey": "1", **OVERRIDE}
    assert of_several is not None
    assert of_several.changes == OVERRIDE


def test_beyond_the_highest_limit_there_is_no_fix() -> None:
    assert more_rows(request(**OVERRIDE), [CutOff("", 1_000_000)]) is None
    assert more_rows(request(), []) is None


def test_the_words_name_every_table() -> None:
    one, two = CutOff("", 1), CutOff("All orders.csv", 5000)
    assert cut_off_text(()) == ""
    assert cut_off_text([one]) == "may be cut off at 1 row"
    assert cut_off_text([two]) == "All orders may be cut off at 5,000 rows"
    words = cut_off_text([two, CutOff("Twins.csv", 20)])
    assert words == "2 tables may be cut off: All orders (5,000 rows), Twins (20 rows)"
