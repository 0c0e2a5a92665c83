"""All errors of a request, and the conversion of responses and httpx failures to them.

`omni_tui.errors` draws the class tree. Importing this module does not import httpx.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from omni_tui.api.documents import MAX_ID_LENGTH
from omni_tui.api.errors.authentication import is_about_user, key_trouble
from omni_tui.api.errors.connect_errors import connect_error_explanation
from omni_tui.api.errors.reason_text import (
    Fault,
    NotJson,
    faults_from_body,
    faults_text,
    looks_like_markup,
    parse_json,
    plain,
)
from omni_tui.errors import OmniTuiError

if TYPE_CHECKING:
    import httpx

_MAX_QUOTE_LENGTH = 400  # characters of the server's text in our messages
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_UUID = re.compile(r"(?i)\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
CHECK_ADDRESS = "Check the address (OMNI_BASE_URL), and whether a proxy or login page is in the way."
TRY_LATER = "Try again in a moment."
ASK_THE_OWNER = "Ask the dashboard's owner or an Omni administrator."


class ApiError(OmniTuiError):
    """The server rejected a request or could not be reached.

    `status` is the response's, None without a response; `reason` is the server's own text, empty if it gave
    none, and `faults` are its parts, each with the path of the member that it is about.
    `is_about_user`: the server rejected the user to run as (`userId`), not the request itself.
    """

    is_about_user: bool = False
    was_success: bool = False
    """Whether the response's status was a success and only its body shows the error."""

    def __init__(
        self,
        message: str,
        hint: str = "",
        *,
        status: int | None = None,
        reason: str = "",
        faults: Sequence[Fault] = (),
    ) -> None:
        super().__init__(message, hint)
        self.status = status
        self.reason = reason
        self.faults = tuple(faults) or ((Fault((), reason),) if reason else ())


class NotReached(ApiError):
    """No response came, or it was cut off. `was_sent`: the server may have received the request."""

    was_sent: bool = True


class TimedOut(NotReached):
    """No response came in time."""


class NotOmni(ApiError):
    """The response can't be Omni's: a web page, broken JSON, a redirect elsewhere."""


class Rejected(ApiError):
    """400, or another 4xx without a class of its own."""


class Unauthorized(ApiError):
    """The key was rejected: any 401, or a 403 or 400 from the authentication layer."""


class Forbidden(ApiError):
    """403 from the endpoint: the key has no access to it."""


class NotFound(ApiError):
    """404. `is_dashboard`: the dashboard itself was not found, not just the requested part of it."""

    is_dashboard: bool = False


class Conflict(ApiError):
    """409: another export of the dashboard is running for this user.

    `existing_job_id` is the running job's; None if the server doesn't give it.
    """

    existing_job_id: str | None = None


class JobFailed(ApiError):
    """410: the export failed on the server."""


class StillRunning(ApiError):
    """202 for a file: it is not ready yet."""


class TooManyRequests(ApiError):
    """429 after all retries. `retry_after_seconds` is what the server asked for, or None."""

    retry_after_seconds: float | None = None


class ServerFailed(ApiError):
    """5xx. `retry_after_seconds` is what the server asked for, or None."""

    retry_after_seconds: float | None = None


def error_from_response(
    status: int,
    headers: httpx.Headers | Mapping[str, str],
    body: bytes,
    *,
    path: str,
    redact: Callable[[str], str] = lambda words: words,
) -> ApiError:
    """Return the error for a response, with the server's reason and what to do.

    `path` is the request's, and shows what was requested. `redact` hides secrets in the server's text.
    """
    content_type = headers.get("content-type") or ""
    is_page = looks_like_markup(content_type, body)
    faults = [
        Fault(tuple(map(redact, path)), redact(text)) for path, text in faults_from_body(content_type, body)
    ]
    reason = faults_text(faults)
    known: dict[str, Any] = {"status": status, "reason": reason, "faults": faults}
    if status == 202:
        return StillRunning("The export isn't ready yet.", **known)
    if status in _REDIRECTS:
        return moved(plain(_host_of(headers.get("location") or "")), status)
    if status < 400:  # one that the API doesn't define
        return NotOmni(f"Unexpected response (HTTP {status}).", CHECK_ADDRESS, status=status)
    if status >= 500:
        return _server_failed(status, reason, retry_after_seconds(headers))
    if is_page and status not in (401, 409, 410, 429):
        return NotOmni(f"Got a web page instead of Omni's API (HTTP {status}).", CHECK_ADDRESS, status=status)
    if trouble := key_trouble(status, body, reason):
        return Unauthorized(*trouble, **known)
    if status in (403, 404) and is_about_user(reason):
        return _about_user(known)
    match status:
        case 403:
            return Forbidden(_with_reason("No access", reason), ASK_THE_OWNER, **known)
        case 404:
            return _not_found(path, known)
        case 408:
            return TimedOut("Omni timed out waiting for the request.", TRY_LATER, **known)
        case 409:
            return _conflict(body, path, known)
        case 410:
            return JobFailed(_with_reason("Omni couldn't create the file", reason), **known)
        case 429:
            return _too_many(known, retry_after_seconds(headers))
    return _refused(status, known)


def error_from_httpx(error: Exception, *, where: str) -> ApiError:
    """Return the error for a failure of httpx. `where` is the host that was asked."""
    import httpx

    kind = _kind_of_failure(error, where)
    if isinstance(kind, NotReached):
        kind.was_sent = not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.ProxyError)
    return kind


def _kind_of_failure(error: Exception, where: str) -> ApiError:
    import httpx

    text = str(error)
    if proxy := getattr(error, "via_proxy", ""):
        where = f"{where} (through the proxy {proxy})"
    match error:
        case httpx.TimeoutException():
            return TimedOut(f"{where} didn't respond in time.", TRY_LATER)
        case httpx.ProxyError():
            message = getattr(error, "message", f"The proxy rejected the connection to {where}.")
            return NotReached(message, getattr(error, "hint", "Check HTTPS_PROXY."))
        case httpx.ConnectError():
            return NotReached(*connect_error_explanation(error, where))
        case httpx.TooManyRedirects():
            return NotOmni(f"Too many redirects from {where}.", CHECK_ADDRESS)
        case httpx.UnsupportedProtocol():
            hint = "Nothing was sent there. " + CHECK_ADDRESS
            return NotOmni(f"The server redirected to an unencrypted address: {where}.", hint)
        case httpx.DecodingError():
            return NotOmni(f"Couldn't decompress the response from {where}.", CHECK_ADDRESS)
        case httpx.InvalidURL() | httpx.LocalProtocolError():
            return NotOmni(f"Invalid request URL for {where}.", CHECK_ADDRESS)
        case httpx.RemoteProtocolError() if "illegal" in text.lower():
            return NotOmni(f"{where} isn't an HTTP server.", CHECK_ADDRESS)
        case httpx.RemoteProtocolError() if "location header" in text:
            return NotOmni(f"{where} redirected to an invalid URL.", CHECK_ADDRESS)
        case httpx.RemoteProtocolError() if "too long" in text:
            return NotOmni(f"{where} sent headers that are too long.", CHECK_ADDRESS)
    return NotReached(f"The connection to {where} was lost.", TRY_LATER)


def moved(host: str, status: int) -> NotOmni:
    """Return the error for a redirect that we don't follow, to a host that may be empty."""
    where = f"to {host}" if host else f"elsewhere (HTTP {status})"
    hint = "Set OMNI_BASE_URL to your Omni's actual address."
    return NotOmni(f"The server redirected {where}.", hint, status=status)


def retry_after_seconds(headers: httpx.Headers | Mapping[str, str], now: float | None = None) -> float | None:
    """Return how long the server asks us to wait: a number of seconds, or a date relative to the response's.

    `now`, in seconds since 1970, is used if the response has no date. None if the header is missing or
    unusable.
    """
    text = (headers.get("retry-after") or "").strip()
    if re.fullmatch(r"\d{1,9}(\.\d*)?", text):
        return float(text)
    until = _http_date(text)
    since = _http_date(headers.get("date") or "")
    since = now if since is None else since
    return None if until is None or since is None else max(0.0, until - since)


def _http_date(text: str) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _with_reason(sentence: str, reason: str) -> str:
    """Return `sentence: reason.`, or just the sentence."""
    if not reason:
        return f"{sentence}."
    if len(reason) > _MAX_QUOTE_LENGTH:
        reason = reason[: _MAX_QUOTE_LENGTH - 1].rstrip() + "…"
    return f"{sentence}: {reason}" + ("" if reason.endswith((".", "!", "?", "…")) else ".")


def _host_of(url: str) -> str:
    """Return a URL's host (and port) without credentials; empty if it has none."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2]
    except ValueError:
        return ""


def _server_failed(status: int, reason: str, retry_after: float | None) -> ServerFailed:
    what = {
        502: "Can't reach Omni at the moment",
        503: "Omni is unavailable at the moment",
        504: "Omni took too long to respond",
    }.get(status, "Omni had an internal error")
    hint = f"Try again in {_duration(retry_after)}." if retry_after else TRY_LATER
    error = ServerFailed(_with_reason(f"{what} (HTTP {status})", reason), hint, status=status, reason=reason)
    error.retry_after_seconds = retry_after
    return error


def _too_many(known: dict[str, Any], retry_after: float | None) -> TooManyRequests:
    wait = f"Try again in {_duration(retry_after)}" if retry_after else "Try again in a minute"
    hint = f"{wait}. Someone else may be using the same key."
    error = TooManyRequests("Rate limit reached for this API key.", hint, **known)
    error.retry_after_seconds = retry_after
    return error


def _duration(seconds: float) -> str:
    """Return a waiting time in words, rounded up."""
    if seconds > 86_400:  # some servers send nonsense: 277,778 hours
        return "more than a day"
    for unit, size in (("hour", 3600), ("minute", 60), ("second", 1)):
        if seconds >= size:
            count = int(-(-seconds // size))
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return "a moment"


def _about_user(known: dict[str, Any]) -> Forbidden | NotFound:
    """Return the error for a user to run as who is unknown (404) or doesn't own the personal token (403)."""
    error: Forbidden | NotFound
    if known["status"] == 404:
        message = "Omni doesn't know the user to run as."
        error = NotFound(message, "Choose another user. Run as takes a membership ID.", **known)
    else:
        message = "A personal access token can only run exports as its owner."
        error = Forbidden(message, "Clear Run as, or use an organization key.", **known)
    error.is_about_user = True
    return error


def _not_found(path: str, known: dict[str, Any]) -> NotFound:
    if "/download/" in path:
        return NotFound("Omni has no record of this export.", "Start it again.", **known)
    if "/dashboards/" in path or "/documents/" in path:
        hint = "It may have been deleted, or this key has no access to it. Check the ID."
        error = NotFound("Omni has no dashboard with this ID.", hint, **known)
        error.is_dashboard = True
        return error
    return NotFound("No Omni API at this address.", CHECK_ADDRESS, **known)


def _conflict(body: bytes, path: str, known: dict[str, Any]) -> Conflict:
    error = Conflict("Another export of this dashboard is running.", "Wait until it finishes.", **known)
    try:
        answer = parse_json(body)
    except NotJson:
        answer = None
    if isinstance(answer, Mapping):
        job_id = answer.get("existing_job_id")
        is_id = isinstance(job_id, str) and 0 < len(job_id) <= MAX_ID_LENGTH
        error.existing_job_id = job_id if is_id else None
    if error.existing_job_id is None:
        # some servers name it only in their sentence, where the dashboard's own ID may be too
        named = [found for found in _UUID.findall(known["reason"]) if found.lower() not in path.lower()]
        error.existing_job_id = named[0] if named else None
    return error


def _refused(status: int, known: dict[str, Any]) -> Rejected:
    hint = {
        405: "This Omni version may be too old, or the address may be wrong.",
        407: "The proxy requires a password. Check HTTPS_PROXY.",
    }.get(status, "")
    what = "Omni rejected the request" if status == 400 else f"Omni rejected the request (HTTP {status})"
    return Rejected(_with_reason(what, known["reason"]), hint, **known)
