"""Each type of filter, edited by keyboard and exported from the demo: the rows are exactly those that match.

The expected rows are computed here in plain Python from all rows of the demo.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from omni_tui.demo.data.rows import frame_of
from omni_tui.demo.sample_data import names
from omni_tui.demo.sample_data.filters import filters_of
from omni_tui.demo.sample_data.sample_documents import SampleDocuments
from omni_tui.demo.server import DemoServer
from omni_tui.tui.common.choices import Stepper
from omni_tui.tui.export_form.filters.row import FilterRow
from tests.tui.programs import MAX_STOPS, Program, kept_server, running

# The dashboard with a filter of every type, and its tile with all rows.
DASHBOARD, TILE = names.EVERYTHING_ID, "all orders"
STATUS, CATEGORY, PRICE, CREATED = (
    "orders.status",
    "orders.category",
    "orders.sale_price",
    "orders.created_at",
)
COUPON, FIRST_ORDER = "orders.coupon", "apCQcveY"
PRICES, SINCE, OTHER = "EKD2yKoj", "MQAUkpD9", "2BT0GGyi"
NUMBER = "orders.order_number"

Row = dict[str, Any]
Keeps = Callable[[Row], bool]

TODAY = datetime.now(UTC).date()
EARLY, LATE = date.fromordinal(TODAY.toordinal() - 90), date.fromordinal(TODAY.toordinal() - 30)
# Nine days before today.
PICKED = TODAY - timedelta(days=9)

# Which rows the dashboard's own filters keep, by ID; the others keep all.
OWN: dict[str, Keeps] = {
    FIRST_ORDER: lambda row: row["orders.is_first_order"] is True,
    COUPON: lambda row: row[COUPON] is not None,
    "kChBFlzG": lambda row: row[STATUS] != "cancelled",
    PRICES: lambda row: 6 <= row[PRICE] < 1900,
}


@dataclass(frozen=True)
class Case:
    """The edited filter, the keys, the form's summary, and the rows that match.

    `operator` is chosen first; empty for the filter's own. `keys` then go to its value.
    """

    filter_id: str
    operator: str
    keys: tuple[str, ...]
    words: str
    keeps: Keeps


def anew(text: str) -> tuple[str, ...]:
    """Replace the field's text."""
    return ("end", "ctrl+u", *text)


CASES: dict[str, Case] = {
    "is several": Case(
        STATUS,
        "is",
        anew("complete, shipped"),
        "Status (orders.status) is complete or shipped",
        lambda row: row[STATUS] in ("complete", "shipped"),
    ),
    "is not": Case(STATUS, "is not", anew("complete"), "", lambda row: row[STATUS] != "complete"),
    "contains, in any case": Case(
        CATEGORY, "contains", anew("LIM, goo"), "", lambda row: row[CATEGORY] in ("Slime", "Goo")
    ),
    "contains, in this case": Case(
        CATEGORY,
        "contains",
        (*anew("S, oo"), "tab", "space"),
        "",
        lambda row: "S" in row[CATEGORY] or "oo" in row[CATEGORY],
    ),
    "at least": Case(
        PRICE,
        "≥",
        anew("500"),
        "Sale price (orders.sale_price) is at least 500",
        lambda row: row[PRICE] >= 500,
    ),
    "below": Case(PRICE, "<", anew("50.5"), "", lambda row: row[PRICE] < 50.5),
    "past": Case(
        CREATED,
        "past",
        (*anew("3"), "tab", "left"),
        "Created (orders.created_at) past 3 weeks",
        lambda row: row[CREATED] > TODAY - timedelta(days=21),
    ),
    "between days": Case(
        SINCE,
        "between",
        (*anew(EARLY.isoformat()), "tab", *LATE.isoformat()),
        "",
        lambda row: EARLY <= row[CREATED] < LATE,
    ),
    "before": Case(SINCE, "before", anew(LATE.isoformat()), "", lambda row: row[CREATED] < LATE),
    "on a day of the calendar": Case(
        SINCE,
        "is",
        ("space", "t", "up", "left", "left", "enter"),
        f"Created (MQAUkpD9) on {PICKED}",
        lambda row: row[CREATED] == PICKED,
    ),
    "no": Case(
        FIRST_ORDER, "", ("right",), "First order is false", lambda row: not row["orders.is_first_order"]
    ),
    "any": Case(FIRST_ORDER, "", ("a",), "First order is any value", lambda row: True),
    "null": Case(COUPON, "", ("left",), "Coupon is null", lambda row: row[COUPON] is None),
    "JSON": Case(
        OTHER,
        "",
        anew('{"type": "string", "kind": "ENDS_WITH", "values": ["o", "y"]}'),
        "",
        lambda row: row[CATEGORY][-1] in "oy",
    ),
}


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with kept_server() as kept:
        yield kept


@pytest.fixture(scope="module")
def all_rows() -> list[Row]:
    """Return all rows by field names, without any filter."""
    dashboard = SampleDocuments(now=datetime.now(UTC)).find(DASHBOARD)
    assert dashboard is not None
    frame = frame_of(dashboard, TODAY, {id_: {"type": "nothing"} for id_ in filters_of(dashboard)})
    assert frame.size == dashboard.row_count
    return [dict(zip(frame.columns, row, strict=True)) for row in zip(*frame.columns.values(), strict=True)]


def kept(all_rows: list[Row], filter_id: str, keeps: Keeps) -> list[str]:
    """Return the order numbers of the rows that match this edit and the other filters."""
    others = [own for id_, own in OWN.items() if id_ != filter_id]
    found = [row[NUMBER] for row in all_rows if keeps(row) and all(own(row) for own in others)]
    assert len(set(found)) == len(found)
    return found


def row_with_keys(program: Program) -> FilterRow | None:
    """Return the focused filter row."""
    focused = program.pilot.app.focused
    nodes = focused.ancestors if focused is not None else []
    return next((node for node in nodes if isinstance(node, FilterRow)), None)


async def go_to_filter(program: Program, filter_id: str) -> FilterRow:
    """Move down to this filter's row, key by key."""
    await program.reach("filterConfig")
    for _ in range(MAX_STOPS):
        row = row_with_keys(program)
        if row is not None and row.filter.id == filter_id:
            return row
        await program.press("down")
    raise AssertionError(f"no key leads to {filter_id}\n{program.text}")


async def choose_operator(program: Program, label: str) -> None:
    """Move to the row's operator, select this one, and move on to its value."""
    if not isinstance(program.pilot.app.focused, Stepper):
        await program.press("shift+tab")
    stepper = program.pilot.app.focused
    assert isinstance(stepper, Stepper)
    await program.press("home")
    for _ in stepper.choices:
        if stepper.chosen.label == label:
            await program.press("tab")
            return
        await program.press("right")
    raise AssertionError(f"there is no {label}\n{program.text}")


async def edit(program: Program, case: Case) -> None:
    """Edit the filter as the case says; assert that there are no problems."""
    await go_to_filter(program, case.filter_id)
    if case.operator:
        await choose_operator(program, case.operator)
    await program.press(*("space" if key == " " else key for key in case.keys))
    assert program.problems == []


async def open_all_rows(program: Program, fmt: str) -> None:
    """Open the form for all rows of the tile, in the format with this letter."""
    await program.open(DASHBOARD)
    await program.press(fmt)
    await program.choose_tile(TILE)
    await program.reach("overrideRowLimit")
    await program.press("space")


def exported(path: Path) -> list[str]:
    """Return the order numbers of a file's rows."""
    if path.suffix == ".json":
        return [row[NUMBER] for row in json.loads(path.read_text("utf-8"))]
    return [row["Order"] for row in csv.DictReader(io.StringIO(path.read_text("utf-8-sig")))]


# Which rows each filter keeps is proved on the command line (test_filtered_rows). Here two cases stand for
# the keys that lead there; CI runs the rest.
QUICK = {"is several", "on a day of the calendar"}


@pytest.mark.parametrize(
    "name", [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in CASES]
)
async def test_the_exported_rows_are_exactly_those_that_match(
    name: str, server: DemoServer, all_rows: list[Row], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = CASES[name]
    wanted = kept(all_rows, case.filter_id, case.keeps)
    assert 0 < len(wanted) < len(all_rows)
    async with running(server, tmp_path, monkeypatch, size=(130, 24)) as program:
        await open_all_rows(program, "j" if name == "JSON" else "c")
        await edit(program, case)
        assert case.words in " ".join(program.text.split())
        assert exported(await program.saved()) == wanted
