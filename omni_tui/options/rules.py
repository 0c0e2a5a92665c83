"""Which options apply to a request, what is wrong with it, and what is sent.

Pure, and the same for the form and the command line. Everything is read from the option table; no option is
named here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from omni_tui.options.spec import (
    ExportRequest,
    Fix,
    Format,
    JsonValue,
    Kind,
    OptionSpec,
    OptionValue,
    Place,
    Problem,
    Severity,
)
from omni_tui.options.table import BY_NAME, OPTION_WARNINGS, OPTIONS
from omni_tui.options.validators import error_of, leave_out, plain_json, value_problem


def applicable(fmt: Format) -> tuple[OptionSpec, ...]:
    """Return the options of a format, in table order."""
    return tuple(spec for spec in OPTIONS if fmt in spec.formats)


def is_whole_dashboard(request: ExportRequest) -> bool:
    """Return whether no tile is requested. An empty tile key requests one that is not chosen yet."""
    return not any(spec.kind is Kind.TILE for spec, _ in _set_values(request))


def problems(request: ExportRequest, *, may_run_as: bool = True) -> list[Problem]:
    """Return all problems of a request, in table order, each under its option's wire name.

    An error blocks the export, a warning does not. Each option has at most one error: the first one to fix.
    Values of options that the format doesn't have are ignored, because they are not sent. `may_run_as` is
    False unless the key is an organization key. Never raises, whatever the values are.
    """
    found = list(_unknown_names(request))
    for spec in applicable(request.format):
        error = _error(spec, request, may_run_as)
        found += [error] if error else _warnings(spec, request)
    return found


def one_tile_reason(request: ExportRequest) -> Problem | None:
    """Return why the request needs a tile if it has none; None if the whole dashboard can be exported."""
    specs = (spec for spec in applicable(request.format) if spec.kind is Kind.TILE)
    return next((problem for spec in specs if (problem := _missing(spec, request))), None)


def payload(request: ExportRequest) -> dict[str, JsonValue]:
    """Return the body to send: the format, and all options that apply to it and are set.

    Expects a request without errors. Raises ValueError for a value that JSON can't represent.
    """
    body: dict[str, JsonValue] = {"format": request.format.value}
    for spec, value in _set_values(request, Place.BODY):
        if spec.sent_as is None:
            body[spec.wire_name] = plain_json(value)
        elif value is True:
            key, sent = spec.sent_as
            body[key] = sent
    return body


def query(request: ExportRequest) -> dict[str, str]:
    """Return the query parameters to send with every request of the job."""
    return {spec.wire_name: str(value) for spec, value in _set_values(request, Place.QUERY)}


def request_from_body(
    dashboard_id: str, body: Mapping[str, JsonValue], sent_query: Mapping[str, str]
) -> ExportRequest | None:
    """Return the request that sends exactly this body and query; None if no options do."""
    try:
        fmt = Format(str(body.get("format")))
    except ValueError:
        return None
    values: dict[str, OptionValue] = {}
    for spec in applicable(fmt):
        if spec.place is Place.QUERY:
            value: JsonValue = sent_query.get(spec.wire_name)
        elif spec.sent_as is not None:
            key, sent = spec.sent_as
            value = True if body.get(key) == sent else None
        else:
            value = body.get(spec.wire_name)
        if isinstance(value, bool | int | str | dict):
            values[spec.wire_name] = value
    request = ExportRequest(dashboard_id, fmt, values)
    return request if payload(request) == body and query(request) == sent_query else None


def file_extension(request: ExportRequest) -> str:
    """Return the file's extension without a dot: the CSVs of a whole dashboard come as one ZIP."""
    if request.format is Format.CSV and is_whole_dashboard(request):
        return "zip"
    return request.format.value


def _set_values(request: ExportRequest, place: Place | None = None) -> list[tuple[OptionSpec, OptionValue]]:
    """Return the set options that apply, in table order; None counts as unset."""
    return [
        (spec, request.values[spec.wire_name])
        for spec in applicable(request.format)
        if place in (None, spec.place) and request.values.get(spec.wire_name) is not None
    ]


def _unknown_names(request: ExportRequest) -> Iterator[Problem]:
    """Yield an error for each unknown option: the file would silently be made without it."""
    for name in request.values:
        if name not in BY_NAME:
            fix = Fix("leave it out", {name: None}) if isinstance(name, str) else None
            yield Problem("", Severity.ERROR, f"Unknown option: {name!s:.60}.", fix)


def _error(spec: OptionSpec, request: ExportRequest, may_run_as: bool) -> Problem | None:
    value = request.values.get(spec.wire_name)
    if value is None:
        return _missing(spec, request)
    if spec.organization_key_only and not may_run_as:
        message = f"{spec.label} needs an organization key; this key isn't one."
        return error_of(spec, message, leave_out(spec))
    return value_problem(spec, value)


def _missing(spec: OptionSpec, request: ExportRequest) -> Problem | None:
    """Return an error if the format needs an unset option, or if another option needs a tile."""
    fmt = request.format
    if spec.kind is not Kind.TILE:
        needed = fmt in spec.required_for
        return error_of(spec, f"{fmt.label} needs this: {spec.help}.", None) if needed else None
    if fmt in spec.required_for:
        message = f"{fmt.label} exports one tile, not a whole dashboard."
        return error_of(spec, message, Fix("choose a tile"))
    for other in applicable(fmt):
        if fmt in other.needs_tile_for and _is_turned_on(other, request):
            message = f"{other.label} needs one tile in {fmt.label}."
            return error_of(spec, message, Fix("choose a tile"))
    return None


def _is_turned_on(spec: OptionSpec, request: ExportRequest) -> bool:
    """Return whether an option is set to a valid value other than the server's default."""
    value = request.values.get(spec.wire_name)
    return value is not None and value_problem(spec, value) is None and value != spec.default


def _warnings(spec: OptionSpec, request: ExportRequest) -> list[Problem]:
    return [
        Problem(each.field, Severity.WARNING, each.message, each.fix)
        for each in OPTION_WARNINGS
        if each.field == spec.wire_name
        and request.values.get(each.field) is not None
        and request.format in each.formats
        and (is_whole_dashboard(request) or not each.whole_dashboard_only)
        and all(_is_effectively(request, name, value) for name, value in each.when.items())
    ]


def _is_effectively(request: ExportRequest, wire_name: str, wanted: OptionValue) -> bool:
    """Return whether an option of the format has this value, set or by default."""
    spec = BY_NAME[wire_name]
    value = request.values.get(wire_name)
    return request.format in spec.formats and (spec.default if value is None else value) == wanted
