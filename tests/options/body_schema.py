"""The body of an initiated download, written down by hand after the vendor's page; and the vendor's own spec.

Where the two differ (the row limit's upper bound and its kind, what `filterConfig` is), the page is stricter.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

SPEC_PATH = Path(__file__).parents[2] / "../shared/api/omni-openapi.json"

_SWITCH = {"type": "boolean"}

PAGE_BODY: dict[str, Any] = {
    "type": "object",
    "required": ["format"],
    "additionalProperties": False,
    "properties": {
        "format": {"enum": ["pdf", "png", "csv", "xlsx", "json"]},
        "filename": {"type": "string", "minLength": 1, "maxLength": 255},
        "queryIdentifierMapKey": {"type": "string"},
        "filterConfig": {"type": "object"},
        "paperFormat": {"enum": ["fit_page", "letter", "legal", "tabloid", "a3", "a4"]},
        "paperOrientation": {"enum": ["portrait", "landscape"]},
        "hideTitle": _SWITCH,
        "showFilters": _SWITCH,
        "expandTablesToShowAllRows": _SWITCH,
        "singleColumnLayout": _SWITCH,
        "enableFormatting": _SWITCH,
        "hideHiddenFields": _SWITCH,
        "overrideRowLimit": _SWITCH,
        "maxRowLimit": {"type": "integer", "minimum": 1, "maximum": 1_000_000},
    },
}


def body_schemas() -> list[dict[str, Any]]:
    """Our copy of the page's schema, and the vendor's spec where it lies beside the repository."""
    if not SPEC_PATH.is_file():
        return [PAGE_BODY]
    spec = json.loads(SPEC_PATH.read_text(encoding="utf-8"))
    return [PAGE_BODY, spec["components"]["schemas"]["DashboardsDownloadBody"]]
