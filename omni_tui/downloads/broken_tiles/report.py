"""The results of a search for broken tiles: the tiles' results, the verdict, orders for the good tiles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from omni_tui.downloads.job.models import FailureKind, Job, JobState, Order
from omni_tui.formatting import sentences
from omni_tui.options.file_names.sanitize import safe_file_name
from omni_tui.options.rules import applicable, file_extension, is_whole_dashboard
from omni_tui.options.spec import ExportRequest, Format, Kind, OptionValue


class TileState(StrEnum):
    """The state of a tile; the value is used in JSON."""

    WAITING = "waiting"
    CHECKING = "checking"
    GOOD = "good"
    BROKEN = "broken"
    UNKNOWN = "unknown"  # it couldn't be exported alone, or not in time

    @property
    def is_final(self) -> bool:
        """Whether the tile has been checked."""
        return self not in (TileState.WAITING, TileState.CHECKING)


@dataclass(frozen=True, slots=True)
class TileResult:
    """One tile, and why it is broken or unknown, in the server's words or ours."""

    key: str
    name: str
    state: TileState = TileState.WAITING
    reason: str = ""


class Verdict(StrEnum):
    """What the results mean; the value is used in JSON."""

    UNFINISHED = "unfinished"
    BROKEN_TILES = "broken_tiles"
    RENDER_SERVICE_DOWN = "render_service_down"  # no tile could be rendered
    UNCLEAR = "unclear"  # the only tile is broken, or the render service is
    NO_BROKEN_TILE = "no_broken_tile"


@dataclass(frozen=True, slots=True)
class TileReport:
    """The results so far, in the dashboard's order. `format` is the format that tiles are exported in."""

    format: Format
    tiles: tuple[TileResult, ...]

    @property
    def broken(self) -> tuple[TileResult, ...]:
        """The tiles that fail."""
        return self._in(TileState.BROKEN)

    @property
    def good(self) -> tuple[TileResult, ...]:
        """The tiles that can be exported."""
        return self._in(TileState.GOOD)

    @property
    def checked_count(self) -> int:
        """How many tiles have been checked."""
        return sum(tile.state.is_final for tile in self.tiles)

    @property
    def verdict(self) -> Verdict:
        """What the results mean."""
        if self.checked_count < len(self.tiles):
            return Verdict.UNFINISHED
        if not self.broken:
            return Verdict.NO_BROKEN_TILE
        if self.good:
            return Verdict.BROKEN_TILES
        return Verdict.RENDER_SERVICE_DOWN if len(self.tiles) > 1 else Verdict.UNCLEAR

    def with_result(self, index: int, state: TileState, reason: str = "") -> TileReport:
        """Return the report with another result for one tile."""
        changed = replace(self.tiles[index], state=state, reason=reason)
        return replace(self, tiles=(*self.tiles[:index], changed, *self.tiles[index + 1 :]))

    def _in(self, state: TileState) -> tuple[TileResult, ...]:
        return tuple(tile for tile in self.tiles if tile.state is state)


def verdict_words(report: TileReport) -> str:
    """Return the verdict in one or two sentences."""
    names = _listed(tile.name for tile in report.broken)
    match report.verdict:
        case Verdict.UNFINISHED:
            return f"Checked {report.checked_count} of {len(report.tiles)} tiles."
        case Verdict.BROKEN_TILES:
            return (
                f"{names} can't be rendered. Fix or remove it in Omni."
                if len(report.broken) == 1
                else f"{len(report.broken)} tiles can't be rendered: {names}. Fix or remove them in Omni."
            )
        case Verdict.RENDER_SERVICE_DOWN:
            return "No tile could be rendered. Omni's render service is probably down; try again later."
        case Verdict.UNCLEAR:
            return sentences(
                f"The only tile, {names}, can't be rendered.",
                "Export another dashboard to see whether Omni's render service is down.",
            )
    return "Every tile can be rendered alone. Export the dashboard again, or in another format."


def can_be_searched(job: Job) -> bool:
    """Return whether a search makes sense: the server couldn't render the export of a whole dashboard."""
    return (
        job.state is JobState.FAILED
        and job.failure is not None
        and job.failure.kind is FailureKind.RENDER_FAILED
        and is_whole_dashboard(job.order.request)
    )


def search_format(fmt: Format) -> Format:
    """Return the smallest format that the server makes in the same way: drawing pages, or querying data."""
    return Format.PNG if fmt in (Format.PDF, Format.PNG) else Format.CSV


def tile_request(request: ExportRequest, key: str, fmt: Format) -> ExportRequest:
    """Return the request for one tile, with the filters and the user of the dashboard's request."""
    kept = {Kind.FILTERS, Kind.USER}
    values = {
        spec.wire_name: request.values[spec.wire_name]
        for spec in applicable(fmt)
        if spec.kind in kept and spec.wire_name in request.values
    }
    return ExportRequest(request.dashboard_id, fmt, {**values, _wire_name(Kind.TILE, fmt): key})


def good_tile_orders(order: Order, report: TileReport) -> list[Order]:
    """Return an order for each good tile: as the dashboard's, with the tile's name in the file's name."""
    request = order.request
    tile_name, file_name = _wire_name(Kind.TILE, request.format), _wire_name(Kind.TEXT, request.format)
    values: dict[str, OptionValue] = {
        name: value for name, value in request.values.items() if name != file_name
    }
    orders = []
    for tile in report.good:
        wanted = replace(request, values={**values, tile_name: tile.key})
        name = f"{order.title} - {tile.name}"
        extension = file_extension(wanted)
        orders.append(replace(order, request=wanted, file_name=safe_file_name(name, extension)))
    return orders


def _wire_name(kind: Kind, fmt: Format) -> str:
    return next(spec.wire_name for spec in applicable(fmt) if spec.kind is kind)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)
