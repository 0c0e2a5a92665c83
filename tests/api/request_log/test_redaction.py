"""What is secret is hidden, and what is not stays."""

from __future__ import annotations

import time

import pytest

from omni_tui.api.request_log.redaction import (
    HIDDEN,
    Secret,
    redact_cut_text,
    redact_headers,
    redact_text,
    redact_url,
)

TOKEN = "omni_osk_Zx9+/=kQ7"


@pytest.mark.parametrize(
    "name",
    [
        "Authorization",
        "proxy-authorization",
        "Cookie",
        "Set-Cookie",
        "X-Api-Key",
        "x-amz-security-token",
        "X-CSRF-Token",
        "WWW-Authenticate",
        "X-Session-Id",
    ],
)
def test_secret_headers_lose_their_value(name: str) -> None:
    assert redact_headers([(name, "whatever")]) == ((name, HIDDEN),)


def test_other_headers_only_lose_their_secrets() -> None:
    headers = [
        ("Content-Type", "application/json"),
        ("X-Echo", f"you sent {TOKEN}"),
        ("Location", "https://me:pw@store.example/file?X-Amz-Signature=abc123&part=2"),
    ]
    assert redact_headers(headers, [TOKEN]) == (
        ("Content-Type", "application/json"),
        ("X-Echo", f"you sent {HIDDEN}"),
        ("Location", f"https://store.example/file?X-Amz-Signature={HIDDEN}&part=2"),
    )


@pytest.mark.parametrize(
    "parameter",
    [
        "token",
        "access_token",
        "X-Amz-Signature",
        "X-Amz-Credential",
        "sig",
        "api_key",
        "apiKey",
        "X-Goog-Signature",
    ],
)
def test_parameters_that_unlock_lose_their_value(parameter: str) -> None:
    assert (
        redact_url(f"https://a.example/b?{parameter}=s3cr3t&c=d")
        == f"https://a.example/b?{parameter}={HIDDEN}&c=d"
    )


def test_the_parameters_of_our_own_requests_stay() -> None:
    url = "https://b.omniapp.co/api/v1/documents?pageSize=100&cursor=abc&sortField=name&userId=u-1"
    assert redact_url(url) == url


def test_an_address_that_cannot_be_read_is_hidden_whole() -> None:
    assert redact_url("https://[::1/secret") == HIDDEN


@pytest.mark.parametrize(
    "spelling",
    [TOKEN, "omni_osk_Zx9%2B%2F%3DkQ7", r"omni_osk_Zx9+/=kQ7"],
)
def test_a_known_secret_is_hidden_in_every_spelling(spelling: str) -> None:
    assert redact_text(f"<{spelling}>", [TOKEN]) == f"<{HIDDEN}>"


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Bearer abcdefghijklmnopqrstuvwx rest", f"Bearer {HIDDEN} rest"),
        ("key omni_osk_abcDEF123-_x.", f"key {HIDDEN}."),
        ("jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln end", f"jwt {HIDDEN} end"),
        ('{"api_key": "a\\"b", "name": "x"}', f'{{"api_key": "{HIDDEN}", "name": "x"}}'),
        ('{"refreshToken":"abc', f'{{"refreshToken":"{HIDDEN}"'),
        ("at https://me:pw@host/x", f"at https://{HIDDEN}@host/x"),
    ],
)
def test_what_looks_secret_is_hidden(text: str, hidden: str) -> None:
    assert redact_text(text) == hidden


@pytest.mark.parametrize(
    "text",
    [
        '{"queryIdentifierMapKey":"3","paperFormat":"letter"}',
        "Basic charts and a bearer of news",
        "Bad Request: prompt: Required",
        "Ratio 3:4 at 10:30, mail someone@example.com",
    ],
)
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert redact_text(text, [TOKEN]) == text


def test_a_secret_that_was_cut_through_is_hidden_too() -> None:
    for length in range(6, len(TOKEN)):
        assert redact_cut_text("sent: " + TOKEN[:length], [TOKEN]) == f"sent: {HIDDEN}"
    assert redact_cut_text("sent: nothing", [TOKEN]) == "sent: nothing"


def test_a_very_short_secret_does_not_black_out_words() -> None:
    assert redact_text("a cat", ["a"]) == "a cat"


@pytest.mark.parametrize(
    "piece",
    [
        '"token',
        "?token",
        "eyJ-",
        "a.",
        "://a",
        "omni_a_",
        "bearer ",
        '"token":"\\\n',
        "&sig=",
        '"secret" ',
        "-key",
    ],
)
def test_no_text_makes_the_patterns_slow(piece: str) -> None:
    """Eight times the text may take eight times as long, and not sixty-four times."""

    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        times = []
        for _ in range(3):
            began = time.process_time()
            redact_text(text, [TOKEN])
            times.append(time.process_time() - began)
        return min(times)

    assert seconds(64_000) < 25 * max(seconds(8_000), 0.001)


def test_a_secret_does_not_show_itself() -> None:
    secret = Secret(TOKEN)
    assert TOKEN not in repr(secret)
    assert TOKEN not in f"{secret} {[secret]}"
    assert secret.reveal() == TOKEN
