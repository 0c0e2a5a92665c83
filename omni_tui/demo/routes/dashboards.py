"""A dashboard's tiles, filters and controls."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from omni_tui.demo.routes.common import check_user, demo_of, found_dashboard
from omni_tui.demo.sample_data.data_model import Subject
from omni_tui.demo.sample_data.filters import controls_of, filters_of
from omni_tui.demo.sample_data.models import Dashboard, Special
from omni_tui.demo.sample_data.subjects import SUBJECTS
from omni_tui.demo.sample_data.tiles import Tile, tiles_of


async def queries(request: Request) -> Response:
    """`GET /v1/documents/{id}/queries`: the tiles."""
    dashboard = found_dashboard(request)
    if dashboard is None:
        raise HTTPException(404, "Document not found")
    base = f"{request.base_url}w/{dashboard.identifier}"
    has_keys = demo_of(request).behavior.has_tile_keys and dashboard.special is not Special.OLDER
    records = [_query(tile, dashboard, base, has_key=has_keys) for tile in tiles_of(dashboard)]
    return JSONResponse({"queries": records})


async def filters(request: Request) -> Response:
    """`GET /v1/dashboards/{id}/filters`: filters, their order, and controls."""
    dashboard = found_dashboard(request)
    if dashboard is None or not dashboard.has_dashboard:
        raise HTTPException(404, "Dashboard not found")
    check_user(request)
    found = filters_of(dashboard)
    controls = controls_of(dashboard)
    is_older = dashboard.special is Special.OLDER
    answer = {
        "identifier": dashboard.identifier,
        "filterOrder": list(found),
        "filters": found,
        "controls": {each["id"]: each for each in controls} if is_older else controls,
    }
    return JSONResponse(answer)


def _query(tile: Tile, dashboard: Dashboard, base: str, *, has_key: bool) -> dict[str, Any]:
    subject = SUBJECTS[dashboard.subject]
    record: dict[str, Any] = {
        "id": tile.query_id,
        "name": tile.name,
        "url": f"{base}?key={tile.key}",
        "query": {
            "table": subject.view,
            "fields": _field_names(tile, subject),
            "limit": tile.row_limit,
        },
    }
    if has_key:
        record["queryIdentifierMapKey"] = tile.key
    return record


def _field_names(tile: Tile, subject: Subject) -> list[str]:
    if tile.is_rows:
        return [column.field.name for column in subject.columns]
    return [f"{subject.view}.{name}" for name in (*tile.dimensions, *tile.measures)]
