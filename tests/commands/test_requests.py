"""`--verbose`, `--log-file` and `omni-tui requests`: what was sent, for support, and without the token."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest

from omni_tui import demo
from omni_tui.demo.sample_data import names
from omni_tui.demo.server import DemoServer
from tests.api.request_log.har_schema import SCHEMA
from tests.commands.runs import LIMIT, SPEED, finish, run, start

LINE = re.compile(r"(\d\d:\d\d:\d\d\.\d{3}) (GET|POST) (http://\S+) -> (\d{3}) in [\d.]+ m?s")
TILE = ("--query-identifier-map-key", "8")


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with DemoServer(speed=SPEED, limit=LIMIT) as running:
        yield running


def test_a_download_shows_its_requests_and_they_are_kept(server: DemoServer, tmp_path: Path) -> None:
    log = tmp_path / "requests.log"
    words = ("download", names.FIRST_ID, "--format", "csv", *TILE, "--verbose", "--log-file", str(log))
    done = run(tmp_path / "run", server, *words)
    assert done.status == 0
    shown = [found.groups() for line in done.err.splitlines() if (found := LINE.match(line))]
    starts = [url for _, method, url, _ in shown if method == "POST"]
    assert starts == [f"{server.url}/api/v1/dashboards/{names.FIRST_ID}/download"]
    logged = log.read_text()
    assert logged.count("\n") == len(shown) + 1
    assert f"POST {starts[0]} -> 200 in " in logged

    again = {"HOME": str(tmp_path / "run-home")}
    told = run(tmp_path / "told", server, "requests", **again)
    assert (told.status, len(told.lines)) == (0, len(shown))
    saved = run(tmp_path / "saved", server, "requests", "--har", "run.har", **again)
    assert (saved.status, saved.lines, saved.files) == (0, ["run.har"], ["run.har"])
    text = (saved.folder / "run.har").read_text()
    document = json.loads(text)
    jsonschema.validate(document, SCHEMA)
    assert [each["request"]["url"] for each in document["log"]["entries"]] == [url for _, _, url, _ in shown]
    first_cell = (done.folder / done.files[0]).read_text().split(",", 1)[0]
    assert f"{first_cell}," not in text
    for each in (done.err, logged, text, "\n".join(told.lines)):
        assert demo.TOKEN not in each

    twice = run(tmp_path / "saved2", server, "requests", "--har", str(saved.folder / "run.har"), **again)
    assert (twice.status, "already exists" in twice.err) == (1, True)


def test_every_command_that_asks_the_server_has_the_flags(server: DemoServer, tmp_path: Path) -> None:
    commands = [("list", "--limit", "1"), ("describe", names.FIRST_ID), ("config", "check"), ("resume",)]
    flags = ("--verbose", "--log-file", "requests.log")
    started = [start(tmp_path / words[0], server, *words, *flags) for words in commands]
    for words, process in zip(commands, started, strict=True):
        done = finish(process, tmp_path / words[0])
        assert done.status == 0
        shown = [line for line in done.err.splitlines() if LINE.match(line)]
        assert bool(shown) == (words != ("resume",))
        assert (done.folder / "requests.log").exists()
        assert (done.folder / "requests.log").read_text().count(" -> ") == len(shown)


def test_a_log_that_cannot_be_written_stops_everything(server: DemoServer, tmp_path: Path) -> None:
    words = ("download", names.FIRST_ID, "--format", "pdf", "--log-file", "no/such/folder.log")
    done = run(tmp_path / "run", server, *words)
    assert (done.status, done.files) == (2, [])
    assert done.err == (
        "omni-tui download: --log-file: no/such/folder.log can't be written: No such file or directory. "
        "See omni-tui download --help.\n"
    )


def test_without_a_run_there_is_nothing_to_show(server: DemoServer, tmp_path: Path) -> None:
    done = run(tmp_path / "run", server, "requests")
    assert (done.status, done.lines) == (1, [])
    message = "No requests are stored. First run a command that contacts the server."
    assert done.err == f"omni-tui requests: {message}\n"
