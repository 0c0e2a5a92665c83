"""Turn a server's rejection into problems, each under the field that it is about.

A fault with a path is about that member. Text is parsed only if the server sent nothing but text, as `field:
reason`, several in a row (`a: Required; b: too long`), or one of a few known texts; any other text belongs to
the first option that it names, or to none.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from omni_tui.options.spec import Fix, Kind, OptionSpec, Problem, Severity
from omni_tui.options.table import BY_NAME
from omni_tui.options.validators import leave_out

TILE_IS_GONE = "This tile is no longer in the dashboard."
UNKNOWN_TILE_KEY = "This dashboard has no tile with this key."
UNKNOWN_USER = "Omni doesn't know this user. Run as takes a membership ID."
ONLY_AS_OWNER = "A personal access token can only run exports as its owner."
CANNOT_SKIP_CACHE = "This server can't skip its cache. Cached data may be up to six hours old."
NO_REASON = "The server rejected the options and gave no reason."

# Characters of a reason that are read; the rest is ignored.
_MAX_REASON_LENGTH = 4000
_MAX_QUOTE_LENGTH = 400
_MAX_LISTED = 8

# By the names that the server knows them by.
_BY_SENT_NAME = {**BY_NAME, **{spec.sent_as[0]: spec for spec in BY_NAME.values() if spec.sent_as}}
_NAMES = "|".join(re.escape(name) for name in _BY_SENT_NAME)
_PREFIX = re.compile(r"\s*(?:Bad Request|Validation (?:error|failed))\s*[:.\-]\s*", re.IGNORECASE)
_PATH = r"[.\[\]-][\w.\[\]\"'/-]*"
_FIELD_AND_REASON = re.compile(
    rf"(?:(?:body|query)\.)?(?P<field>[A-Za-z]\w*)(?P<path>{_PATH})?\s*:\s*(?P<reason>\S.*)", re.DOTALL
)
# Between two reasons; a comma or full stop separates them only if an option and a colon follow.
_BETWEEN = re.compile(rf";\s+|\n+|[,.]\s+(?=(?:(?:body|query)\.)?(?:{_NAMES})(?:{_PATH})?\s*:)")
_ADDRESS = re.compile(rf"[A-Za-z][\w.]*(?:{_PATH})?:\s")
_WORD = re.compile(r"[A-Za-z]\w*")
_UNKNOWN_FILTERS = re.compile(
    r"invalid filter keys? found[^:]*:\s*(?P<named>.*?)\.?\s*available[^:]*:\s*(?P<there>.*)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class _KnownMessage:
    """A text that servers send, the field it is about, the suggested fix, and our own wording for it."""

    pattern: re.Pattern[str]
    field: str
    fix: Fix | None = None
    words: str = ""


def _known(pattern: str, field: str, fix: Fix | None = None, words: str = "") -> _KnownMessage:
    return _KnownMessage(re.compile(pattern, re.IGNORECASE | re.DOTALL), field, fix, words)


_CHOOSE_TILE = Fix("choose a tile")
_FRESH = "fresh"
_CACHED = Fix("use cached data", {_FRESH: None})
_MYSELF = leave_out(BY_NAME["userId"])
_CHOOSE_FILTERS = Fix("choose from the dashboard's filters")
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
    _known(r"invalid filter keys? found", "filterConfig", _CHOOSE_FILTERS),
    _known(r"document does not have a dashboard", ""),
    _known(
        r"\b(?:no (?:such )?|unknown |invalid )(?:query|tile)\b(?! param)"
        r"|\b(?:query|tile)\b(?! param).{0,80}\b(?:not found|does not exist|no longer)",
        "queryIdentifierMapKey",
        _CHOOSE_TILE,
        TILE_IS_GONE,
    ),
    _known(r"\borgani[sz]ation (?:api )?key", "userId", _MYSELF),
    _known(r"\b(?:user|membership)\b.{0,60}\b(?:not found|does not exist|not active)", "userId", _MYSELF),
)
# Complete texts, matched first: the ID or key in them is the user's, and may look like a field, another text
# or the end of a sentence [V, D].
_WHOLE_TEXTS = (
    _known(r"user with id .*\bdoes not exist\W*", "userId", _MYSELF, UNKNOWN_USER),
    _known(r"user-scoped api keys? can only be used\b.*", "userId", _MYSELF, ONLY_AS_OWNER),
    _known(
        r"(?:could(?:n.?t| not)|unable to) find query presentation for key\b.*",
        "queryIdentifierMapKey",
        _CHOOSE_TILE,
        UNKNOWN_TILE_KEY,
    ),
)
# The same for a tile, in a reason given under its field.
_TILE_GONE = re.compile(
    r"not found|does not exist|no longer|not in (?:the|this) dashboard|\b(?:unknown|invalid|no such)\b"
    r"|\bno (?:query|tile|key)\b",
    re.IGNORECASE,
)


def problems_from_faults(
    faults: Iterable[tuple[Sequence[str], str]], filter_ids: Collection[str] = ()
) -> list[Problem]:
    """Return the problems that a server found, at least one: errors, with field and, if known, a fix.

    `faults` are pairs of a path and a text, as the server sent them. A path such as `("filterConfig",
    "orders.status")` is taken as it is; text without a path is parsed. Messages quote the server, so they are
    as hostile as it. `filter_ids` are those that were sent: a fault of one of them is about that filter.
    """
    found = [problem for path, text in faults for problem in _of_fault(tuple(path), text, filter_ids)]
    return _without_repeats(found) or [_error("", NO_REASON)]


def _of_fault(path: tuple[str, ...], text: str, filter_ids: Collection[str]) -> list[Problem]:
    text = text[:_MAX_REASON_LENGTH]
    if not path:
        known = known_problem(text)
        return [known] if known else [_problem(piece, filter_ids) for piece in _pieces(text)]
    field, *below = path[1:] if path[0] == "query" and len(path) > 1 else path
    spec = _BY_SENT_NAME.get(field)
    if spec is None:  # a member that has no field here, or a path in one text
        return [_problem(f"{'.'.join(path)}: {text}"[:_MAX_REASON_LENGTH], filter_ids)]
    if unknown := _UNKNOWN_FILTERS.search(text):
        return [_unknown_filters(unknown["named"], unknown["there"], filter_ids)]
    if spec.kind is Kind.FILTERS and below and below[0] in filter_ids:
        words = ": ".join(filter(None, (".".join(below[1:]), text)))
        return [_error(spec.wire_name, quoted(words), _fix_of(spec, text), below[0])]
    return [_problem_of(spec, ".".join(below), text, filter_ids)]


def known_problem(reason: str) -> Problem | None:
    """Return the problem with a tile or user if a known text matches the whole reason, or None."""
    text = _without_prefix(reason[:_MAX_REASON_LENGTH])
    known = next((each for each in _WHOLE_TEXTS if each.pattern.fullmatch(text)), None)
    return None if known is None else _error(known.field, known.words, known.fix)


def quoted(reason: str) -> str:
    """Return a server's reason as our sentence: "The server says: …", cut to a readable length."""
    text = _without_prefix(reason)
    cut = text if len(text) <= _MAX_QUOTE_LENGTH else text[: _MAX_QUOTE_LENGTH - 1].rstrip() + "…"
    return f"The server says: {cut}"


def _pieces(text: str) -> list[str]:
    """Return the reasons. A piece without a field that doesn't begin a sentence continues the last one."""
    pieces: list[str] = []
    for words in filter(None, map(_without_prefix, _BETWEEN.split(_without_prefix(text)))):
        if not pieces or _ADDRESS.match(words) or _first_named(words) or words[0].isupper():
            pieces.append(words)
        else:
            pieces[-1] += f"; {words}"
    return pieces


def _problem(text: str, filter_ids: Collection[str]) -> Problem:
    """Return the problem for one reason."""
    if unknown := _UNKNOWN_FILTERS.search(text):
        return _unknown_filters(unknown["named"], unknown["there"], filter_ids)
    if (parts := _FIELD_AND_REASON.fullmatch(text)) and (spec := _BY_SENT_NAME.get(parts["field"])):
        return _problem_of(spec, (parts["path"] or "").strip(".[]\"'"), parts["reason"], filter_ids)
    if known := _known_in(text):
        return _error(known.field, known.words or quoted(text), known.fix)
    named = _first_named(text)
    return _problem_of(named, "", text, filter_ids) if named else _error("", quoted(text))


def _known_in(text: str) -> _KnownMessage | None:
    return next((each for each in _KNOWN_TEXTS if each.pattern.search(text)), None)


def _fix_of(spec: OptionSpec, reason: str) -> Fix:
    """Return the fix of the known text in a reason if it is about this option, else the option's own."""
    known = _known_in(reason)
    if known is not None and known.field == spec.wire_name and known.fix is not None:
        return known.fix
    return _CHOOSE_TILE if spec.kind is Kind.TILE else leave_out(spec)


def _problem_of(spec: OptionSpec, path: str, reason: str, filter_ids: Collection[str]) -> Problem:
    """Return the problem for a reason given under a field, with a path below the field or none."""
    if spec.kind is Kind.TILE and _TILE_GONE.search(reason):
        return _error(spec.wire_name, TILE_IS_GONE, _CHOOSE_TILE)
    fix = _fix_of(spec, reason)
    if spec.wire_name == _FRESH:
        return _error(spec.wire_name, CANNOT_SKIP_CACHE, _CACHED)
    if spec.kind is not Kind.FILTERS or not path:
        return _error(spec.wire_name, quoted(reason), fix)
    part = max((id_ for id_ in filter_ids if _is_below(path, id_)), key=len, default="")
    below = path[len(part) :].strip(".[]\"'")
    words = f"{below}: {reason}" if below else reason
    return _error(spec.wire_name, quoted(words), fix, part)


def _is_below(path: str, filter_id: str) -> bool:
    """Return whether a path begins with that filter's ID as a whole name."""
    return path.startswith(filter_id) and not re.match(r"\w", path[len(filter_id) :])


def _unknown_filters(named: str, there: str, filter_ids: Collection[str]) -> Problem:
    """Return the problem for unknown filters, with those that exist. An ID may contain a comma."""
    unknown = [named] if named in filter_ids else named.split(", ")
    names = " and ".join(f"“{each}”" for each in unknown)
    known = [each for each in there.rstrip(". ").split(", ") if each]
    message = f"This dashboard has no filter{'s' if len(unknown) > 1 else ''} {names}. {_listed(known)}"
    part = unknown[0] if len(unknown) == 1 else ""
    return _error("filterConfig", message, _CHOOSE_FILTERS, part)


def _listed(filter_ids: Sequence[str]) -> str:
    """Return "It has A, B and 7 more." The server's list may be cut off in its last name."""
    is_cut = bool(filter_ids) and filter_ids[-1].endswith("…")
    whole = filter_ids[:-1] if is_cut else filter_ids
    if not whole:
        return "Other filters are available." if is_cut else "It has none."
    shown = ", ".join(whole[:_MAX_LISTED])
    left = len(whole) - _MAX_LISTED
    if is_cut:
        return f"It has {shown} and more."
    return f"It has {shown} and {left:,} more." if left > 0 else f"It has {shown}."


def _without_prefix(text: str) -> str:
    return _PREFIX.sub("", text, count=1).strip() if _PREFIX.match(text) else text.strip()


def _without_repeats(problems: Sequence[Problem]) -> list[Problem]:
    """Remove duplicates, keeping the order. (Fixes contain mappings and can't be in a set.)"""
    return [problem for at, problem in enumerate(problems) if problem not in problems[:at]]


def _error(field: str, message: str, fix: Fix | None = None, part: str = "") -> Problem:
    return Problem(field, Severity.ERROR, message, fix, part)


def _first_named(text: str) -> OptionSpec | None:
    return next((_BY_SENT_NAME[word] for word in _WORD.findall(text) if word in _BY_SENT_NAME), None)
