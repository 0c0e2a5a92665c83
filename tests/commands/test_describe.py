"""`omni-tui describe` for real: its output is valid input for `omni-tui download`."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from omni_tui import demo
from omni_tui.api.models import DashboardFilters, Tile
from omni_tui.commands import describe
from omni_tui.commands.download.prefetch import Dashboard, DetailsToLoad, read_all
from omni_tui.demo.sample_data import names
from omni_tui.demo.sample_data.filters import filters_of
from omni_tui.demo.server import DemoServer
from omni_tui.launch_options import Arguments
from omni_tui.services import open_services
from tests.commands.runs import LIMIT, SPEED, run
from tests.demo.conftest import dashboard_of

NOBODY = "550e8400-e29b-41d4-a716-446655440000"


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with DemoServer(speed=SPEED, limit=LIMIT) as running:
        yield running


def test_a_dashboard_in_plain_columns(server: DemoServer, tmp_path: Path) -> None:
    told = run(tmp_path / "run", server, "describe", names.FIRST_ID)
    assert (told.status, told.err, told.files) == (0, "", [])
    assert told.lines[:2] == ["Blob Web Traffic", f"id {names.FIRST_ID}"]
    assert "8 tiles" in told.lines
    assert "  8    All sessions" in told.lines
    (line,) = [line for line in told.lines if line.startswith("  Pageviews ")]
    assert line.split() == ["Pageviews", "number", "web_sessions.pageviews", "--filter", "'Pageviews>=0'"]
    assert told.lines[-1].endswith(": Group by")
    heads = next(line for line in told.lines if "LABEL" in line)
    assert heads.index("ID") == line.index("web_sessions")


def test_one_json_object_has_everything(server: DemoServer, tmp_path: Path) -> None:
    told = run(tmp_path / "run", server, "describe", f"/dashboards/{names.EVERYTHING_ID}", "--json")
    (line,) = told.lines
    assert (told.status, told.err) == (0, "")
    assert line.isascii()
    found = json.loads(line)
    assert (found["id"], found["name"]) == (names.EVERYTHING_ID, "Company Scorecard: every metric")
    assert found["tiles"][-1] == {"key": "30", "name": "All orders"}
    assert found["controls"] == [{"id": "group-by", "label": "Group by"}]
    types = [filter_["type"] for filter_ in found["filters"]]
    assert set(types) == {"text", "number", "date", "yes_no", "null", "other"}
    date = found["filters"][1]
    assert date["raw"].pop("ui_type") == "PAST"
    assert list(date) == ["id", "label", "type", "value", "required", "hidden", "flag", "raw"]
    assert (date["value"], date["flag"]) == ("past 12 months", "orders.created_at=past 12 months")


def test_its_output_unchanged_changes_nothing(server: DemoServer, tmp_path: Path) -> None:
    """download accepts each printed line; nothing is sent, as nothing is changed."""
    told = run(tmp_path / "described", server, "describe", names.EVERYTHING_ID)
    flags = [
        word
        for line in told.lines
        if "--filter " in line
        for word in shlex.split(line[line.index("--filter ") :])
    ]
    assert flags.count("--filter") == len(filters_of(dashboard_of(names.EVERYTHING_ID)))
    typed = ("download", names.EVERYTHING_ID, "--format", "png", "--json", "--quiet", *flags)
    saved = run(tmp_path / "run", server, *typed)
    assert (saved.status, saved.err) == (0, "")
    assert json.loads(saved.lines[0])["filters"] == {}


def test_a_hostile_name_cannot_affect_the_terminal(server: DemoServer, tmp_path: Path) -> None:
    told = run(tmp_path / "run", server, "describe", names.HOSTILE_ID)
    assert told.lines[0] == "Refunds [/bold] [red]EMEA 3Q ../../Q3"
    assert b"\x1b" not in told.out


@pytest.mark.parametrize(
    ("typed", "environment", "status", "words"),
    [
        (["nobody00"], {}, 1, "has no dashboard with this ID"),
        ([names.FIRST_ID], {"OMNI_API_TOKEN": "wrong"}, 3, ""),
        ([names.FIRST_ID], {"OMNI_API_TOKEN": ""}, 3, "There is no API key"),
        (["not an id"], {}, 2, "No dashboard has the ID, URL or name 'not an id'"),
        (["https://elsewhere.omniapp.co/dashboards/12db1a0a"], {}, 2, "is at https://elsewhere"),
        ([], {}, 2, "required: DASHBOARD"),
        ([names.FIRST_ID, "--user-id", "someone"], {"OMNI_API_TOKEN": demo.PERSONAL_TOKEN}, 1, "--user-id: "),
        ([names.FIRST_ID, "--user-id", NOBODY], {}, 1, "--user-id: "),
    ],
)
def test_an_error_is_one_line_and_an_exit_code(
    typed: list[str],
    environment: dict[str, str],
    status: int,
    words: str,
    server: DemoServer,
    tmp_path: Path,
) -> None:
    told = run(tmp_path / "run", server, "describe", *typed, **environment)
    assert (told.status, told.out) == (status, b"")
    assert words in told.err
    assert told.err.startswith("omni-tui describe: ")
    assert told.err.count("\n") == 1


def described(**changes: Any) -> list[str]:
    return describe._lines(Dashboard("12db1a0a", **changes))


def test_a_server_that_reports_little() -> None:
    assert described() == ["12db1a0a", "id 12db1a0a", "", "No tiles", "", "No filters"]
    told = described(tiles=(Tile("q1", "Orders", None),))
    assert "  (not reported)  Orders" in told


def test_marks_and_controls_by_id() -> None:
    filters = DashboardFilters(
        ("a",),
        {"a": {"type": "boolean", "is_negative": False, "required": True, "hidden": True, "label": "Paid"}},
        {"c1": {"name": "Compare"}, "c2": None},
    )
    told = described(filters=filters)
    assert "  Paid   yes/no  required, hidden  a   --filter Paid=yes" in told
    assert told[-1].endswith("exports don't change: Compare, c2")


@pytest.mark.parametrize(("version", "lists"), [("2026", 0), ("2025", 1)])
async def test_only_an_older_server_is_asked_for_its_list(
    version: str, lists: int, monkeypatch: pytest.MonkeyPatch, fake_home: Path
) -> None:
    """The demo as either server: a name takes one request, or the list."""
    with DemoServer(speed=SPEED, limit=LIMIT, version=version) as server:
        monkeypatch.setenv("OMNI_BASE_URL", server.url)
        monkeypatch.setenv("OMNI_API_TOKEN", demo.TOKEN)
        services = await open_services(Arguments(keeps_jobs=False))
        try:
            wanted = DetailsToLoad(name=True, fresh_name=True, tiles=True, filters=True)
            readings = await read_all(services, [names.FIRST_ID], wanted)
        finally:
            await services.aclose()
    assert readings.dashboards[names.FIRST_ID].name == "Blob Web Traffic"
    paths = [urlsplit(each.url).path for each in services.exchanges.exchanges()]
    assert paths.count("/api/v1/documents") == lists
    assert paths.count(f"/api/v1/documents/{names.FIRST_ID}") == 1
    assert len(paths) == 3 + lists
