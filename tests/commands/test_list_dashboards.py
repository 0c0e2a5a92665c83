"""`omni-tui list` for real, and dashboards by name in the commands that take them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from omni_tui.demo.sample_data import names
from omni_tui.demo.server import DemoServer
from tests.commands.runs import LIMIT, SPEED, run


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with DemoServer(speed=SPEED, limit=LIMIT) as running:
        yield running


def test_words_find_dashboards_best_first(server: DemoServer, tmp_path: Path) -> None:
    told = run(tmp_path / "run", server, "list", "web", "traffic")
    assert (told.status, told.err) == (0, "")
    head, *rows = told.lines
    assert head.split() == ["ID", "NAME", "FOLDER", "OWNER", "UPDATED"]
    assert [row.split()[0] for row in rows] == ["2d6f81a3", names.FIRST_ID, "83aa5c19"]


def test_folder_owner_and_limit_narrow_the_list_and_json_has_all(server: DemoServer, tmp_path: Path) -> None:
    typed = ["list", "--folder", "Marketing", "--owner", "maria", "--limit", "2", "--json"]
    told = run(tmp_path / "run", server, *typed)
    assert (told.status, told.err) == (0, "")
    found = [json.loads(line) for line in told.lines]
    assert len(found) == 2
    assert {each["owner"] for each in found} == {"Maria"}
    assert all(each["folder"].split("/")[0] == "marketing" for each in found)
    assert sorted(found[0]) == ["favorite", "folder", "id", "labels", "name", "owner", "updated", "url"]


def test_a_misspelled_word_lists_the_closest_spelling_and_says_so(server: DemoServer, tmp_path: Path) -> None:
    told = run(tmp_path / "run", server, "list", "overveiw")
    assert told.err == "omni-tui list: No dashboards match “overveiw”. Showing matches for “overview”.\n"
    assert "Sales Overview" in told.lines[1]


def test_a_cached_list_is_printed_without_the_server(tmp_path: Path) -> None:
    with DemoServer(speed=SPEED, limit=LIMIT) as gone:
        run(tmp_path / "run", gone, "list")
    told = run(tmp_path / "again", gone, "list", "churn", HOME=str(tmp_path / "run-home"))
    assert told.status == 0
    assert "warning: " in told.err
    assert "This is the cached list (updated just now)." in told.err
    assert "Churn Cohorts" in told.lines[1]
    told = run(tmp_path / "never", gone, "list")
    assert (told.status, told.out) == (1, b"")


def test_a_list_that_was_never_read_to_its_end_is_not_printed(tmp_path: Path) -> None:
    with DemoServer(dashboards=300, speed=SPEED, limit=LIMIT) as server:
        run(tmp_path / "run", server, "list")
    (path,) = (tmp_path / "run-home").rglob("*.list")
    head, rest = path.read_bytes().split(b"\n", 1)
    path.write_bytes(json.dumps({**json.loads(head), "as_of": None}).encode() + b"\n" + rest)
    told = run(tmp_path / "again", server, "list", HOME=str(tmp_path / "run-home"))
    assert (told.status, told.out) == (1, b"")


def test_a_unique_name_identifies_the_dashboard(server: DemoServer, tmp_path: Path) -> None:
    told = run(tmp_path / "run", server, "describe", "churn cohorts", "--json")
    assert (told.status, told.err) == (0, "")
    assert json.loads(told.out)["id"] == "4be08d77"
    typed = ["download", "Churn Cohorts", "4be08d77", "--format", "csv", "--tile", "mrr by REGION"]
    told = run(tmp_path / "file", server, *typed, "--json")
    assert told.status == 0, told.err
    assert [json.loads(line)["dashboard"] for line in told.lines] == ["4be08d77"]


def test_an_unknown_name_is_rejected_with_the_closest(server: DemoServer, tmp_path: Path) -> None:
    told = run(tmp_path / "run", server, "download", "Sales Overveiw", "--format", "pdf")
    assert (told.status, told.files) == (2, [])
    assert "No dashboard has the ID, URL or name 'Sales Overveiw'." in told.err
    assert "9c27e415 (Sales Overview, sales, Jonas)" in told.err


def test_an_unknown_tile_is_rejected_with_the_closest(server: DemoServer, tmp_path: Path) -> None:
    told = run(
        tmp_path / "run", server, "download", names.FIRST_ID, "--format", "csv", "--tile", "all sesions"
    )
    assert (told.status, told.files) == (2, [])
    assert told.err == (
        "omni-tui download: --tile: No tile is named “all sesions”. Did you mean “All sessions”?\n"
    )
