"""Each reason for no connection has a sentence of its own."""

from __future__ import annotations

import errno
import socket
import ssl

import httpx
import pytest

from omni_tui.api.errors.connect_errors import connect_error_explanation


def failure(*causes: BaseException) -> httpx.ConnectError:
    """httpx's error over these, the innermost last."""
    error: BaseException = httpx.ConnectError("told in its own way")
    top = error
    for cause in causes:
        error.__cause__ = cause
        error = cause
    assert isinstance(top, httpx.ConnectError)
    return top


def untrusted(number: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code = number
    return error


CASES = [
    (socket.gaierror(socket.EAI_NONAME, "x"), "No server is named h"),
    (socket.gaierror(socket.EAI_AGAIN, "x"), "there is no network"),
    (socket.gaierror(socket.EAI_FAIL, "x"), "Can't look up h."),
    (OSError(errno.ENETUNREACH, "x"), "No route to h."),
    (OSError(errno.ECONNREFUSED, "x"), "Nothing is listening at h."),
    (ExceptionGroup("several", [OSError(errno.ECONNREFUSED, "x")]), "Nothing is listening at h."),
    (OSError(errno.EPERM, "x"), "h."),
    (untrusted(18), "The certificate of h is not trusted."),
    (untrusted(10), "The certificate of h has expired."),
    (untrusted(9), "The certificate of h is not valid yet."),
    (untrusted(62), "The certificate of h is for another host."),
    (ssl.SSLError(1, "wrong version number"), "h failed."),
]


@pytest.mark.parametrize(("cause", "words"), CASES)
def test_each_cause_has_its_sentence_and_a_way_out(cause: BaseException, words: str) -> None:
    why = connect_error_explanation(failure(OSError("All connection attempts failed"), cause), "h")
    assert words in why[0]
    assert why[1]


def test_no_two_causes_have_the_same_sentence() -> None:
    told = {connect_error_explanation(failure(cause), "h")[0] for cause, _ in CASES}
    assert len(told) == len(CASES) - 1  # one attempt refused, and several
