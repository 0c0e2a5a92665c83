from __future__ import annotations

import json
import re

import pytest
from textual.pilot import Pilot
from textual.strip import Strip

from omni_tui.api.request_log.curl import as_curl
from omni_tui.tui.requests.detail_screen import RequestScreen
from omni_tui.tui.requests.list import ExchangeList, failure_word, shorten_path, status_cell
from omni_tui.tui.requests.pane import RequestsPane
from tests.tui.fake_services import FakeServices, document, exchange, fake_app
from tests.tui.waiting import screen_lines, screen_text, wait_for, wait_for_text, widget_lines

SIZE = (120, 40)
JOB = "550e8400-e29b-41d4-a716-446655440000"


def services_with(count: int) -> FakeServices:
    """Return services that have sent `count` requests."""
    services = FakeServices(documents=[document("Blob Web Traffic")])
    for number in range(1, count + 1):
        services.exchanges.put(exchange(number))
    return services


async def opened(pilot: Pilot[object]) -> tuple[RequestsPane, ExchangeList]:
    """Open the pane with its key; its list has the focus."""
    await wait_for_text(pilot, "blobsrus")
    await pilot.press("f4")
    await wait_for(pilot, lambda: isinstance(pilot.app.focused, ExchangeList), "the list to have the keys")
    pane = pilot.app.screen.query_one(RequestsPane)
    return pane, pane.query_one(ExchangeList)


def without_scroll_bar(pilot: Pilot[object], pane: RequestsPane) -> list[str]:
    """Return the lines of the list without the last column."""
    width = pane.content_region.width - 1
    return [line[:width].rstrip() for line in widget_lines(pilot, pane)]


async def test_shows_existing_requests_newest_last() -> None:
    services = services_with(2)
    services.exchanges.put(
        exchange(3, method="POST", path="/api/v1/dashboards/77aa01c2/download", status=409)
    )
    services.exchanges.put(
        exchange(
            4,
            path="/api/v1/documents",
            status=None,
            is_complete=False,
            duration_seconds=None,
            response_bytes=0,
        )
    )
    async with fake_app(services).run_test(size=SIZE) as pilot:
        pane, _ = await opened(pilot)
        rows = [" ".join(line.split()[1:]) for line in widget_lines(pilot, pane)]
        assert rows[1:4] == [
            "GET /v1/dashboards/12db1a0a/download/job-2/status 200 142 ms 25 B",
            "POST /v1/dashboards/77aa01c2/download 409 142 ms 25 B",
            "GET /v1/documents … …",
        ]
        assert re.match(r"\d\d:\d\d:\d\d  GET ", widget_lines(pilot, pane)[0])
        assert "enter details · y copy as cURL" in screen_text(pilot)


async def test_follows_new_requests_while_the_cursor_is_on_the_last_row() -> None:
    services = services_with(1000)
    async with fake_app(services).run_test(size=SIZE) as pilot:
        pane, requests = await opened(pilot)
        assert requests.cursor == 999
        assert "job-1000/" in widget_lines(pilot, pane)[-1]
        for number in range(1001, 1041):
            services.exchanges.put(exchange(number))
        await wait_for(pilot, lambda: "job-1040/" in widget_lines(pilot, pane)[-1], "the end to be followed")
        assert len(requests.rows) == 1000


async def test_does_not_follow_after_the_cursor_moved_up() -> None:
    services = services_with(1000)
    async with fake_app(services).run_test(size=SIZE) as pilot:
        pane, requests = await opened(pilot)
        await pilot.press(*["pageup"] * 3)
        await pilot.pause()
        current, before = requests.current, without_scroll_bar(pilot, pane)
        assert current is not None
        for number in range(1001, 1041):
            services.exchanges.put(exchange(number))
        await wait_for(pilot, lambda: requests.rows[-1].number == 1040, "the new requests")
        assert requests.current == current
        assert without_scroll_bar(pilot, pane) == before


async def test_a_response_updates_its_own_line() -> None:
    services = services_with(3)
    under_way = exchange(4, status=None, is_complete=False, duration_seconds=None, response_bytes=0)
    services.exchanges.put(under_way)
    async with fake_app(services).run_test(size=SIZE) as pilot:
        pane, requests = await opened(pilot)
        assert "…" in widget_lines(pilot, pane)[3]
        services.exchanges.put(exchange(4, status=200, duration_seconds=2.41, response_bytes=1_234_567))
        await wait_for(pilot, lambda: "1.2 MB" in widget_lines(pilot, pane)[3], "the answer")
        assert "2.4 s" in widget_lines(pilot, pane)[3]
        assert len(requests.rows) == 4


async def test_many_requests_at_once_cause_one_repaint(monkeypatch: pytest.MonkeyPatch) -> None:
    services = services_with(5)
    repaints: list[int] = []
    set_rows = ExchangeList.set_rows

    def counted(self: ExchangeList, rows: tuple[object, ...], **how: object) -> None:
        repaints.append(len(rows))
        set_rows(self, rows, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(ExchangeList, "set_rows", counted)
    async with fake_app(services).run_test(size=SIZE) as pilot:
        pane, _ = await opened(pilot)
        repaints.clear()
        for number in range(6, 306):
            services.exchanges.put(exchange(number))
        await wait_for(pilot, lambda: "job-305/" in "".join(widget_lines(pilot, pane)), "the last request")
        assert len(repaints) <= 3
        assert repaints[-1] == 305


async def test_only_changed_lines_are_painted(monkeypatch: pytest.MonkeyPatch) -> None:
    services = services_with(5)
    painted: list[int] = []
    render_line = ExchangeList.render_line

    def noted(self: ExchangeList, y: int) -> Strip:
        painted.append(y)
        return render_line(self, y)

    async with fake_app(services).run_test(size=SIZE) as pilot:
        pane, _ = await opened(pilot)
        await pilot.pause()
        monkeypatch.setattr(ExchangeList, "render_line", noted)
        services.exchanges.put(exchange(3, status=503))
        await wait_for(pilot, lambda: "503" in widget_lines(pilot, pane)[2], "the answer")
        assert set(painted) == {2}


async def test_an_empty_log_shows_a_message() -> None:
    async with fake_app(services_with(0)).run_test(size=SIZE) as pilot:
        pane, _ = await opened(pilot)
        assert widget_lines(pilot, pane)[0] == ExchangeList.EMPTY
        await pilot.press("enter", "y")
        assert pilot.app.clipboard == ""


async def test_a_request_is_copied_as_curl() -> None:
    services = services_with(2)
    async with fake_app(services).run_test(size=SIZE) as pilot:
        _, requests = await opened(pilot)
        await pilot.press("y")
        assert requests.current is not None
        assert pilot.app.clipboard == as_curl(requests.current)
        assert "$OMNI_API_TOKEN" in pilot.app.clipboard
        await wait_for_text(pilot, "Copied ·")


async def test_hostile_urls_are_plain_text() -> None:
    services = services_with(0)
    services.exchanges.put(exchange(1, path="/v1/[red]x[/]/\x1b[31m\u202eold"))
    async with fake_app(services).run_test(size=SIZE) as pilot:
        await opened(pilot)
        assert "/v1/[red]x[/]/old" in screen_text(pilot)
        assert not set(screen_text(pilot)) & set("\x1b\u202e")
        await pilot.press("enter")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, RequestScreen), "the request")
        assert "/v1/[red]x[/]/old" in screen_lines(pilot)[1]


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (200, 60)])
async def test_the_end_of_a_path_is_visible_at_any_size(size: tuple[int, int]) -> None:
    services = services_with(0)
    services.exchanges.put(exchange(1, path=f"/api/v1/dashboards/12db1a0a/download/{JOB}/status"))
    async with fake_app(services).run_test(size=size) as pilot:
        pane, requests = await opened(pilot)
        line = widget_lines(pilot, pane)[0]
        assert "/status" in line
        assert " 200 " in line
        assert "142 ms" in line
        assert not requests.show_horizontal_scrollbar
        if size[0] >= 80:
            assert "/v1/dashboards/12db" in line


async def test_unsubscribes_when_the_screen_closes() -> None:
    services = services_with(2)
    subscribers = services.exchanges._subscribers
    async with fake_app(services).run_test(size=SIZE) as pilot:
        await opened(pilot)
        assert len(subscribers) == 1
        await pilot.press("enter")
        await wait_for(pilot, lambda: len(subscribers) == 2, "the opened request to listen")
        await pilot.press("escape")
        await wait_for(pilot, lambda: len(subscribers) == 1, "it to stop listening")
    assert len(subscribers) == 0
    services.exchanges.put(exchange(3))


@pytest.mark.parametrize(
    ("failure", "status", "word"),
    [
        ("blobsrus didn't respond in time. (ReadTimeout)", None, "timeout"),
        ("blobsrus. (ConnectTimeout)", None, "timeout"),
        ("Nothing is listening at blobsrus. (ConnectError)", None, "offline"),
        ("The proxy rejected the connection to blobsrus. (ProxyError)", None, "offline"),
        ("The connection to blobsrus was lost. (ReadError)", None, "reset"),
        ("The connection to blobsrus was lost. (RemoteProtocolError)", None, "reset"),
        ("The connection to blobsrus was lost. (RemoteProtocolError)", 200, "cut off"),
        ("Closed before the end of the response.", 200, "cut off"),
        ("Cancelled.", None, "stopped"),
        ("Internal error (KeyError).", None, "failed"),
        ("", None, "…"),
    ],
)
def test_failure_words(failure: str, status: int | None, word: str) -> None:
    failed = exchange(1, failure=failure, status=status)
    assert status_cell(failed)[0] == word
    assert len(word) <= 7
    if failure:
        assert status_cell(failed) == (failure_word(failed), "bad")


@pytest.mark.parametrize(
    ("status", "tone"),
    [(200, "good"), (202, "good"), (302, "good"), (409, "warn"), (429, "warn"), (404, "bad"), (500, "bad")],
)
def test_each_status_has_its_tone(status: int, tone: str) -> None:
    assert status_cell(exchange(1, status=status)) == (str(status), tone)


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (80, f"/v1/dashboards/12db1a0a/download/{JOB}/status"),
        (46, "/v1/dashboards/12db1a0a/download/550e…/status"),
        (42, "/v1/dashboards/12db…/download/550e…/status"),
        (30, "…/12db…/download/550e…/status"),
        (8, "…/status"),
    ],
)
def test_a_long_path_shortens_its_ids_first(width: int, shown: str) -> None:
    assert shorten_path(f"/v1/dashboards/12db1a0a/download/{JOB}/status", width) == shown


def notices(pilot: Pilot[object]) -> list[str]:
    return [each.message for each in pilot.app._notifications]


async def test_saves_all_requests_as_a_har_file_and_shows_its_path() -> None:
    services = services_with(3)
    services.download_folder.mkdir()
    async with fake_app(services).run_test(size=SIZE) as pilot:
        await opened(pilot)
        assert "h save as HAR" in screen_text(pilot)
        await pilot.press("h")
        await wait_for(pilot, lambda: notices(pilot) != [], "a message")
        (path,) = services.download_folder.iterdir()
        assert notices(pilot) == [f"Saved 3 requests in ~/exports/{path.name}."]
        assert path.suffix == ".har"
        entries = json.loads(path.read_text())["log"]["entries"]
        assert [each["request"]["url"] for each in entries] == [
            each.url for each in services.exchanges.exchanges()
        ]


async def test_a_har_file_that_cannot_be_saved_shows_the_reason() -> None:
    async with fake_app(services_with(3)).run_test(size=SIZE) as pilot:
        await opened(pilot)
        await pilot.press("h")
        await wait_for(pilot, lambda: notices(pilot) != [], "a message")
        (notice,) = notices(pilot)
        assert "can't be created: No such file or directory. Choose another folder." in notice


async def test_without_requests_there_is_nothing_to_save() -> None:
    services = services_with(0)
    services.download_folder.mkdir()
    async with fake_app(services).run_test(size=SIZE) as pilot:
        await opened(pilot)
        assert "save as HAR" not in screen_text(pilot)
        await pilot.press("h")
        await pilot.pause()
        assert list(services.download_folder.iterdir()) == []
