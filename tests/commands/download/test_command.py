"""`omni-tui download` as a real process against a real server."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from omni_tui import demo
from omni_tui.demo.sample_data import names
from omni_tui.demo.server import DemoServer
from tests.commands.runs import LIMIT, SPEED, WAITS, Ran, run, run_all

JSON_KEYS = [
    "dashboard",
    "format",
    "filters",
    "id",
    "job_id",
    "state",
    "path",
    "bytes",
    "sha256",
    "rows",
    "may_be_cut_off_at",
    "cut_off_tables",
    "is_empty",
    "empty_tables",
    "may_be_incomplete",
    "seconds",
    "error",
]

CASES: dict[str, tuple[str, ...]] = {
    "several": (names.FIRST_ID, "9c27e415", "4be08d77", "--format", "pdf", "-o", "exports/new/"),
    "one fails": ("2d6f81a3", names.FAILING_ID, names.FORBIDDEN_ID, "nobody00", "--format", "pdf", "--json"),
    "csv to a file": ("83aa5c19", "--format", "csv", "-o", "tiles.zip", "--json", "--quiet"),
    "hostile": (names.HOSTILE_ID, "--format", "png"),
    "twice": ("a95d3e08", "/dashboards/a95d3e08?x=1", "--format", "pdf", "--quiet"),
    "too slow": (names.SLOW_ID, "--format", "pdf", "--timeout", "0.2", "--quiet"),
    "refused by the server": ("17c4e9d6", "--format", "csv", "--filter-config", '{"no.such": {}}', "-q"),
    "to standard output in vain": (names.FORBIDDEN_ID, "--format", "pdf", "--output", "-"),
    "by its address": ("{url}/dashboards/ab60f2d3?tab=1", "--format", "pdf", "--quiet"),
    "warned": ("d83b20fa", "--format", "pdf", "--expand-tables-to-show-all-rows", "--quiet"),
}


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with DemoServer(speed=SPEED, limit=LIMIT) as running:
        yield running


@pytest.fixture(scope="module")
def ran(server: DemoServer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ran]:
    cases = {
        name: tuple(word.replace("{url}", server.url) for word in typed) for name, typed in CASES.items()
    }
    return run_all(tmp_path_factory.mktemp("runs"), server, cases)


def test_several_are_saved_under_the_dashboards_names(ran: dict[str, Ran]) -> None:
    several = ran["several"]
    assert several.status == 0
    new = several.folder / "exports" / "new"
    saved = [str(new / f"{name}.pdf") for name in ("Blob Web Traffic", "Churn Cohorts", "Sales Overview")]
    assert sorted(several.lines) == saved
    assert sorted(map(str, new.iterdir())) == saved
    for path in saved:
        assert Path(path).read_bytes().startswith(b"%PDF-")


def test_progress_is_plain_lines_on_standard_error(ran: dict[str, Ran]) -> None:
    lines = [line for line in ran["several"].err.splitlines() if line.startswith(names.FIRST_ID)]
    words = [line.split(": ")[1] for line in lines]
    assert words[:4] == ["queued", "starting", "rendering", "saving"]
    assert words[-1].startswith("saved, ")
    assert "\x1b" not in ran["several"].err


def test_a_failure_does_not_affect_the_others(ran: dict[str, Ran]) -> None:
    told = {line["dashboard"]: line for line in map(json.loads, ran["one fails"].lines)}
    assert ran["one fails"].status == 1
    assert {dashboard: line["state"] for dashboard, line in told.items()} == {
        "2d6f81a3": "done",
        names.FAILING_ID: "failed",
        names.FORBIDDEN_ID: "failed",
        "nobody00": "failed",
    }
    assert ran["one fails"].files == ["Web Traffic by Channel.pdf"]
    for dashboard in (names.FAILING_ID, names.FORBIDDEN_ID, "nobody00"):
        assert told[dashboard]["error"]
        assert f"omni-tui download: {dashboard}: {told[dashboard]['error']}" in ran["one fails"].err


def test_a_json_line_describes_the_file(ran: dict[str, Ran]) -> None:
    saved = ran["csv to a file"]
    (line,) = map(json.loads, saved.lines)
    content = (saved.folder / "tiles.zip").read_bytes()
    assert list(line) == JSON_KEYS
    assert (line["path"], line["bytes"]) == (str(saved.folder / "tiles.zip"), len(content))
    assert line["sha256"] == hashlib.sha256(content).hexdigest()
    assert line["job_id"]
    assert line["seconds"] > 0
    assert (saved.status, saved.err.count("\n")) == (0, bool(line["cut_off_tables"]))


def test_a_name_from_the_server_stays_in_the_folder_and_harmless(ran: dict[str, Ran]) -> None:
    hostile = ran["hostile"]
    (name,) = hostile.files
    assert hostile.lines == [str(hostile.folder / name)]
    assert name.isprintable()
    assert name.endswith(".png")
    assert "\x1b" not in hostile.err
    assert "\u202e" not in hostile.err


def test_a_dashboard_that_was_given_twice_is_downloaded_once(ran: dict[str, Ran]) -> None:
    twice = ran["twice"]
    assert (twice.status, len(twice.lines), len(twice.files)) == (0, 1, 1)
    assert twice.err == "omni-tui download: a95d3e08 was given twice; it is downloaded once.\n"


def test_a_job_that_takes_too_long_times_out(ran: dict[str, Ran]) -> None:
    slow = ran["too slow"]
    assert (slow.status, slow.out, slow.files) == (1, b"", [])
    assert "within 0.2 seconds" in slow.err


def test_a_servers_rejection_is_reported_with_its_flag(ran: dict[str, Ran]) -> None:
    refused = ran["refused by the server"]
    assert (refused.status, refused.out, refused.files) == (1, b"", [])
    assert "17c4e9d6: --filter-config: " in refused.err


def test_a_warning_does_not_stop_a_download(ran: dict[str, Ran]) -> None:
    warned = ran["warned"]
    assert (warned.status, len(warned.lines)) == (0, 1)
    assert warned.err == (
        "omni-tui download: warning: --expand-tables-to-show-all-rows: "
        "The server may reject expanded tables on fit_page. Use letter: --paper-format letter.\n"
    )


def test_standard_output_gets_the_bytes_unchanged(
    ran: dict[str, Ran], server: DemoServer, tmp_path: Path
) -> None:
    typed = ("download", "6e0b7f42", "--query-identifier-map-key", "2", "--format", "csv", "--output")
    to_file = run(tmp_path / "file", server, *typed, "x.csv", "--json")
    piped = run(tmp_path / "pipe", server, *typed, "-")
    (line,) = map(json.loads, to_file.lines)
    assert piped.status == 0
    assert hashlib.sha256(piped.out).hexdigest() == line["sha256"]
    assert piped.out == (to_file.folder / "x.csv").read_bytes()
    assert piped.files == []


def test_standard_output_gets_nothing_when_it_fails(ran: dict[str, Ran]) -> None:
    failed = ran["to standard output in vain"]
    assert (failed.status, failed.out, failed.files) == (1, b"", [])


def test_an_existing_file_is_not_replaced(server: DemoServer, tmp_path: Path) -> None:
    exports = tmp_path / "exports"
    exports.mkdir()
    (exports / "report.pdf").write_text("mine")
    typed = ("download", "be1740c5", "--format", "pdf", "--quiet", "--output", f"{exports}/report.pdf")
    saved = run(tmp_path / "run", server, *typed)
    assert saved.lines == [f"{exports}/report (2).pdf"]
    assert saved.err == "omni-tui download: report.pdf already exists; saved as report (2).pdf.\n"
    assert (exports / "report.pdf").read_text() == "mine"


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"OMNI_API_TOKEN": "omni_osk_wrong_token"}, "50ef6a9b: "),
        ({"OMNI_API_TOKEN": ""}, "There is no API key"),
        ({"OMNI_BASE_URL": ""}, "The Omni address isn't set"),
    ],
)
def test_without_valid_credentials_it_exits_with_3(
    environment: dict[str, str], words: str, server: DemoServer, tmp_path: Path
) -> None:
    typed = ("download", "50ef6a9b", "--format", "pdf", "--quiet")
    refused = run(tmp_path / "run", server, *typed, **environment)
    assert (refused.status, refused.out, refused.files) == (3, b"", [])
    assert words in refused.err
    assert refused.err.removesuffix(WAITS).count("\n") == 1
    assert "omni_osk" not in refused.err


@pytest.mark.parametrize(
    "typed",
    [
        (names.FIRST_ID, "--format", "csv", "--max-row-limit", "0"),
        (names.FIRST_ID, "--format", "json"),
        (names.FIRST_ID, "--format", "pdf", "--hide-hidden-fields"),
        (names.FIRST_ID, "--format", "pdf", "--output", "missing/x.pdf"),
        ("https://elsewhere.omniapp.co/dashboards/12db1a0a", "--format", "pdf"),
    ],
)
def test_what_is_rejected_locally_never_reaches_the_server(typed: tuple[str, ...], tmp_path: Path) -> None:
    with DemoServer(speed=SPEED) as server:
        refused = run(tmp_path / "run", server, "download", *typed)
        assert (refused.status, refused.out, refused.files) == (2, b"", [])
        assert server.requests.total() == 0


def test_a_url_of_this_server_works_like_an_id(ran: dict[str, Ran]) -> None:
    assert ran["by its address"].files == ["New Subscriptions by Source.pdf"]


def test_a_personal_token_cannot_run_as_another_user(server: DemoServer, tmp_path: Path) -> None:
    typed = ("download", "e81f94ba", "--format", "pdf", "--user-id", "someone", "-q")
    refused = run(tmp_path / "run", server, *typed, OMNI_API_TOKEN=demo.PERSONAL_TOKEN)
    assert (refused.status, refused.files) == (1, [])
    assert "e81f94ba: " in refused.err


def test_the_setting_determines_the_folder(server: DemoServer, tmp_path: Path) -> None:
    exports = tmp_path / "exports"
    exports.mkdir()
    typed = ("download", "6d37c05e", "--format", "pdf", "-q")
    saved = run(tmp_path / "run", server, *typed, OMNI_TUI_DOWNLOAD_DIR=str(exports))
    assert saved.lines == [f"{exports}/Support Backlog.pdf"]
    assert saved.files == []


def test_the_demo_needs_no_account(server: DemoServer, tmp_path: Path) -> None:
    nothing = {"OMNI_BASE_URL": "", "OMNI_API_TOKEN": ""}
    saved = run(tmp_path / "run", server, "download", "12db1a0a", "--format", "pdf", "--demo", **nothing)
    assert (saved.status, saved.files) == (0, ["Blob Web Traffic.pdf"])
