"""A dashboard's URL on the command line: its filters are applied; a URL of another server is rejected."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from omni_tui.demo.sample_data import names
from omni_tui.demo.server import DemoServer
from tests.commands.runs import LIMIT, SPEED, Ran, run

CHANNEL = "web_sessions.channel"
ORGANIC = '{"values":["Organic"]}'


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with DemoServer(speed=SPEED, limit=LIMIT) as running:
        yield running


def url(server: DemoServer, *filters: tuple[str, str], page: str = "dashboards", more: str = "") -> str:
    query = "&".join(f"f--{quote(id_)}={quote(text, safe='')}" for id_, text in filters)
    return f"{server.url}/{page}/{names.FIRST_ID}?{query}{more}"


def download(folder: Path, server: DemoServer, *typed: str) -> Ran:
    usual = ("--format", "csv", "--query-identifier-map-key", "8", "--json")
    return run(folder, server, "download", *typed, *usual)


def channels(ran: Ran) -> set[str]:
    """Return the channels in the saved file."""
    (name,) = ran.files
    rows = csv.DictReader(io.StringIO((ran.folder / name).read_text(encoding="utf-8-sig")))
    return {row["Channel"] for row in rows}


@pytest.mark.parametrize("page", ["dashboards", "w", "api/v1/dashboards"])
def test_the_filters_of_a_url_are_applied(server: DemoServer, tmp_path: Path, page: str) -> None:
    ran = download(tmp_path / "run", server, url(server, (CHANNEL, ORGANIC), page=page))
    assert (ran.status, channels(ran)) == (0, {"Organic"})
    assert json.loads(ran.lines[0])["filters"] == {"Channel": "Organic"}


def test_a_filter_flag_overrides_the_url(server: DemoServer, tmp_path: Path) -> None:
    typed = url(server, (CHANNEL, ORGANIC), ("web_sessions.pageviews", '{"values":["1"]}'))
    ran = download(tmp_path / "run", server, typed, "--filter", "Channel=Email")
    assert (ran.status, channels(ran)) == (0, {"Email"})
    assert json.loads(ran.lines[0])["filters"] == {"Channel": "Email", "Pageviews": ">=1"}


def test_what_cannot_be_applied_is_named_before_anything_starts(server: DemoServer, tmp_path: Path) -> None:
    typed = url(server, ("gone", ORGANIC), (CHANNEL, "Organic"), more="&c--group-by=%22Device%22")
    ran = download(tmp_path / "run", server, typed)
    assert (ran.status, ran.files) == (2, [])
    for words in ("“gone”", "“web_sessions.channel” isn't valid JSON", "“group-by”"):
        assert words in ran.err


def test_a_control_is_named_and_the_rest_is_exported(server: DemoServer, tmp_path: Path) -> None:
    ran = download(
        tmp_path / "run", server, url(server, (CHANNEL, ORGANIC), more="&c--group-by=%22Device%22")
    )
    assert (ran.status, channels(ran)) == (0, {"Organic"})
    assert "“group-by”" in ran.err


def test_one_dashboard_with_two_urls_is_two_exports(server: DemoServer, tmp_path: Path) -> None:
    both = (url(server, (CHANNEL, ORGANIC)), url(server, (CHANNEL, '{"values":["Email"]}')))
    ran = download(tmp_path / "run", server, *both)
    assert ran.status == 0
    assert {json.loads(line)["filters"]["Channel"] for line in ran.lines} == {"Email", "Organic"}
    assert len(ran.files) == 2


def test_all_filters_as_json_replace_those_of_the_url(server: DemoServer, tmp_path: Path) -> None:
    typed = (url(server, (CHANNEL, ORGANIC)), "--filter-config", "{}")
    ran = download(tmp_path / "run", server, *typed)
    assert ran.status == 0
    assert "The filters in the URL are ignored: --filter-config replaces them." in ran.err
    assert len(channels(ran)) > 1


def test_describe_shows_the_filters_as_the_url_sets_them(server: DemoServer, tmp_path: Path) -> None:
    typed = url(server, (CHANNEL, ORGANIC), ("gone", ORGANIC))
    ran = run(tmp_path / "run", server, "describe", typed, "--json")
    (channel,) = [each for each in json.loads(ran.lines[0])["filters"] if each["id"] == CHANNEL]
    assert (ran.status, channel["flag"]) == (0, "Channel=Organic")
    assert channel["raw"]["values"] == ["Organic"]
    assert "“gone”" in ran.err


@pytest.mark.parametrize("command", [("describe",), ("download", "--format", "pdf")])
def test_a_url_of_another_omni_is_rejected(
    server: DemoServer, tmp_path: Path, command: tuple[str, ...]
) -> None:
    typed = f"https://other.omniapp.co/w/{names.FIRST_ID}?f--{CHANNEL}={quote(ORGANIC)}"
    ran = run(tmp_path / "run", server, *command, typed)
    assert (ran.status, ran.files) == (2, [])
    assert "https://other.omniapp.co" in ran.err
