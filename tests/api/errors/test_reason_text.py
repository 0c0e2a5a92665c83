"""The server's words, found in every shape that bodies have."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.api.errors.reason_text import (
    MAX_REASON_LENGTH,
    NotJson,
    faults_from_body,
    faults_text,
    looks_like_markup,
    parse_json,
    plain,
)

JSON = "application/json"


def reason_from_body(content_type: str, body: bytes) -> str:
    return faults_text(faults_from_body(content_type, body))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"error": "404", "message": "No such dashboard"}, "No such dashboard"),
        ({"detail": "No such dashboard", "status": 404}, "No such dashboard"),
        ({"error": {"code": "not_found", "message": "No such dashboard"}}, "No such dashboard"),
        ({"error": "No such dashboard", "success": False}, "No such dashboard"),
        ({"error": "Bad Request", "message": "prompt: Required"}, "prompt: Required"),
        ({"message": ["a is missing", "b is missing"]}, "a is missing; b is missing"),
        ({"errors": [{"message": "a"}, {"detail": "b"}, "c", "c"]}, "a; b; c"),
        ({"detail": [{"loc": ["body", "format"], "msg": "field required"}]}, "format: field required"),
        ({"issues": [{"path": ["filterConfig", "a"], "message": "Required"}]}, "filterConfig.a: Required"),
        ({"detail": {"message": {"text": "?"}, "error": "deep"}}, "deep"),
        (
            {
                "issues": [
                    {"path": ["body", "filename"], "message": "a"},
                    {"path": ["userId"], "message": "b"},
                ]
            },
            "filename: a; userId: b",
        ),
        (
            {
                "message": '[\n {"code": "too_big", "path": ["filename"], "message": "Too long"},'
                ' {"path": ["userId"], "message": "b"}]'
            },
            "filename: Too long; userId: b",
        ),
        (
            {"error": 'Bad Request: [{"path": ["filterConfig", "a", 0], "message": "Required"}]'},
            "filterConfig.a.0: Required",
        ),
        ({"message": '{"error": {"message": "deep"}}'}, "deep"),
        ({"message": "an array [1] or [{]"}, "an array [1] or [{]"),
        ({"message": "[{}]"}, "[{}]"),
        ("just a text", "just a text"),
        (["one", "two"], "one; two"),
        ({"error": "500"}, ""),
        ({"error": 500, "status": 500}, ""),
        ({"message": "", "detail": "here"}, "here"),
        ({}, ""),
        (None, ""),
        (17, ""),
    ],
)
def test_the_reason_is_found(body: Any, reason: str) -> None:
    assert reason_from_body(JSON, json.dumps(body).encode()) == reason


def test_the_paths_stay_as_the_server_sent_them() -> None:
    issues = [
        {"path": ["body", "filterConfig", "a.b: c", 0], "message": "Use x; y: z"},
        {"path": ["filename"], "message": "Too\nlong\x1b[1m"},
        {"message": "userId: Odd"},
    ]
    faults = faults_from_body(JSON, json.dumps({"message": json.dumps(issues)}).encode())
    assert faults == (
        (("filterConfig", "a.b: c", "0"), "Use x; y: z"),
        (("filename",), plain("Too\nlong\x1b[1m")),
        ((), "userId: Odd"),
    )


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/html; charset=utf-8", b"<html><body>secret page</body></html>"),
        ("", b"\xef\xbb\xbf \n<!DOCTYPE html><title>x</title>"),
        (JSON, b"  <html>"),
        ("application/xml", b"<Error><Code>AccessDenied</Code></Error>"),
        ("text/html", b"no tag at all"),
        ("application/octet-stream", b"bytes"),
        ("text/plain", b"with \x00 in it"),
    ],
)
def test_pages_and_bytes_are_never_quoted(content_type: str, body: bytes) -> None:
    assert reason_from_body(content_type, body) == ""


def test_plain_text_is_a_reason() -> None:
    assert (
        reason_from_body("text/plain; charset=utf-8", b" upstream connect error\n")
        == "upstream connect error"
    )
    assert reason_from_body("", b"no healthy upstream") == "no healthy upstream"


def test_a_reason_is_one_clean_line_of_bounded_length() -> None:
    assert plain("a\x1b[31mb\x07\r\n\tc\u202ed\u200b\ud800") == "ab cd"
    long = plain("word " * 1000)
    assert len(long) <= MAX_REASON_LENGTH
    assert long.endswith("…")


@given(st.text())
def test_any_body_gives_printable_text(text: str) -> None:
    line = plain(text)
    assert line.isprintable()
    assert len(line) <= MAX_REASON_LENGTH
    assert line == line.strip()


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe\x00", b"[NaN]", b"-Infinity", b"[" * 100_000, b"'a'"])
def test_invalid_json_raises_one_error(body: bytes) -> None:
    with pytest.raises(NotJson):
        parse_json(body)
    assert isinstance(reason_from_body(JSON, body), str)


def test_half_characters_are_replaced_everywhere() -> None:
    value = parse_json(rb'{"a\ud800": ["\udfff", {"b": "\ud83d\ude00"}]}')
    assert value == {"a?": ["?", {"b": "😀"}]}
    json.dumps(value, ensure_ascii=False).encode()


def test_a_mark_at_the_start_does_no_harm() -> None:
    assert parse_json(b"\xef\xbb\xbf{}") == {}


def test_markup_is_detected_by_type_or_beginning() -> None:
    assert looks_like_markup("application/xhtml+xml", b"")
    assert looks_like_markup("", b"\n <")
    assert not looks_like_markup(JSON, b'{"a": "<b>"}')


def test_a_body_without_end_in_depth_gives_no_reason() -> None:
    body: Any = "deep"
    for _ in range(30):
        body = {"error": body}
    assert reason_from_body(JSON, json.dumps(body).encode()) == ""


@pytest.mark.parametrize("number", ["1" * 400, "-" + "9" * 5000, "1e999", "-1e999"])
def test_a_number_beyond_all_use_costs_only_itself(number: str) -> None:
    assert parse_json(b'[{"a": %s}, {"a": 1}]' % number.encode()) == [{"a": None}, {"a": 1}]


def test_half_characters_in_a_deep_answer_are_no_fault_of_ours() -> None:
    body = b"[" * 900 + rb'"\ud800"' + b"]" * 900
    with contextlib.suppress(NotJson):
        parse_json(body)
