"""The schemas of responses, in our own words, after the page and the older spec."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]


def _object(required: Schema, optional: Schema | None = None) -> Schema:
    return {"type": "object", "required": list(required), "properties": {**required, **(optional or {})}}


def _list_of(items: Schema) -> Schema:
    return {"type": "array", "items": items}


TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
NUMBER: Schema = {"type": "number"}
UUID: Schema = {
    "type": "string",
    "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
}
MOMENT: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"}
SCOPE: Schema = {"enum": ["restricted", "organization"]}

ERROR = _object({"error": {"type": "string", "pattern": "^[45]\\d\\d$"}, "message": TEXT})
STARTED = _object({"job_id": UUID, "message": TEXT})
CONFLICT = _object({"detail": TEXT, "existing_job_id": UUID, "status": TEXT})
STATUS = _object(
    {
        "job_id": UUID,
        "status": {"enum": ["in_progress", "complete", "error"]},
        "format": {"enum": ["pdf", "png", "csv", "xlsx", "json"]},
        "created_at": MOMENT,
    },
    {"error": TEXT},
)

FOLDER = {
    "anyOf": [{"type": "null"}, _object({"id": UUID, "name": TEXT, "path": TEXT, "scope": SCOPE})],
}
# An object today [D]; the spec has a string [S], as older servers do.
LABEL = _object({"name": TEXT, "verified": FLAG})
DOCUMENT = _object(
    {
        "connectionId": TEXT,
        "deleted": FLAG,
        "folder": FOLDER,
        "hasDashboard": FLAG,
        "identifier": TEXT,
        "name": TEXT,
        "owner": _object({"id": UUID, "name": TEXT}),
        "scope": SCOPE,
        "type": {"const": "document"},
        "updatedAt": MOMENT,
        "url": TEXT,
    },
    {"_count": _object({"favorites": NUMBER, "views": NUMBER}), "labels": _list_of(LABEL)},
)
DOCUMENTS = _object(
    {
        "records": _list_of(DOCUMENT),
        "pageInfo": _object(
            {
                "hasNextPage": FLAG,
                "nextCursor": {"type": ["string", "null"]},
                "pageSize": NUMBER,
                "totalRecords": NUMBER,
            }
        ),
    }
)

QUERIES = _object(
    {
        "queries": _list_of(
            _object(
                {"id": TEXT, "name": TEXT, "queryIdentifierMapKey": TEXT, "url": TEXT},
                {"query": {"type": "object"}},
            )
        )
    }
)
FILTERS = _object(
    {
        "identifier": TEXT,
        "filterOrder": _list_of(TEXT),
        "filters": {"type": "object", "additionalProperties": _object({"type": TEXT, "label": TEXT})},
    },
    {"controls": {"type": ["array", "object"]}},
)

# In no spec: [V].
WHO_AM_I = _object(
    {
        "keyScope": {"enum": ["user", "organization"]},
        "orgRole": {"enum": ["MEMBER", "ORG_ADMIN"]},
        "user": {**_object({"id": UUID, "membershipId": UUID}), "additionalProperties": False},
        "rolesByModel": {"type": "object"},
    },
    {"rolesByModelTruncated": {"const": True}},
) | {"additionalProperties": False}

USER = _object(
    {
        "active": FLAG,
        "displayName": TEXT,
        "id": UUID,
        "schemas": _list_of(TEXT),
        "userName": {"type": "string", "pattern": "^[^@ ]+@[^@ ]+$"},
    }
)
USERS = _object(
    {
        "Resources": _list_of(USER),
        "itemsPerPage": NUMBER,
        "schemas": _list_of(TEXT),
        "startIndex": NUMBER,
        "totalResults": NUMBER,
    }
)
