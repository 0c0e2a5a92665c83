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
from omni_tui.demo.sample_data.tiles import tile_of
from omni_tui.demo.versions import TODAY, Behavior

FORMATS = ("pdf", "png", "csv", "xlsx", "json")
PAPERS = ("fit_page", "letter", "legal", "tabloid", "a3", "a4")
CACHES = ("Standard", "SkipRequery", "SkipCache")
ORIENTATIONS = ("portrait", "landscape")
MAX_ROWS = 1_000_000
MAX_FILE_NAME_LENGTH = 255

NO_DASHBOARD = "Document does not have a dashboard"
_NOT_ON_FIT_PAGE = "Single column layout and table expansion options are not supported for FIT_PAGE format."
_PAGES = ("pdf", "png")
_DATA = ("csv", "xlsx", "json")
_SHEETS = ("csv", "xlsx")


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
    if not dashboard.has_dashboard:
        return Rejection("", NO_DASHBOARD)
    refused_user = user_rejection(user_id, is_organization_key=is_organization_key, behavior=behavior)
    if refused_user is not None:
        return refused_user
    if not isinstance(body, dict):
        return _refused("body", f"Expected object, received {_kind_word(body)}")
    if "format" not in body:
        return _refused("format", "Required")
    refused_format = _choice(FORMATS)("format", body["format"], dashboard)
    if refused_format is not None:
        return refused_format
    for name, (formats, check) in _OPTIONS.items():
        if name not in body:
            rejection = _missing(name, body)
        elif body["format"] not in formats:
            rejection = _format_mismatch(name, formats)
        else:
            rejection = check(name, body[name], dashboard)
        if rejection is not None:
            return rejection
    if "cache" in body and not behavior.takes_cache:
        return _refused("cache", "Unrecognized key")
    return _strict_rejection(body) if strict else None


def _missing(name: str, body: Mapping[str, object]) -> Rejection | None:
    """Return what to reject a body for that doesn't have this option."""
    if name != "queryIdentifierMapKey":
        return None
    if body["format"] == "json":
        return _refused(name, "Required for JSON format")
    if body["format"] == "xlsx" and body.get("overrideRowLimit") is True:
        return _refused(name, "Required for XLSX and JSON formats if overrideRowLimit is true")
    return None


_Check = Callable[[str, object, Dashboard], Rejection | None]


def _check_file_name(name: str, value: object, dashboard: Dashboard) -> Rejection | None:
    if not isinstance(value, str):
        return _wrong_kind(name, "string", value)
    if not is_encodable(value):
        return _refused(name, "Invalid Unicode")
    if not value:
        return _refused(name, "String must contain at least 1 character(s)")
    if len(value) > MAX_FILE_NAME_LENGTH:
        return _refused(name, f"String must contain at most {MAX_FILE_NAME_LENGTH} character(s)")
    return None


def _check_tile(name: str, value: object, dashboard: Dashboard) -> Rejection | None:
    if not isinstance(value, str):
        return _wrong_kind(name, "string", value)
    if tile_of(dashboard, value) is None:
        return Rejection(name, f"Couldn't find query presentation for key: {value}")
    return None


def _check_filters(name: str, value: object, dashboard: Dashboard) -> Rejection | None:
    if not isinstance(value, dict):
        return _wrong_kind(name, "object", value)
    known = filters_of(dashboard)
    unknown = [key for key in value if key not in known]
    if unknown:
        message = (
            f"Invalid filter keys found in schedule configuration: {', '.join(unknown)}. "
            f"Available dashboard filter keys are: {', '.join(known)}."
        )
        return Rejection(name, message)
    empty = [key for key in value if known[key]["required"] and is_any(value[key])]
    return _refused(name, f"Required filters have no value: {', '.join(empty)}") if empty else None


def _choice(choices: tuple[str, ...]) -> _Check:
    def check(name: str, value: object, dashboard: Dashboard) -> Rejection | None:
        if isinstance(value, str) and value in choices:
            return None
        offered = " | ".join(f"'{choice}'" for choice in choices)
        shown = f"'{value[:80]}'" if isinstance(value, str) else _kind_word(value)
        return _refused(name, f"Invalid enum value. Expected {offered}, received {shown}")

    return check


def _check_switch(name: str, value: object, dashboard: Dashboard) -> Rejection | None:
    return None if isinstance(value, bool) else _wrong_kind(name, "boolean", value)


def _check_row_limit(name: str, value: object, dashboard: Dashboard) -> Rejection | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _wrong_kind(name, "number", value)
    if isinstance(value, float) and not value.is_integer():
        return _refused(name, "Expected integer, received float")
    if value < 1:
        return _refused(name, "Number must be greater than or equal to 1")
    if value > MAX_ROWS:
        return _refused(name, f"Number must be less than or equal to {MAX_ROWS}")
    return None


# Each option's formats and the check of its value, in the page's order.
_OPTIONS: dict[str, tuple[tuple[str, ...], _Check]] = {
    "filename": (FORMATS, _check_file_name),
    "queryIdentifierMapKey": (FORMATS, _check_tile),
    "filterConfig": (FORMATS, _check_filters),
    "paperFormat": (_PAGES, _choice(PAPERS)),
    "paperOrientation": (_PAGES, _choice(ORIENTATIONS)),
    "hideTitle": (_PAGES, _check_switch),
    "showFilters": (_PAGES, _check_switch),
    "expandTablesToShowAllRows": (_PAGES, _check_switch),
    "singleColumnLayout": (_PAGES, _check_switch),
    "enableFormatting": (_DATA, _check_switch),
    "hideHiddenFields": (_SHEETS, _check_switch),
    "overrideRowLimit": (_DATA, _check_switch),
    "maxRowLimit": (_DATA, _check_row_limit),
    # Not on the page: current servers know the first [C], the spec the others.
    "cache": (FORMATS, _choice(CACHES)),
    "useCache": (FORMATS, _check_switch),
    "showContentLink": (FORMATS, _check_switch),
}


def _strict_rejection(body: Mapping[str, object]) -> Rejection | None:
    """Return what some servers reject although the page allows it."""
    for name in body:
        if name != "format" and name not in _OPTIONS:
            return _refused(name, "Unrecognized key")
    wants_layout = body.get("expandTablesToShowAllRows") or body.get("singleColumnLayout")
    if wants_layout and body.get("paperFormat", "fit_page") == "fit_page":
        return Rejection("paperFormat", _NOT_ON_FIT_PAGE)
    return None


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


def _format_mismatch(name: str, formats: tuple[str, ...]) -> Rejection:
    if name in _KNOWN_MISMATCHES:
        return Rejection(name, _KNOWN_MISMATCHES[name])
    words = ", ".join(formats[:-1]).upper() + " or " + formats[-1].upper()
    return _refused(name, f"Can only be used with {words} formats")


def _wrong_kind(name: str, expected: str, value: object) -> Rejection:
    return _refused(name, f"Expected {expected}, received {_kind_word(value)}")


def _refused(name: str, reason: str) -> Rejection:
    return Rejection(name, f"Bad Request: {name}: {reason}")


def _kind_word(value: object) -> str:
    """Return JSON's name for the type of a value."""
    names = {
        type(None): "null",
        bool: "boolean",
        int: "number",
        float: "number",
        str: "string",
        list: "array",
    }
    return names.get(type(value), "object")
