"""Invalid command lines: each is reported in one clear line, and no export is started."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from omni_tui.demo.sample_data import names
from omni_tui.demo.server import DemoServer
from tests.commands.runs import LIMIT, SPEED, Ran, run, run_all

PDF = ("--format", "pdf")


def pdf(*flags: str) -> tuple[str, ...]:
    """A PDF of the first dashboard, with these flags."""
    return (names.FIRST_ID, *PDF, *flags)


def everything(*flags: str) -> tuple[str, ...]:
    """A PDF of the dashboard that has filters of all types."""
    return (names.EVERYTHING_ID, *PDF, *flags)


# Mistakes that can be found without the server.
AT_ONCE: dict[str, tuple[tuple[str, ...], str]] = {
    "no format": ((names.FIRST_ID,), "required: --format"),
    "no sign": (
        pdf("--filter", "Channel"),
        "--filter 'Channel': “Channel” has no “=”",
    ),
    "no value": (pdf("--each", "Channel="), "has no value after “=”"),
    "twice": (
        pdf("--each", "Channel=Email", "--each", "Device=Mobile"),
        "--each can be used once",
    ),
    "raw and typed": (
        pdf("--filter-config", "{}", "--filter", "Channel=Email"),
        "--filter-config and --filter can't be used together",
    ),
    "fan-out to a file": (
        pdf("--each", "Channel=Email,Paid", "-o", "x.pdf"),
        "x.pdf is not a folder. For --each, give an existing folder",
    ),
    "fan-out to standard output": (
        pdf("--each", "Channel=Email,Paid", "-o", "-"),
        "standard output takes one download. For --each, give an existing folder",
    ),
    "manifest of standard output": (
        pdf("--manifest", "-o", "-"),
        "--output - and --manifest can't be used together: no file is saved.",
    ),
    "open brace": (pdf("--filename", "{dashboard"), "--filename: A { is not closed"),
    "unknown placeholder": (
        pdf("--filename", "{dashbord} {date}"),
        "Did you mean {dashboard}?",
    ),
    "too long a name": (pdf("--filename", "x" * 250), "characters too long"),
}

# Mistakes that depend on the dashboard.
BY_THE_DASHBOARD: dict[str, tuple[tuple[str, ...], str]] = {
    "unknown filter": (
        pdf("--filter", "Chanel=Email"),
        "Unknown filter “Chanel”. Available: Channel, Session date, Country, Device and Pageviews.",
    ),
    "ambiguous filter": (
        everything("--filter", "Sale price>=10"),
        "2 filters are named “Sale price”: orders.sale_price and EKD2yKoj. Use the ID.",
    ),
    "no number": (
        pdf("--filter", "Pageviews=many"),
        "--filter 'Pageviews=many': “many” isn't a number. Use ",
    ),
    "no date": (pdf("--filter", "Session date=before 2026-13-01"), "“2026-13-01” isn't"),
    "end before start": (
        pdf("--filter", "Pageviews=20..10"),
        "The end is before the start.",
    ),
    "twice": (
        pdf("--filter", "Channel=Email", "--filter", "web_sessions.channel=Paid"),
        "Channel is set twice.",
    ),
    "filter and fan-out": (
        pdf("--filter", "Country=France", "--each", "Country=Brazil,Japan"),
        "Country is set by --filter too.",
    ),
    "broken JSON": (
        everything("--filter", "2BT0GGyi=or"),
        "--filter '2BT0GGyi=or': Invalid JSON: ",
    ),
    "unknown filter in the name": (
        pdf("--filename", "{dashboard} {filter:Chanel}"),
        "Unknown: {filter:Chanel}. Did you mean {filter:Channel}?",
    ),
}


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with DemoServer(speed=SPEED, limit=LIMIT) as running:
        yield running


@pytest.fixture(scope="module")
def ran(server: DemoServer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ran]:
    cases = {name: typed for name, (typed, _) in BY_THE_DASHBOARD.items()}
    return run_all(tmp_path_factory.mktemp("runs"), server, cases)


def check(ran: Ran, words: str) -> None:
    assert (ran.status, ran.out, ran.files) == (2, b"", [])
    assert words in ran.err
    assert ran.err.startswith("omni-tui download: ")
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize("name", AT_ONCE)
def test_mistakes_that_need_no_server_never_reach_one(name: str, tmp_path: Path) -> None:
    typed, words = AT_ONCE[name]
    with DemoServer(speed=SPEED) as server:
        check(run(tmp_path / "run", server, "download", *typed), words)
        assert server.requests.total() == 0


@pytest.mark.parametrize("name", BY_THE_DASHBOARD)
def test_what_does_not_fit_the_dashboard_is_reported(name: str, ran: dict[str, Ran]) -> None:
    check(ran[name], BY_THE_DASHBOARD[name][1])


def test_what_does_not_fit_the_dashboard_starts_no_export(ran: dict[str, Ran], server: DemoServer) -> None:
    assert len(ran) == len(BY_THE_DASHBOARD)
    assert server.requests.total() > 0
    assert [method for method, _ in server.requests if method == "POST"] == []


def test_all_mistakes_are_reported_together(server: DemoServer, tmp_path: Path) -> None:
    typed = (
        "--filter",
        "Chanel=Email",
        "--filter",
        "Pageviews=many",
        "--each",
        "Regin=a",
        "--filename",
        "{filter:X}",
    )
    told = run(tmp_path / "run", server, "download", names.FIRST_ID, *PDF, *typed, "-o", "new/")
    assert told.status == 2
    assert told.files == []
    starts = ["--filter 'Chanel=Email'", "--filter 'Pageviews=many'", "--each 'Regin=a'"]
    for line, start in zip(told.err.splitlines(), starts, strict=True):
        assert line.startswith(f"omni-tui download: {start}: ")
