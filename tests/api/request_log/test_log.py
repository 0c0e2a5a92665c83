"""The ring of exchanges, and the request as a line for a shell."""

from __future__ import annotations

import logging
import shlex
import subprocess

import pytest

from omni_tui.api.request_log.curl import as_curl
from omni_tui.api.request_log.log import Exchange, ExchangeLog


def exchange(number: int, **changes: object) -> Exchange:
    fields: dict[str, object] = {
        "number": number,
        "started_at": 0.0,
        "method": "GET",
        "url": "https://b.omniapp.co/api/v1/documents?pageSize=1&x=%27",
        "path": "/api/v1/documents",
        "request_headers": (("Accept", "*/*"), ("Authorization", "***"), ("Host", "b.omniapp.co")),
    }
    return Exchange(**{**fields, **changes})  # type: ignore[arg-type]


def test_the_ring_keeps_the_last_ones_in_the_order_of_sending() -> None:
    log = ExchangeLog(capacity=3)
    for _ in range(5):
        log.put(exchange(log.next_number()))
    assert [each.number for each in log.exchanges()] == [3, 4, 5]


def test_the_same_number_replaces() -> None:
    log = ExchangeLog(capacity=2)
    log.put(exchange(1))
    log.put(exchange(2))
    log.put(exchange(1, status=200))
    assert [(each.number, each.status) for each in log.exchanges()] == [(1, 200), (2, None)]


def test_a_dropped_exchange_is_not_added_again_but_reported() -> None:
    log = ExchangeLog(capacity=2)
    heard: list[int] = []
    for number in (1, 2, 3):
        log.put(exchange(number))
    log.subscribe(lambda each: heard.append(each.number))
    log.put(exchange(1, status=200))
    assert [each.number for each in log.exchanges()] == [2, 3]
    assert heard == [1]


def test_a_failing_subscriber_is_logged_and_does_not_stop_others(caplog: pytest.LogCaptureFixture) -> None:
    log = ExchangeLog()
    heard: list[int] = []

    def fail(_: Exchange) -> None:
        raise RuntimeError("cannot paint")

    log.subscribe(fail)
    unsubscribe = log.subscribe(lambda each: heard.append(each.number))
    with caplog.at_level(logging.ERROR):
        log.put(exchange(1))
    unsubscribe()
    unsubscribe()
    log.put(exchange(2))
    assert heard == [1]
    assert "cannot paint" in caplog.text


def test_a_read_becomes_a_curl_line() -> None:
    assert as_curl(exchange(1)) == (
        "curl 'https://b.omniapp.co/api/v1/documents?pageSize=1&x=%27' --header 'Accept: */*' "
        '--header "Authorization: Bearer $OMNI_API_TOKEN"'
    )


def test_a_shell_gives_curl_exactly_the_request() -> None:
    body = """{"filename": "it's $HOME `x` \\\\ \\n"}"""
    line = as_curl(exchange(1, method="POST", request_body=body))
    script = f"""curl() {{ printf '%s\\0' "$@"; }}; OMNI_API_TOKEN=tok; {line}"""
    words = subprocess.run(["sh", "-c", script], capture_output=True, check=True, text=True).stdout.split(
        "\0"
    )
    assert words[words.index("--data-raw") + 1] == body
    assert "Authorization: Bearer tok" in words
    assert "--request" not in words  # a body makes it a POST


def test_another_method_is_named() -> None:
    assert "--request DELETE" in as_curl(exchange(1, method="DELETE"))
    assert "--request GET" in as_curl(exchange(1, request_body="{}"))
    assert shlex.split(as_curl(exchange(1, method="x y")))[2] == "x y"


def test_a_copied_line_holds_nothing_that_a_shell_takes_for_a_key() -> None:
    line = as_curl(exchange(1, method="POST", request_body='{"values":["x\x7f\x7f; rm\x1b[D"]}'))
    assert line.isprintable()
    assert r"""$'{"values":["x\x7f\x7f; rm\x1b[D"]}'""" in line
