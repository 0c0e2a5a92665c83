"""Remove secrets from text. Pure functions.

They remove what we know (the token itself, in every spelling that may be echoed) and what looks like a
secret (names of headers, parameters and JSON keys; Omni's keys; a storage's signed URLs).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus, urlsplit, urlunsplit

HIDDEN = "***"  # no brackets: in a URL, curl would read them as a range

_SECRET_HEADER = re.compile(
    r"(?i)authori[sz]ation|cookie|token|secret|password|credential|signature|session|csrf|xsrf"
    r"|api[-_]?key|authenticat|assertion"
)
_URL_HEADERS = frozenset({"location", "content-location", "referer", "link", "refresh"})
# Words in the names of parameters and JSON keys whose values are secret. Every repetition is bounded or can
# begin in one place only, so a response can't be made to slow these patterns down.
_SECRET_WORD = (
    r"[\w.-]{0,40}?(?:token|secret|password|passwd|signature|credential|api[-_]?key|access[-_]?key"
    r"|authori[sz]ation|cookie)[\w.-]{0,40}"
)
_PARAMETER = re.compile(
    rf"(?i)([?&;](?:{_SECRET_WORD}|[\w.-]{{0,40}}session|sig|sign|jwt|key|auth)=)[^&;#\s\"'<>]+"
)
_JSON_MEMBER = re.compile(rf"(?is)(\"{_SECRET_WORD}\"\s{{0,20}}:\s{{0,20}})\"(?:[^\"\\]|\\.)*(?:\"|$)")
_BEARER = re.compile(r"(?i)\b(bearer|basic)(\s{1,20}|%20|\+)[\w.~+/%-]{20,}=*")
_OMNI_KEY = re.compile(r"\bomni_[a-z]{1,20}_[\w-]{6,}")
_JWT = re.compile(r"(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?")
_USER_INFO = re.compile(r"(?i)\b([a-z][a-z0-9+.-]{0,20}://)[^/\s@\"'<>]{1,400}@")
# Hiding a secret shorter than this would hide ordinary words.
_MIN_SECRET_LENGTH = 6


class Secret:
    """A text that doesn't show in a repr, a traceback or a log."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return f"Secret({HIDDEN})"

    def reveal(self) -> str:
        """Return the text itself, for the header it goes into and for hiding it."""
        return self._text


def redact_headers(
    headers: Iterable[tuple[str, str]], secrets: Iterable[str] = ()
) -> tuple[tuple[str, str], ...]:
    """Return the headers with secret values hidden, and with secrets hidden in the other values."""
    known = tuple(secrets)
    return tuple((name, _header_value(name, value, known)) for name, value in headers)


def redact_url(url: str, secrets: Iterable[str] = ()) -> str:
    """Return the URL without credentials, and without the parameters that sign it or grant access."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return HIDDEN
    host = parts.netloc.rpartition("@")[2]
    return redact_text(urlunsplit(parts._replace(netloc=host)), secrets)


def redact_text(text: str, secrets: Iterable[str] = ()) -> str:
    """Return the text with every known secret, and all that looks like one, hidden."""
    for secret in secrets:
        for spelling in _spellings(secret):
            text = text.replace(spelling, HIDDEN)
    text = _USER_INFO.sub(rf"\1{HIDDEN}@", text)
    text = _BEARER.sub(rf"\1\2{HIDDEN}", text)
    text = _OMNI_KEY.sub(HIDDEN, text)
    text = _JWT.sub(HIDDEN, text)
    text = _PARAMETER.sub(rf"\1{HIDDEN}", text)
    return _JSON_MEMBER.sub(rf'\1"{HIDDEN}"', text)


def redact_cut_text(text: str, secrets: Iterable[str] = ()) -> str:
    """Do the same as `redact_text` for text that may be cut inside a secret: hide the partial secret too."""
    known = tuple(secrets)
    text = redact_text(text, known)
    for spelling in (spelling for secret in known for spelling in _spellings(secret)):
        for length in range(len(spelling) - 1, _MIN_SECRET_LENGTH - 1, -1):
            if text.endswith(spelling[:length]):
                return text[:-length] + HIDDEN
    return text


def _header_value(name: str, value: str, secrets: tuple[str, ...]) -> str:
    if _SECRET_HEADER.search(name):
        return HIDDEN
    return redact_url(value, secrets) if name.lower() in _URL_HEADERS else redact_text(value, secrets)


def _spellings(secret: str) -> list[str]:
    """Return the secret's possible spellings (plain, in a JSON string, in a URL), longest first."""
    if len(secret) < _MIN_SECRET_LENGTH:
        return []
    spellings = {secret, json.dumps(secret)[1:-1], quote(secret, safe=""), quote_plus(secret)}
    return sorted(spellings, key=len, reverse=True)
