"""`--each` and `--filename` for real: a file for each value, with distinct names."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from omni_tui.demo.sample_data import names
from omni_tui.demo.server import DemoServer
from tests.commands.bad_servers import refuser
from tests.commands.runs import LIMIT, SPEED, Ran, run, run_all

CASES: dict[str, tuple[str, ...]] = {
    "values": (names.FIRST_ID, "--each", "device=Desktop, Mobile", "--format", "png", "--quiet"),
    "rows": (
        *("2d6f81a3", "--query-identifier-map-key", "8", "--format", "csv", "-q", "--json"),
        *("--each", "Channel=Email,Paid", "--filter", "Session date=past 2 weeks"),
    ),
    "two dashboards": (
        *("6e0b7f42", "9c27e415", "--each", "Status=complete,returned", "--format", "pdf", "-q"),
        *("--filename", "{filter:status} of {dashboard}"),
    ),
    "two dashboards, one name": (
        *("be1740c5", "50ef6a9b", "--each", "Network=Search", "--format", "pdf", "-q"),
        *("--filename", "Ads", "-o", "new/"),
    ),
    "one is not there": ("a95d3e08", "nobody00", "--each", "Channel=Email", "--format", "pdf", "--json"),
    "one lacks it": ("08cd7e36", "17c4e9d6", "--filter", "Region=EMEA", "--format", "pdf", "-o", "new/"),
    "template": (
        *("3a82d5e1", "--format", "csv", "--query-identifier-map-key", "5", "-q"),
        *("--filename", "{{{tile}}} {format} {date} {filter:Region}"),
    ),
    "plain template": ("f6194b2c", "b17e4f90", "--format", "png", "-q", "--filename", "{dashboard} x"),
    "one literal name": ("cd4092e7", "e25a0d84", "--format", "png", "-q", "--filename", "Report"),
    "hostile": (names.HOSTILE_ID, "--format", "png", "--each", "Region=a/../b", "-q"),
    "same value": ("76f3c1b9", "--format", "png", "--filter", "Status=any", "-q", "--json"),
    "taken": ("d83b20fa", "--format", "png", "--each", "Network=Search,search", "-q"),
}


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with DemoServer(speed=SPEED, limit=LIMIT) as running:
        yield running


@pytest.fixture(scope="module")
def ran(server: DemoServer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ran]:
    return run_all(tmp_path_factory.mktemp("runs"), server, CASES)


def test_each_value_makes_a_file_with_the_value_in_its_name(ran: dict[str, Ran]) -> None:
    values = ran["values"]
    assert values.status == 0
    (warning,) = values.err.splitlines()  # the same for both files, reported once
    assert "warning: --filter: Some servers ignore filters in a PNG" in warning
    assert values.files == ["Blob Web Traffic Desktop.png", "Blob Web Traffic Mobile.png"]
    assert sorted(values.lines) == [str(values.folder / name) for name in values.files]


def test_json_lines_distinguish_the_files_and_each_has_its_rows(ran: dict[str, Ran]) -> None:
    told = {line["filters"]["Channel"]: line for line in map(json.loads, ran["rows"].lines)}
    assert set(told) == {"Email", "Paid"}
    for channel, line in told.items():
        assert line["filters"] == {"Channel": channel, "Session date": "past 2 weeks"}
        assert line["path"].endswith(f"/Web Traffic by Channel {channel}.csv")
        rows = csv.DictReader(io.StringIO(Path(line["path"]).read_text("utf-8-sig")))
        assert {row["Channel"] for row in rows} == {channel}


def test_several_dashboards_times_several_values(ran: dict[str, Ran]) -> None:
    both = ran["two dashboards"]
    assert (both.status, both.err) == (0, "")
    assert both.files == [
        "complete of Refunds [EMEA] Q3.pdf",
        "complete of Sales Overview.pdf",
        "returned of Refunds [EMEA] Q3.pdf",
        "returned of Sales Overview.pdf",
    ]


def test_a_dashboard_that_cannot_be_loaded_does_not_affect_the_others(ran: dict[str, Ran]) -> None:
    one = ran["one is not there"]
    told = {line["dashboard"]: line for line in map(json.loads, one.lines)}
    assert one.status == 1
    assert (told["nobody00"]["state"], told["nobody00"]["path"]) == ("failed", None)
    assert f"omni-tui download: nobody00: {told['nobody00']['error']}\n" in one.err
    assert one.files == ["Landing Page Performance Email.pdf"]
    assert "a95d3e08 Email: saved, " in one.err


def test_a_filter_that_one_dashboard_lacks_starts_nothing(ran: dict[str, Ran]) -> None:
    lacking = ran["one lacks it"]
    assert (lacking.status, lacking.out, lacking.files) == (2, b"", [])
    (line,) = lacking.err.splitlines()
    assert line.startswith("omni-tui download: 17c4e9d6: --filter 'Region=EMEA': Unknown filter “Region”.")
    assert "Campaign" in line or "Network" in line


def test_a_template_is_filled_in_and_sent_so(ran: dict[str, Ran], server: DemoServer) -> None:
    template = ran["template"]
    assert template.status == 0
    (name,) = template.files
    assert name.startswith("{Revenue by ")
    assert name.endswith(f"}} csv {date.today()} any.csv")


@pytest.mark.parametrize(
    ("case", "files"),
    [
        ("two dashboards, one name", ["new"]),
        ("plain template", ["Pipeline to Revenue x.png", "Top Customers x.png"]),
        ("one literal name", ["Report (2).png", "Report.png"]),
    ],
)
def test_names_of_several_dashboards(case: str, files: list[str], ran: dict[str, Ran]) -> None:
    assert ran[case].status == 0
    assert ran[case].files == files


def test_files_with_equal_names_are_reported(ran: dict[str, Ran]) -> None:
    for case in ("one literal name", "two dashboards, one name"):
        (line,) = ran[case].err.splitlines()
        assert "warning: --filename: " in line
        assert "{dashboard}" in line
    assert ran["two dashboards"].err == ""


def test_hostile_names_and_values_stay_in_the_folder(ran: dict[str, Ran]) -> None:
    hostile = ran["hostile"]
    assert hostile.status == 0
    (name,) = hostile.files
    assert name.isprintable()
    assert "b" in name


def test_the_dashboards_own_value_sends_no_filter(ran: dict[str, Ran]) -> None:
    (line,) = map(json.loads, ran["same value"].lines)
    assert (line["state"], line["filters"]) == ("done", {})


def test_values_that_differ_only_in_case_are_two_files(ran: dict[str, Ran]) -> None:
    assert len(ran["taken"].files) == 2


def test_one_of_three_failing_stops_none(server: DemoServer, tmp_path: Path) -> None:
    typed = ("download", "4be08d77", "--each", "Plan=Team,Starter,Business", "--format", "pdf", "--json")
    with refuser(server.url, b"Starter", "Bad Request: filterConfig: No such plan") as refusing:
        ran = run(tmp_path / "run", refusing, *typed)
    told = {line["filters"]["Plan"]: line for line in map(json.loads, ran.lines)}
    assert ran.status == 1
    assert {plan: line["state"] for plan, line in told.items()} == {
        "Team": "done",
        "Starter": "failed",
        "Business": "done",
    }
    assert ran.files == ["Churn Cohorts Business.pdf", "Churn Cohorts Team.pdf"]
    assert "omni-tui download: 4be08d77 Starter: --filter: " in ran.err
    assert "No such plan" in told["Starter"]["error"]


def test_a_name_has_the_filter_that_was_typed_as_json(server: DemoServer, tmp_path: Path) -> None:
    config = {"web_sessions.channel": {"type": "string", "kind": "EQUALS", "values": ["Email"]}}
    typed = ("--filter-config", json.dumps(config), "--filename", "{filter:Channel} {filter:Device}")
    ran = run(tmp_path / "run", server, "download", names.FIRST_ID, "--format", "png", "--json", "-q", *typed)
    (line,) = map(json.loads, ran.lines)
    assert ran.files == ["Email any.png"]
    assert json.loads(line["filters"]["web_sessions.channel"]) == config["web_sessions.channel"]


def test_only_what_is_needed_is_requested(tmp_path: Path) -> None:
    """A typed name needs no list, and a template with the tile only the tiles."""
    with DemoServer(speed=SPEED, limit=LIMIT) as server:
        typed = ("download", names.FIRST_ID, "--format", "png", "--filename", "{date} {profile}", "-q")
        assert run(tmp_path / "run", server, *typed).status == 0
        assert {kind for _, kind in server.requests} == {"initiate", "status", "file"}
