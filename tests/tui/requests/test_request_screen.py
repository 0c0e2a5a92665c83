from __future__ import annotations

import json

from textual.pilot import Pilot

from omni_tui.api.request_log.curl import as_curl
from omni_tui.api.request_log.log import Exchange
from omni_tui.tui.common.reader import Reader
from omni_tui.tui.requests.detail_screen import RequestScreen
from tests.tui.fake_services import FakeServices, exchange, fake_app
from tests.tui.waiting import screen_lines, screen_text, wait_for, wait_for_text

SIZE = (100, 40)


async def shown(pilot: Pilot[object], services: FakeServices, one: Exchange) -> RequestScreen:
    """Open the screen of a request in the log."""
    services.exchanges.put(one)
    await wait_for_text(pilot, "blobsrus")
    screen = RequestScreen(one)
    await pilot.app.push_screen(screen)
    await wait_for(pilot, lambda: screen._services is services, "the screen to listen")
    await pilot.pause()
    return screen


async def test_shows_request_and_response() -> None:
    services = FakeServices()
    one = exchange(
        7,
        method="POST",
        path="/api/v1/dashboards/12db1a0a/download",
        request_body='{"format":"pdf","filename":"[x] é"}',
        response_body='{"job_id":"550e8400","message":null}',
    )
    async with fake_app(services).run_test(size=SIZE) as pilot:
        await shown(pilot, services, one)
        lines = [line.strip("│ ") for line in screen_lines(pilot)]
        assert "POST /v1/dashboards/12db1a0a/download" in lines[1]
        start = lines.index(f"POST {one.url}")
        assert lines[start : start + 16] == [
            f"POST {one.url}",
            "Accept: application/json",
            "Authorization: ***",
            "",
            "{",
            '"format": "pdf",',
            '"filename": "[x] é"',
            "}",
            "",
            "200  after 142 ms",
            "Content-Type: application/json",
            "",
            "{",
            '"job_id": "550e8400",',
            '"message": null',
            "}",
        ]
        assert "1 of 1" in screen_text(pilot)


async def test_a_binary_body_is_shown_as_size_and_type() -> None:
    services = FakeServices()
    one = exchange(1, response_body="", response_type="application/pdf", response_bytes=1_234_567)
    async with fake_app(services).run_test(size=SIZE) as pilot:
        await shown(pilot, services, one)
        assert "1.2 MB, application/pdf: not kept" in screen_text(pilot)


async def test_an_empty_response_body_is_reported() -> None:
    services = FakeServices()
    async with fake_app(services).run_test(size=SIZE) as pilot:
        await shown(pilot, services, exchange(1, response_body="", response_bytes=0))
        assert "no body" in screen_text(pilot)


async def test_a_truncated_body_is_reported_and_long_lines_wrap() -> None:
    services = FakeServices()
    body = '{"records": "' + "long " * 200 + "\n… (cut after 64 KiB)"
    async with fake_app(services).run_test(size=SIZE) as pilot:
        await shown(pilot, services, exchange(1, response_body=body))
        text = screen_text(pilot)
        assert "… (cut after 64 KiB)" in text
        assert text.count("long") == 200
        assert {len(line) for line in screen_lines(pilot)} == {SIZE[0]}


async def test_a_blank_line_is_rendered() -> None:
    services = FakeServices()
    async with fake_app(services).run_test(size=SIZE) as pilot:
        await shown(pilot, services, exchange(1, response_body=" " * 500 + "\n" + "\t" * 99 + "\nend"))
        await wait_for_text(pilot, "end")


async def test_hostile_bodies_and_headers_are_plain_text() -> None:
    services = FakeServices()
    one = exchange(
        1,
        path="/v1/[red]x[/]",
        response_headers=(("X-[b]Name[/]", "[@click=app.quit]v[/] \x1b[31m"),),
        response_body="<b>\x1b[2Jgone</b>\n\t[/] \u202eback\x9b1m",
    )
    async with fake_app(services).run_test(size=SIZE) as pilot:
        await shown(pilot, services, one)
        text = screen_text(pilot)
        for words in ("/v1/[red]x[/]", "X-[b]Name[/]: [@click=app.quit]v[/]", "<b>gone</b>", "    [/] back"):
            assert words in text
        assert not set(text) & set("\x1b\x9b\u202e\t")


async def test_a_failure_shows_its_reason() -> None:
    services = FakeServices()
    words = "blobsrus.omniapp.co didn't respond in time. (ReadTimeout)"
    one = exchange(
        1, status=None, failure=words, duration_seconds=30.0, response_headers=(), response_body=""
    )
    async with fake_app(services).run_test(size=SIZE) as pilot:
        await shown(pilot, services, one)
        assert "timeout  after 30 s" in screen_text(pilot)
        assert words in screen_text(pilot)


async def test_the_response_appears_when_it_arrives() -> None:
    services = FakeServices()
    one = exchange(
        1,
        status=None,
        is_complete=False,
        duration_seconds=None,
        response_headers=(),
        response_body="",
        response_bytes=0,
    )
    async with fake_app(services).run_test(size=SIZE) as pilot:
        await shown(pilot, services, one)
        assert "no response yet" in screen_text(pilot)
        services.exchanges.put(exchange(2, response_body='{"other": true}'))
        services.exchanges.put(exchange(1, response_body='{"mine": true}'))
        await wait_for_text(pilot, '"mine": true')
        assert "no response yet" not in screen_text(pilot)
        assert "other" not in screen_text(pilot)


async def test_next_and_previous_request() -> None:
    services = FakeServices()
    for number in (1, 2):
        services.exchanges.put(exchange(number))
    async with fake_app(services).run_test(size=SIZE) as pilot:
        await shown(pilot, services, exchange(3))
        assert "3 of 3" in screen_text(pilot)
        await pilot.press("n")
        await wait_for_text(pilot, "this is the last request")
        await pilot.press("p")
        await wait_for_text(pilot, "job-2/")
        await pilot.press("p")
        await wait_for_text(pilot, "job-1/")
        await pilot.press("p")
        await wait_for_text(pilot, "this is the first request")
        await pilot.press("n")
        await wait_for_text(pilot, "job-2/")


async def test_keys_scroll_copy_and_close() -> None:
    services = FakeServices()
    body = json.dumps({f"key {number}": number for number in range(2000)})
    one = exchange(1, response_body=body)
    async with fake_app(services).run_test(size=(80, 24)) as pilot:
        await shown(pilot, services, one)
        await pilot.press("end")
        await wait_for_text(pilot, '"key 1999": 1999')
        await pilot.press("home", "down", "down")
        await wait_for(pilot, lambda: pilot.app.screen.query_one(Reader).scroll_y == 2, "two lines further")
        await pilot.press("y")
        assert pilot.app.clipboard == as_curl(one)
        await wait_for_text(pilot, "Copied ·")
        await pilot.press("escape")
        await wait_for(pilot, lambda: not isinstance(pilot.app.screen, RequestScreen), "the screen to close")


async def test_json_nested_too_deeply_is_shown_as_it_came() -> None:
    services = FakeServices()
    async with fake_app(services).run_test(size=SIZE) as pilot:
        await shown(pilot, services, exchange(7, response_body="[" * 5000 + "]" * 5000))
        await wait_for_text(pilot, "[[[[[[")


async def test_half_a_surrogate_pair_is_shown_as_a_replacement() -> None:
    services = FakeServices()
    async with fake_app(services).run_test(size=SIZE) as pilot:
        await shown(pilot, services, exchange(7, response_body='{"name": "a\\ud800b"}'))
        await wait_for_text(pilot, '"name"')
        assert "\ud800" not in screen_text(pilot)
