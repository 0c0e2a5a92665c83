"""Users, as listed by SCIM, and the owner of the token."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from omni_tui.demo.access.callers import caller_of
from omni_tui.demo.replies import bad_request, rejection
from omni_tui.demo.routes.server_state import demo_of
from omni_tui.demo.sample_data.demo_users import DemoUser, demo_embed_users, organization_users, stable_id

DEFAULT_COUNT = 100
_LIST_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
_USER_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User"
_FILTER = re.compile(
    r'\s*(?P<field>userName|displayName)\s+(?P<how>eq|co|sw)\s+"(?P<text>(?:[^"\\]|\\.)*)"\s*(?:\bor\b|$)',
    re.IGNORECASE,
)
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
        return rejection(404, "Not Found")
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
        return rejection(403, "Forbidden: an organization API key is needed")
    query = request.query_params
    start, count = _number(query.get("startIndex", "1")), _number(query.get("count", str(DEFAULT_COUNT)))
    if start is None:
        return bad_request("startIndex", "Expected number")
    if count is None:
        return bad_request("count", "Expected number")
    expression = query.get("filter")
    is_rejected = bool(expression) and demo_of(request).settings.strict and not _is_documented(expression)
    wanted = None if is_rejected else _wanted(expression)
    if wanted is None:
        return bad_request("filter", "Invalid SCIM filter expression")
    found = [user for user in users if wanted(user)]
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


def _is_documented(expression: str | None) -> bool:
    return _DOCUMENTED_FILTER.fullmatch(expression or "") is not None


def _wanted(expression: str | None) -> _Test | None:
    """Return the test of a SCIM filter, with conditions joined by `or`; None if it can't be parsed."""
    if not expression:
        return lambda user: True
    tests: list[_Test] = []
    at = 0
    while at < len(expression):
        parts = _FILTER.match(expression, at)
        if parts is None:
            return None
        tests.append(_condition(parts))
        at = parts.end()
    is_open = expression.rstrip().lower().endswith("or")
    return None if is_open else lambda user: any(test(user) for test in tests)


def _condition(parts: re.Match[str]) -> _Test:
    text, how = re.sub(r"\\(.)", r"\1", parts["text"]).casefold(), parts["how"].lower()
    is_name = parts["field"].lower() == "displayname"

    def test(user: DemoUser) -> bool:
        value = (user.name if is_name else user.user_name).casefold()
        return {"eq": value == text, "co": text in value, "sw": value.startswith(text)}[how]

    return test


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"-?\d{1,9}", text) else None
