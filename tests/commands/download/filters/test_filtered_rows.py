"""`--filter` for real: the exported rows are exactly the matching ones, for each type of filter."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from omni_tui.demo.sample_data import names
from omni_tui.demo.sample_data.demo_users import active_user_ids
from omni_tui.demo.server import DemoServer
from tests.commands.runs import LIMIT, SPEED, Ran, run, run_all

Row = dict[str, str]
Keeps = Callable[[Row], bool]

# The dashboard with a filter of every type, and its tile with all rows.
DASHBOARD, TILE = names.EVERYTHING_ID, "30"
ALL_ROWS = ("--override-row-limit", "--max-row-limit", "1000000")


def month_before(day: date) -> date:
    return day - timedelta(days=30)


# What the dashboard's own filters match, by field.
OWN: dict[str, Keeps] = {
    "First order": lambda row: row["First order"] == "true",
    "Coupon": lambda row: row["Coupon"] != "",
    "Status": lambda row: row["Status"] != "cancelled",
    "Sale price": lambda row: 6 <= float(row["Sale price"]) < 1900,
}

# What is typed, and what it matches: instead of the dashboard's filter of that name, or in addition.
CASES: dict[str, tuple[str, str, Keeps]] = {
    "list": ("orders.status=complete, shipped", "", lambda row: row["Status"] in ("complete", "shipped")),
    "negative list": (
        "orders.status=not complete,returned",
        "",
        lambda row: row["Status"] not in ("complete", "returned"),
    ),
    "contains": ("orders.category=contains LIM, goo", "", lambda row: row["Category"] in ("Slime", "Goo")),
    "at least": ("orders.sale_price>=500", "", lambda row: float(row["Sale price"]) >= 500),
    "less than": ("orders.sale_price<50", "", lambda row: float(row["Sale price"]) < 50),
    "between": ("EKD2yKoj=100..200.5", "Sale price", lambda row: 100 <= float(row["Sale price"]) < 200.5),
    "no": ("first order=no", "First order", lambda row: row["First order"] == "false"),
    "any": ("First order=any", "First order", lambda row: True),
    "null": ("Coupon=null", "Coupon", lambda row: row["Coupon"] == ""),
    "since": (
        "orders.created_at=on or after {month_ago}",
        "",
        lambda row: date.fromisoformat(row["Created"]) >= month_before(date.today()),
    ),
    "days": (
        "orders.created_at={month_ago}..{today}",
        "",
        lambda row: month_before(date.today()) <= date.fromisoformat(row["Created"]) < date.today(),
    ),
    "last week": ("orders.created_at=last week", "", lambda row: in_last_week(row["Created"])),
    "weekday": (
        "orders.created_at=Mondays",
        "",
        lambda row: date.fromisoformat(row["Created"]).weekday() == 0,
    ),
}


def in_last_week(text: str) -> bool:
    monday = date.today() - timedelta(days=date.today().weekday())
    return monday - timedelta(days=7) <= date.fromisoformat(text) < monday


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with DemoServer(speed=SPEED, limit=LIMIT) as running:
        yield running


def rows_of(ran: Ran) -> list[Row]:
    assert (ran.status, ran.err) == (0, "")
    (path,) = map(Path, ran.lines)
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))


@pytest.fixture(scope="module")
def all_rows(server: DemoServer, tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    """Return all rows: each filter is an object that the demo accepts and that matches everything."""
    base = tmp_path_factory.mktemp("all")
    told = json.loads(run(base / "told", server, "describe", DASHBOARD, "--json").lines[0])
    config = json.dumps({filter_["id"]: {"type": "nothing"} for filter_ in told["filters"]})
    typed = ("--format", "csv", "--query-identifier-map-key", TILE, "--filter-config", config, *ALL_ROWS)
    return rows_of(run(base / "run", server, "download", DASHBOARD, *typed, "--quiet"))


@pytest.fixture(scope="module")
def ran(server: DemoServer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ran]:
    days = {"today": date.today(), "month_ago": month_before(date.today())}
    # Each runs as another user: a user has only one export of a dashboard at a time.
    cases = {
        name: (
            *(DASHBOARD, "--format", "csv", "--query-identifier-map-key", TILE, "--quiet", *ALL_ROWS),
            *("--filter", typed.format(**days), "--user-id", user),
        )
        for (name, (typed, _, _)), user in zip(CASES.items(), sorted(active_user_ids()), strict=False)
    }
    assert len(cases) == len(CASES)
    return run_all(tmp_path_factory.mktemp("runs"), server, cases)


@pytest.mark.parametrize("name", CASES)
def test_the_rows_are_those_that_match_the_filters(
    name: str, ran: dict[str, Ran], all_rows: list[Row]
) -> None:
    _, replaced, keeps = CASES[name]
    others = [own for field, own in OWN.items() if field != replaced]
    wanted = [row for row in all_rows if keeps(row) and all(own(row) for own in others)]
    assert 0 < len(wanted) < len(all_rows)
    assert rows_of(ran[name]) == wanted


def test_two_filters_with_the_same_label_are_distinguished(server: DemoServer, tmp_path: Path) -> None:
    """In the file's name and in the JSON line: two filters are labeled "Sale price"."""
    ran = run(
        tmp_path / "run",
        server,
        *("download", DASHBOARD, "--format", "csv", "--query-identifier-map-key", TILE, "--quiet", "--json"),
        *("--filter", "orders.sale_price>=500", "--filter", "sale price (ekd2ykoj)=100..200"),
        *("--filename", "{filter:EKD2yKoj} {filter:sale price (orders.sale_price)}"),
    )
    assert ran.files == ["100..200 ≥500.csv"]
    (line,) = map(json.loads, ran.lines)
    assert line["filters"] == {"Sale price (orders.sale_price)": ">=500", "Sale price (EKD2yKoj)": "100..200"}
