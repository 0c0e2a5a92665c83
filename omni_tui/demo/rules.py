"""The server's validation, written from the vendor's documentation, independent of the client's rules.

The first invalid field is reported, in the order of the documentation; `userId`, a query parameter, comes
before the body.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from omni_tui.demo.access.run_as import Rejection, user_rejection
from omni_tui.demo.data.conditions import is_any
from omni_tui.demo.sample_data.filters import filters_of
from omni_tui.demo.sample_data.models import Dashboard
from omni_tui.demo.sample_data.tiles import tiles_of
from omni_tui.demo.versions import TODAY, Behavior

FORMATS = ("pdf", "png", "csv", "xlsx", "json")
PAPERS = ("fit_page", "letter", "legal", "tabloid", "a3", "a4")
CACHES = ("Standard", "SkipRequery", "SkipCache")
ORIENTATIONS = ("portrait", "landscape")
MAX_ROWS = 1_000_000
MAX_FILE_NAME_LENGTH = 255

NO_DASHBOARD = "Document does not have a dashboard"
_NO_TILE = "No query with this key in the dashboard"
_UNKNOWN_FILTERS = "Invalid filter keys found in schedule configuration: "
_NOT_ON_FIT_PAGE = "Single column layout and table expansion options are not supported for FIT_PAGE format."
_PAGES = ("pdf", "png")
_DATA = ("csv", "xlsx", "json")
_SHEETS = ("csv", "xlsx")
_TILE_FOR_MORE_ROWS = ("xlsx", "json")


def verdict(
    body: object,
    dashboard: Dashboard,
    *,
    user_id: str | None = None,
    is_organization_key: bool = True,
    strict: bool = False,
    behavior: Behavior = TODAY,
) -> Rejection | None:
    """Return why a download of that dashboard is rejected, or None.

    `strict` adds rules from other sources than the page; `behavior` is that of the server's version.
    """
    refused = _verdict(body, dashboard, user_id, is_organization_key, strict, behavior)
    return _in_seen_words(refused, body) if refused is not None and behavior.uses_seen_words else refused


def _verdict(
    body: object,
    dashboard: Dashboard,
    user_id: str | None,
    is_organization_key: bool,
    strict: bool,
    behavior: Behavior,
) -> Rejection | None:
    if not dashboard.has_dashboard:
        return Rejection("", f"Bad Request: {NO_DASHBOARD}")
    refused_user = user_rejection(user_id, is_organization_key=is_organization_key, behavior=behavior)
    if refused_user is not None:
        return refused_user
    if not isinstance(body, dict):
        return _refused("body", f"Expected object, received {_kind_word(body)}", field="")
    refused_format = _format_rejection(body)
    if refused_format is not None:
        return refused_format
    for name, check in _CHECKS.items():
        rejection = check(name, body, dashboard)
        if rejection is not None:
            return rejection
    if "cache" in body and not behavior.takes_cache:
        return _refused("cache", "Unrecognized key")
    return _strict_rejection(body) if strict else None


def _format_rejection(body: Mapping[str, object]) -> Rejection | None:
    if "format" not in body:
        return _refused("format", "Required")
    return _choice_rejection("format", body["format"], FORMATS)


_Check = Callable[[str, Mapping[str, object], Dashboard], Rejection | None]


def _check_file_name(name: str, body: Mapping[str, object], dashboard: Dashboard) -> Rejection | None:
    if name not in body:
        return None
    value = body[name]
    if not isinstance(value, str):
        return _wrong_kind(name, "string", value)
    if not is_encodable(value):
        return _refused(name, "Invalid Unicode")
    if not value:
        return _refused(name, "String must contain at least 1 character(s)")
    if len(value) > MAX_FILE_NAME_LENGTH:
        return _refused(name, f"String must contain at most {MAX_FILE_NAME_LENGTH} character(s)")
    return None


def _check_tile(name: str, body: Mapping[str, object], dashboard: Dashboard) -> Rejection | None:
    if name not in body:
        if body["format"] == "json":
            return _refused(name, "Required for JSON format")
        if body["format"] in _TILE_FOR_MORE_ROWS and body.get("overrideRowLimit") is True:
            return _refused(name, "Required for XLSX and JSON formats if overrideRowLimit is true")
        return None
    value = body[name]
    if not isinstance(value, str):
        return _wrong_kind(name, "string", value)
    if all(tile.key != value for tile in tiles_of(dashboard)):
        return _refused(name, _NO_TILE)
    return None


def _check_filters(name: str, body: Mapping[str, object], dashboard: Dashboard) -> Rejection | None:
    if name not in body:
        return None
    value = body[name]
    if not isinstance(value, dict):
        return _wrong_kind(name, "object", value)
    known = filters_of(dashboard)
    strange = [key for key in value if key not in known]
    if not strange:
        empty = ", ".join(key for key in value if known[key]["required"] and is_any(value[key]))
        return _refused(name, f"Required filters have no value: {empty}") if empty else None
    message = (
        f"Bad Request: {_UNKNOWN_FILTERS}{', '.join(strange)}. "
        f"Available dashboard filter keys are: {', '.join(known)}."
    )
    return Rejection(name, message)


def _choice(choices: tuple[str, ...]) -> _Check:
    def check(name: str, body: Mapping[str, object], dashboard: Dashboard) -> Rejection | None:
        if name not in body:
            return None
        return _format_mismatch(name, body, _PAGES) or _choice_rejection(name, body[name], choices)

    return check


def _switch(formats: tuple[str, ...]) -> _Check:
    def check(name: str, body: Mapping[str, object], dashboard: Dashboard) -> Rejection | None:
        if name not in body:
            return None
        mismatch = _format_mismatch(name, body, formats)
        if mismatch is not None:
            return mismatch
        return None if isinstance(body[name], bool) else _wrong_kind(name, "boolean", body[name])

    return check


def _check_row_limit(name: str, body: Mapping[str, object], dashboard: Dashboard) -> Rejection | None:
    if name not in body:
        return None
    mismatch = _format_mismatch(name, body, _DATA)
    if mismatch is not None:
        return mismatch
    value = body[name]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _wrong_kind(name, "number", value)
    if isinstance(value, float) and not value.is_integer():
        return _refused(name, "Expected integer, received float")
    if value < 1:
        return _refused(name, "Number must be greater than or equal to 1")
    if value > MAX_ROWS:
        return _refused(name, f"Number must be less than or equal to {MAX_ROWS}")
    return None


def _check_cache(name: str, body: Mapping[str, object], dashboard: Dashboard) -> Rejection | None:
    return _choice_rejection(name, body[name], CACHES) if name in body else None


# In the page's order; `format` is checked first.
_CHECKS: dict[str, _Check] = {
    "filename": _check_file_name,
    "queryIdentifierMapKey": _check_tile,
    "filterConfig": _check_filters,
    "paperFormat": _choice(PAPERS),
    "paperOrientation": _choice(ORIENTATIONS),
    "hideTitle": _switch(_PAGES),
    "showFilters": _switch(_PAGES),
    "expandTablesToShowAllRows": _switch(_PAGES),
    "singleColumnLayout": _switch(_PAGES),
    "enableFormatting": _switch(_DATA),
    "hideHiddenFields": _switch(_SHEETS),
    "overrideRowLimit": _switch(_DATA),
    "maxRowLimit": _check_row_limit,
    # Not on the page: current servers know the first [C], the spec the others.
    "cache": _check_cache,
    "useCache": _switch(FORMATS),
    "showContentLink": _switch(FORMATS),
}


def _strict_rejection(body: Mapping[str, object]) -> Rejection | None:
    """Return what some servers reject although the page allows it."""
    for name in body:
        if name != "format" and name not in _CHECKS:
            return _refused(name, "Unrecognized key")
    wants_layout = body.get("expandTablesToShowAllRows") or body.get("singleColumnLayout")
    if wants_layout and body.get("paperFormat", "fit_page") == "fit_page":
        return Rejection("paperFormat", f"Bad Request: {_NOT_ON_FIT_PAGE}")
    return None


def _in_seen_words(refused: Rejection, body: object) -> Rejection:
    """Replace the message by one that real servers were seen to send, if known."""
    reason = refused.message.removeprefix("Bad Request: ")
    if reason.endswith(f": {_NO_TILE}") and isinstance(body, dict):
        key = body.get("queryIdentifierMapKey")
        return refused._replace(message=f"Couldn't find query presentation for key: {key}")
    is_seen = reason in _SEEN_REASONS or reason.startswith(_UNKNOWN_FILTERS)
    return refused._replace(message=reason) if is_seen else refused


def is_encodable(text: str) -> bool:
    """Return whether a text can be encoded: half a surrogate pair can't."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


# Messages that real servers were seen to send for these fields.
_KNOWN_MISMATCHES = {
    "hideTitle": "hideTitle can only be used with PDF or PNG formats",
    "paperFormat": "Print options are not supported for this format",
}

_SEEN_REASONS = (NO_DASHBOARD, _NOT_ON_FIT_PAGE, *_KNOWN_MISMATCHES.values())


def _format_mismatch(name: str, body: Mapping[str, object], formats: tuple[str, ...]) -> Rejection | None:
    if body["format"] in formats:
        return None
    if name in _KNOWN_MISMATCHES:
        return Rejection(name, f"Bad Request: {_KNOWN_MISMATCHES[name]}")
    words = " or ".join((", ".join(formats[:-1]), formats[-1])).upper().replace(" OR ", " or ")
    return _refused(name, f"Can only be used with {words} formats")


def _choice_rejection(name: str, value: object, choices: tuple[str, ...]) -> Rejection | None:
    if isinstance(value, str) and value in choices:
        return None
    offered = " | ".join(f"'{choice}'" for choice in choices)
    return _refused(name, f"Invalid enum value. Expected {offered}, received {_shown(value)}")


def _wrong_kind(name: str, expected: str, value: object) -> Rejection:
    return _refused(name, f"Expected {expected}, received {_kind_word(value)}")


def _refused(name: str, reason: str, *, field: str | None = None) -> Rejection:
    return Rejection(name if field is None else field, f"Bad Request: {name}: {reason}")


def _shown(value: object) -> str:
    return f"'{value[:80]}'" if isinstance(value, str) else _kind_word(value)


def _kind_word(value: object) -> str:
    """Return JSON's name for the type of a value."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
    return "object"
