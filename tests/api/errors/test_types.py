"""Every answer and every failure of httpx is one kind of error, said in words."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from omni_tui.api.errors import types
from omni_tui.api.errors.types import (
    ApiError,
    Conflict,
    error_from_httpx,
    error_from_response,
    retry_after_seconds,
)

DASHBOARD = "/api/v1/dashboards/12db1a0a/download"
JOB_ID = "550e8400-e29b-41d4-a716-446655440000"
PAGE = b"<html><h1>Proxy says no</h1></html>"


def answer(status: int, body: Any = None, *, path: str = DASHBOARD, **headers: str) -> ApiError:
    is_page = isinstance(body, bytes)
    content = body if is_page else json.dumps(body or {}).encode()
    kind = "text/html" if is_page else "application/json"
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return error_from_response(status, httpx.Headers({"content-type": kind, **named}), content, path=path)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (202, types.StillRunning),
        (204, types.NotOmni),
        (206, types.NotOmni),
        (301, types.NotOmni),
        (307, types.NotOmni),
        (400, types.Rejected),
        (401, types.Unauthorized),
        (403, types.Forbidden),
        (404, types.NotFound),
        (405, types.Rejected),
        (406, types.Rejected),
        (407, types.Rejected),
        (408, types.TimedOut),
        (409, types.Conflict),
        (410, types.JobFailed),
        (413, types.Rejected),
        (418, types.Rejected),
        (422, types.Rejected),
        (429, types.TooManyRequests),
        (500, types.ServerFailed),
        (502, types.ServerFailed),
        (503, types.ServerFailed),
        (504, types.ServerFailed),
        (520, types.ServerFailed),
    ],
)
def test_each_status_is_one_kind(status: int, kind: type[ApiError]) -> None:
    error = answer(status, {"message": "the reason"})
    assert type(error) is kind
    assert error.status == status
    assert error.message.endswith(".")
    if status >= 400:
        assert error.reason == "the reason"


@pytest.mark.parametrize(
    "status", [200, 302, 400, 401, 403, 404, 405, 409, 410, 422, 429, 500, 502, 503, 504]
)
def test_a_web_page_is_never_quoted(status: int) -> None:
    error = answer(status, PAGE)
    assert "Proxy says no" not in str(error)
    assert error.reason == ""
    if status in (400, 403, 404, 405, 422):
        assert type(error) is types.NotOmni
        assert "proxy" in error.hint
    if status >= 500:
        assert type(error) is types.ServerFailed


def test_the_servers_words_are_in_the_sentence() -> None:
    text = "hideTitle can only be used with PDF or PNG formats"
    assert answer(400, {"message": text}).message == f"Omni rejected the request: {text}."
    assert answer(403, {"detail": "No!"}).message == "No access: No!"


def test_a_rejected_token_says_what_to_do() -> None:
    error = answer(401)
    assert error.message == "Omni rejected the API key."
    assert "omni-tui config show" in error.hint


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (DASHBOARD, "dashboard"),
        (f"{DASHBOARD}/{JOB_ID}/status", "export"),
        ("/api/v1/documents/x/queries", "dashboard"),
        ("/api/v1/documents", "No Omni API"),
        ("/api/scim/v2/Users", "No Omni API"),
    ],
)
def test_a_404_names_what_is_missing(path: str, words: str) -> None:
    assert words in answer(404, path=path).message


@pytest.mark.parametrize(
    ("path", "is_dashboard"),
    [(DASHBOARD, True), ("/api/v1/dashboards/x/filters", True), (f"{DASHBOARD}/{JOB_ID}/status", False)],
)
def test_a_missing_dashboard_differs_from_a_missing_export(path: str, is_dashboard: bool) -> None:
    error = answer(404, path=path)
    assert isinstance(error, types.NotFound)
    assert error.is_dashboard is is_dashboard


def test_a_long_reason_is_kept_whole_and_cut_in_the_sentence() -> None:
    error = answer(400, {"message": "a: " + "word " * 300})
    assert len(error.reason) > 1000
    assert len(error.message) < 500
    assert error.message.endswith("…")


@pytest.mark.parametrize(
    ("body", "job_id"),
    [
        ({"detail": "busy", "existing_job_id": JOB_ID, "status": "EXECUTING"}, JOB_ID),
        ({"detail": f"Download {JOB_ID} is already in progress."}, JOB_ID),
        ({"error": {"message": f"job {JOB_ID.upper()}"}}, JOB_ID.upper()),
        ({"detail": "busy", "existing_job_id": None, "status": 409}, None),
        ({"detail": "busy"}, None),
        (PAGE, None),
        ([], None),
    ],
)
def test_a_conflict_names_the_running_job_if_it_can(body: Any, job_id: str | None) -> None:
    error = answer(409, body)
    assert isinstance(error, Conflict)
    assert error.existing_job_id == job_id


def test_the_dashboards_own_id_is_not_taken_for_a_job() -> None:
    dashboard = "aaaaaaaa-e29b-41d4-a716-446655440000"
    error = answer(
        409,
        {"detail": f"Dashboard {dashboard.upper()} is busy with {JOB_ID}"},
        path=f"/api/v1/dashboards/{dashboard}/download",
    )
    assert isinstance(error, Conflict)
    assert error.existing_job_id == JOB_ID


def test_a_redirect_that_is_not_followed_says_where_it_leads() -> None:
    error = answer(308, location="https://me:pw@omni.example.com/api/x?token=1")
    assert "omni.example.com" in error.message
    assert "pw" not in str(error)
    assert "OMNI_BASE_URL" in error.hint
    assert answer(302, location="https://[::1").message
    assert answer(304).message == "Unexpected response (HTTP 304)."


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": " 7.5 "}, 7.5),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": "Sun, 06 Nov 2044 08:49:37 GMT", "date": "Sun, 06 Nov 2044 08:49:07 GMT"}, 30.0),
        ({"retry-after": "Thu, 01 Jan 1970 00:01:40 GMT"}, 60.0),
        ({"retry-after": "Thu, 01 Jan 1970 00:00:00 GMT"}, 0.0),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "99999999999999999"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_read_in_both_its_forms(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after_seconds(httpx.Headers(headers), now=40.0) == seconds


def test_the_hint_says_when_to_come_back() -> None:
    error = answer(503, retry_after="90")
    assert isinstance(error, types.ServerFailed)
    assert error.retry_after_seconds == 90
    assert "2 minutes" in error.hint
    assert "1 second." in answer(429, retry_after="1").hint
    assert "2 hours" in answer(503, retry_after="7000").hint
    assert "a moment" in answer(503, retry_after="0.5").hint
    assert "a minute" in answer(429).hint
    assert "in 24 hours." in answer(429, retry_after="86400").hint
    assert "in more than a day." in answer(429, retry_after="999999999").hint


@pytest.mark.parametrize(
    ("failure", "kind", "words"),
    [
        (httpx.ReadTimeout(""), types.TimedOut, "in time"),
        (httpx.ConnectTimeout(""), types.TimedOut, "in time"),
        (httpx.WriteTimeout(""), types.TimedOut, "in time"),
        (httpx.PoolTimeout(""), types.TimedOut, "in time"),
        (httpx.ConnectError("[Errno -2] Name or service not known"), types.NotReached, "No server is named"),
        (httpx.ConnectError("[Errno 8] nodename nor servname"), types.NotReached, "No server is named"),
        (httpx.ConnectError("All connection attempts failed"), types.NotReached, "Nothing is listening"),
        (httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] x"), types.NotReached, "certificate"),
        (httpx.ConnectError("?"), types.NotReached, "Can't reach"),
        (httpx.ReadError("reset"), types.NotReached, "was lost"),
        (httpx.WriteError("reset"), types.NotReached, "was lost"),
        (httpx.CloseError("reset"), types.NotReached, "was lost"),
        (httpx.RemoteProtocolError("Server disconnected"), types.NotReached, "was lost"),
        (httpx.RemoteProtocolError("illegal status line: x"), types.NotOmni, "an HTTP server"),
        (httpx.RemoteProtocolError("Invalid URL in location header: x."), types.NotOmni, "invalid URL"),
        (httpx.RemoteProtocolError("Receive buffer too long"), types.NotOmni, "headers that are too long"),
        (httpx.LocalProtocolError("x"), types.NotOmni, "Invalid request URL"),
        (httpx.ProxyError("407"), types.NotReached, "proxy"),
        (httpx.UnsupportedProtocol("x"), types.NotOmni, "unencrypted"),
        (httpx.TooManyRedirects("x"), types.NotOmni, "Too many redirects"),
        (httpx.DecodingError("x"), types.NotOmni, "decompress"),
        (httpx.InvalidURL("x"), types.NotOmni, "Invalid request URL"),
    ],
)
def test_each_failure_of_httpx_is_one_kind(failure: Exception, kind: type[ApiError], words: str) -> None:
    error = error_from_httpx(failure, where="blobsrus.omniapp.co")
    assert type(error) is kind
    assert words in error.message
    assert error.status is None
    assert error.hint


def test_no_failure_of_httpx_is_without_a_kind() -> None:
    """Also those that httpx may grow."""
    for name in httpx.__all__:
        thing = getattr(httpx, name)
        if isinstance(thing, type) and issubclass(thing, httpx.TransportError):
            error = error_from_httpx(thing("x"), where="here")
            assert isinstance(error, types.NotReached | types.NotOmni), name


@pytest.mark.parametrize(
    ("failure", "was_sent"),
    [
        (httpx.ConnectError("refused"), False),
        (httpx.ConnectTimeout("timed out"), False),
        (httpx.ProxyError("407"), False),
        (httpx.ReadTimeout("timed out"), True),
        (httpx.ReadError("reset"), True),
        (httpx.RemoteProtocolError("closed"), True),
    ],
    ids=lambda value: type(value).__name__,
)
def test_whether_the_server_may_have_had_the_request(failure: Exception, was_sent: bool) -> None:
    error = types.error_from_httpx(failure, where="blobsrus.omniapp.co")
    assert isinstance(error, types.NotReached)
    assert error.was_sent == was_sent


REJECTED = {"error": {"code": 403, "message": "Invalid bearer token"}}
DEMOTED = {
    "error": {
        "code": 403,
        "message": "User no longer has the required permissions to use this API key",
    }
}
BAD_HEADER = "Bad authorization header, must be formatted as Bearer <token>"


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (403, REJECTED, "rejected the API key"),
        (403, {"error": {"code": "403", "message": "Expired"}}, "rejected the API key"),
        (403, {"error": {"message": "Invalid bearer token"}}, "rejected the API key"),
        (403, {"error": "403", "message": "Invalid bearer token"}, "rejected the API key"),
        (403, {"error": "Invalid API key"}, "rejected the API key"),
        (403, {"detail": "Your access token has expired.", "status": 403}, "rejected the API key"),
        (403, {"message": "The API key was revoked by ada@blobs.co"}, "rejected the API key"),
        (401, REJECTED, "rejected the API key"),
        (401, {"detail": "Unauthorized", "status": 401}, "rejected the API key"),
        (401, {"error": "401", "message": "Unauthorized"}, "rejected the API key"),
        (403, DEMOTED, "no longer has the permissions"),
        (403, {"detail": "Feature not enabled", "status": 403}, "API is disabled"),
        (400, {"error": {"code": 400, "message": BAD_HEADER}}, "authorization header"),
        (400, {"detail": BAD_HEADER, "status": 400}, "authorization header"),
    ],
)
@pytest.mark.parametrize("path", [DASHBOARD, f"{DASHBOARD}/{JOB_ID}/status", "/api/v1/documents"])
def test_the_authentication_layer_is_recognized_by_its_body(
    status: int, body: Any, words: str, path: str
) -> None:
    error = answer(status, body, path=path)
    assert type(error) is types.Unauthorized
    assert words in error.message
    assert error.hint.endswith(".")


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (403, {"detail": "Insufficient permissions", "status": 403}, types.Forbidden),
        (403, {"detail": "Feature not enabled for this dashboard", "status": 403}, types.Forbidden),
        (403, {"error": "403", "message": "Forbidden"}, types.Forbidden),
        (403, {"error": "Forbidden", "success": False}, types.Forbidden),
        (403, {"error": {"message": "no code"}}, types.Forbidden),
        (
            403,
            {"detail": "Invalid token counts isn't shared with you", "status": 403},
            types.Forbidden,
        ),
        (403, {"detail": "This key has no access to the model", "status": 403}, types.Forbidden),
        (403, {"error": {"code": 403, "message": "x"}, "detail": "No"}, types.Forbidden),
        (403, None, types.Forbidden),
        (403, PAGE, types.NotOmni),
        (400, {"error": {"code": 400, "message": "Document does not have a dashboard"}}, types.Rejected),
        (404, {"error": {"code": 404, "message": "Not found"}}, types.NotFound),
    ],
)
def test_the_route_and_a_proxy_say_nothing_about_the_key(
    status: int, body: Any, kind: type[ApiError]
) -> None:
    error = answer(status, body)
    assert type(error) is kind
    assert not error.is_about_user


NOT_OWN = "User-scoped API keys can only be used to act on behalf of the authenticated user."


@pytest.mark.parametrize("user_id", [JOB_ID, "x" * 300, "tile; filename: no query", "a\nb", "the dashboard"])
@pytest.mark.parametrize("path", [DASHBOARD, "/api/v1/dashboards/x/filters", f"{DASHBOARD}/{JOB_ID}/status"])
def test_an_unknown_user_is_not_a_missing_dashboard(user_id: str, path: str) -> None:
    words = f"User with id {user_id} does not exist"
    for body in ({"detail": words, "status": 404}, {"error": {"code": 404, "message": words}}):
        error = answer(404, body, path=path)
        assert isinstance(error, types.NotFound)
        assert error.is_about_user
        assert not error.is_dashboard
        assert "user to run as" in error.message


@pytest.mark.parametrize(
    "body", [{"detail": NOT_OWN, "status": 403}, {"error": {"code": 403, "message": NOT_OWN}}]
)
def test_a_personal_tokens_limit_is_not_a_rejected_key(body: Any) -> None:
    error = answer(403, body)
    assert type(error) is types.Forbidden
    assert error.is_about_user
    assert "personal access token" in error.message
