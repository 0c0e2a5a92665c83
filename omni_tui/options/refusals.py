"""A server's reason for a 400, in the shape of our own problems: under the field that it is about.

Reasons come as `field: reason` and in a few texts that were seen; a text that is not known lands under the
first option that it names, or under none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from omni_tui.options.checks import leave_out
from omni_tui.options.spec import Fix, Kind, OptionSpec, Problem, Severity
from omni_tui.options.table import BY_NAME

_PREFIX = re.compile(r"\s*Bad Request\s*[:.\-]\s*", re.IGNORECASE)
_FIELD_AND_REASON = re.compile(
    r"(?:(?:body|query)\.)?(?P<field>[A-Za-z]\w*)(?:[.\[\]-][\w.\[\]-]*)?\s*:\s*(?P<reason>\S.*)", re.DOTALL
)
_WORD = re.compile(r"[A-Za-z]\w*")


@dataclass(frozen=True, slots=True)
class _KnownText:
    """A text that servers were seen to give, the field that it is about, and the way out."""

    pattern: re.Pattern[str]
    field: str
    fix: Fix | None = None


def _known(pattern: str, field: str, fix: Fix | None = None) -> _KnownText:
    return _KnownText(re.compile(pattern, re.IGNORECASE), field, fix)


_KNOWN_TEXTS = (
    _known(r"hideTitle can only be used", "hideTitle", Fix("leave it out", {"hideTitle": None})),
    _known(
        r"print options are not supported",
        "paperFormat",
        Fix("leave the paper out", {"paperFormat": None, "paperOrientation": None}),
    ),
    _known(
        r"single column layout and table expansion .*fit_page",
        "paperFormat",
        Fix("use letter", {"paperFormat": "letter"}),
    ),
    _known(r"invalid filter keys found", "filterConfig", Fix("choose among the dashboard's filters")),
    _known(r"document does not have a dashboard", ""),
)


def problem_from_reason(reason: str) -> Problem:
    """The problem that a server's words tell of: an error, with its field and, where it is known, a fix.

    `reason` is the server's text as it came; the message quotes it, so it is as hostile as the server.
    """
    text = _PREFIX.sub("", reason, count=1).strip() if _PREFIX.match(reason) else reason.strip()
    if not text:
        return Problem("", Severity.ERROR, "The server refused the options and did not say why.")
    for known in _KNOWN_TEXTS:
        if known.pattern.search(text):
            return Problem(known.field, Severity.ERROR, _quoted(text), known.fix)
    parts = _FIELD_AND_REASON.fullmatch(text)
    if parts and (spec := BY_NAME.get(parts["field"])):
        return Problem(spec.wire_name, Severity.ERROR, _quoted(parts["reason"]), _way_out(spec))
    named = _first_named(text)
    return Problem(named.wire_name if named else "", Severity.ERROR, _quoted(text), _way_out(named))


def _quoted(text: str) -> str:
    return f"The server says: {text}"


def _first_named(text: str) -> OptionSpec | None:
    return next((BY_NAME[word] for word in _WORD.findall(text) if word in BY_NAME), None)


def _way_out(spec: OptionSpec | None) -> Fix | None:
    if spec is None:
        return None
    return Fix("choose a tile") if spec.kind is Kind.TILE else leave_out(spec)
