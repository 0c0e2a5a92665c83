"""Users, as listed by SCIM, and the owner of the token."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from omni_tui.demo.access.callers import caller_of
from omni_tui.demo.replies import bad_request
from omni_tui.demo.routes.common import demo_of
from omni_tui.demo.sample_data.demo_users import DemoUser, demo_embed_users, organization_users, stable_id

DEFAULT_COUNT = 100
_LIST_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
_USER_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User"
_CONDITION = r'(userName|displayName)\s+(eq|co|sw)\s+"((?:[^"\\]|\\.)*)"'
_FILTER = re.compile(rf"\s*{_CONDITION}(?:\s*\bor\b\s*{_CONDITION})*\s*", re.IGNORECASE)
# All that is documented; a strict server accepts nothing else.
_DOCUMENTED_FILTER = re.compile(r'\s*userName\s+eq\s+"[^"]*"\s*', re.IGNORECASE)
_Test = Callable[[DemoUser], bool]


async def users(request: Request) -> Response:
    """`GET /api/scim/v2/Users`: the organization's users."""
    return _listed(request, organization_users())


async def embed_users(request: Request) -> Response:
    """`GET /api/scim/v2/embed/Users`: the users who see dashboards in another product."""
    return _listed(request, demo_embed_users())


async def whoami(request: Request) -> Response:
    """`GET /api/v1/whoami`: the kind of key and its user's ID [V], without a name."""
    if not demo_of(request).behavior.has_whoami:
        raise HTTPException(404, "Not Found")
    # an organization key acts as the user who created it
    is_organization_key = caller_of(request).is_organization_key
    owner = organization_users()[1] if is_organization_key else organization_users()[0]
    answer = {
        "keyScope": "organization" if is_organization_key else "user",
        "orgRole": "ORG_ADMIN" if is_organization_key else "MEMBER",
        "user": {"id": stable_id(f"user {owner.name}"), "membershipId": owner.identifier},
        "rolesByModel": {stable_id("model"): "QUERIER"},
    }
    return JSONResponse(answer)


def _listed(request: Request, users: Sequence[DemoUser]) -> Response:
    if not caller_of(request).is_organization_key:
        raise HTTPException(403, "Forbidden: an organization API key is needed")
    query = request.query_params
    start, count = _number(query, "startIndex", 1), _number(query, "count", DEFAULT_COUNT)
    is_wanted = _filter_test(query.get("filter", ""), strict=demo_of(request).settings.strict)
    found = [user for user in users if is_wanted(user)]
    first = max(start, 1)
    page = found[first - 1 : first - 1 + max(count, 0)]
    answer = {
        "schemas": [_LIST_SCHEMA],
        "totalResults": len(found),
        "startIndex": first,
        "itemsPerPage": len(page),
        "Resources": [_resource(user) for user in page],
    }
    return JSONResponse(answer)


def _resource(user: DemoUser) -> dict[str, Any]:
    return {
        "schemas": [_USER_SCHEMA],
        "id": user.identifier,
        "userName": user.user_name,
        "displayName": user.name,
        "active": user.is_active,
    }


def _filter_test(expression: str, *, strict: bool) -> _Test:
    """Return the test of a SCIM filter, with conditions joined by `or`; an empty one matches all users.

    Raises HTTPException for an expression that can't be parsed or, if `strict`, is undocumented.
    """
    if not expression:
        return lambda user: True
    if not (_DOCUMENTED_FILTER if strict else _FILTER).fullmatch(expression):
        raise bad_request("filter", "Invalid SCIM filter expression")
    tests = [_condition_test(*found.groups()) for found in re.finditer(_CONDITION, expression, re.IGNORECASE)]
    return lambda user: any(test(user) for test in tests)


def _condition_test(field: str, how: str, quoted: str) -> _Test:
    text = re.sub(r"\\(.)", r"\1", quoted).casefold()

    def test(user: DemoUser) -> bool:
        value = (user.name if field.lower() == "displayname" else user.user_name).casefold()
        return {"eq": value == text, "co": text in value, "sw": value.startswith(text)}[how.lower()]

    return test


def _number(query: QueryParams, name: str, default: int) -> int:
    text = query.get(name, str(default))
    if not re.fullmatch(r"-?\d{1,9}", text):
        raise bad_request(name, "Expected number")
    return int(text)
