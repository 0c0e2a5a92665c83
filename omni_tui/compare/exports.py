"""Find exports to compare, and how their requests differ."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from omni_tui.downloads.archive.same_request import NOT_CONTENT, canonical, same_request_key, sent_options
from omni_tui.downloads.files.manifest import read_manifest
from omni_tui.downloads.job.models import Job, JobState
from omni_tui.options.filters.describe import words_of
from omni_tui.options.filters.editing import edit_of, read_filters
from omni_tui.options.spec import Kind
from omni_tui.options.table import BY_NAME, OPTIONS

_TILE = next(spec.wire_name for spec in OPTIONS if spec.kind is Kind.TILE)
_FILTERS = next(spec.wire_name for spec in OPTIONS if spec.kind is Kind.FILTERS)
_USER = next(spec.wire_name for spec in OPTIONS if spec.kind is Kind.USER)


@dataclass(frozen=True, slots=True)
class Export:
    """A saved file and how it was made, as far as known. `saved_at`: seconds since 1970.

    `options` are as they were sent, by wire name; None if unknown.
    """

    path: Path
    dashboard_id: str = ""
    dashboard_name: str = ""
    options: Mapping[str, Any] | None = None
    run_as: str = ""
    saved_at: float | None = None
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class OptionChange:
    """An option that differs between two exports, as texts; empty if it wasn't set."""

    label: str
    old: str
    new: str


def earlier_exports(job: Job, jobs: Iterable[Job]) -> list[Job]:
    """Return the saved exports before this one: those of the same request, then others of the same tile.

    Both are latest first. Doesn't access the disk.
    """
    earlier = [
        each
        for each in jobs
        if each.state is JobState.DONE
        and each.path is not None
        and each.id != job.id
        and each.path != job.path
        and (each.ended_at or 0) <= (job.ended_at or float("inf"))
    ]
    earlier.reverse()  # latest first, even among equal times
    earlier.sort(key=lambda each: each.ended_at or 0, reverse=True)
    same = [each for each in earlier if same_request_key(each) == same_request_key(job)]
    alike = [each for each in earlier if _content_key(each) == _content_key(job) and each not in same]
    return [*same, *alike]


def export_of_job(job: Job) -> Export:
    """Return a saved file from the download list."""
    order = job.order
    assert job.path is not None
    return Export(
        job.path,
        order.request.dashboard_id,
        order.dashboard_name,
        None if order.has_unknown_options else sent_options(order.request),
        order.run_as,
        job.ended_at,
        job.rows,
    )


def export_of_file(path: Path, jobs: Iterable[Job] = ()) -> Export:
    """Return a file with its origin, from the download list or its manifest. Blocks."""
    absolute = path.absolute()
    latest = [job for job in jobs if job.state is JobState.DONE and job.path == absolute]
    if latest:
        return export_of_job(latest[-1])
    try:
        found = read_manifest(path)
        options = dict(found["options"])
        run_as = found.get("run_as") or {}
        if run_as.get("id"):
            options[_USER] = run_as["id"]
        tables = found.get("tables") or []
        return Export(
            path,
            str(found["dashboard"]["id"]),
            str(found["dashboard"]["name"]),
            {name: value for name, value in options.items() if name not in NOT_CONTENT},
            str(run_as.get("name") or ""),
            datetime.fromisoformat(found["saved"]).astimezone(UTC).timestamp(),
            sum(table["rows"] for table in tables) if tables else None,
        )
    except (ValueError, OverflowError, LookupError, TypeError, AttributeError):
        return Export(path)


def option_changes(old: Export, new: Export) -> list[OptionChange]:
    """Return how the requests differ, filters first; empty if one of them is unknown."""
    if old.options is None or new.options is None:
        return []
    changes = list(_filter_changes(old.options.get(_FILTERS), new.options.get(_FILTERS)))
    if old.dashboard_id != new.dashboard_id:
        names = (each.dashboard_name or each.dashboard_id for each in (old, new))
        changes.insert(0, OptionChange("Dashboard", *names))
    for name in _in_order({*old.options, *new.options} - {_FILTERS}):
        before, after = old.options.get(name), new.options.get(name)
        spec = BY_NAME.get(name)
        default = None if spec is None else spec.default
        if before == after or (before is None and after == default) or (after is None and before == default):
            continue
        label = "Format" if name == "format" else spec.label if spec is not None else name
        changes.append(OptionChange(label, _words(before), _words(after)))
    return changes


def _filter_changes(old: Any, new: Any) -> Iterator[OptionChange]:
    """Yield the filters that differ. A filter that wasn't sent has the dashboard's value."""
    if bool(old) != bool(new):  # the dashboard's own filters are unknown
        yield OptionChange("Filters", _all_words(old), _all_words(new))
        return
    old, new = (each if isinstance(each, dict) else {} for each in (old, new))
    for name in dict.fromkeys([*old, *new]):
        before, after = old.get(name), new.get(name)
        if canonical(before) != canonical(after):
            yield OptionChange("Filter", _filter_words(name, before), _filter_words(name, after))


def _all_words(filters: Any) -> str:
    if not isinstance(filters, dict):
        return ""
    return " · ".join(_filter_words(name, filter_) for name, filter_ in filters.items())


def _filter_words(name: str, filter_: Any) -> str:
    if filter_ is None:
        return ""
    return " · ".join(words_of(each, edit_of(each)) for each in read_filters({name: filter_}, [name]))


def _words(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _in_order(names: Iterable[str]) -> list[str]:
    order = ["format", *(spec.wire_name for spec in OPTIONS)]
    return sorted(names, key=lambda name: (order.index(name) if name in order else len(order), name))


def _content_key(job: Job) -> Hashable:
    """Return what exports of the same content have in common, regardless of filters."""
    request = job.order.request
    return (request.dashboard_id, request.format, request.values.get(_TILE))
