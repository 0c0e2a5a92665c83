"""Identify the caller from the token, and the user from `userId`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from starlette.requests import Request

from omni_tui.demo import PERSONAL_TOKEN, TOKEN
from omni_tui.demo.sample_data.demo_users import organization_users

# The owner of an organization key's jobs without a `userId`.
_ORGANIZATION = "organization"


@dataclass(frozen=True, slots=True)
class Caller:
    """The key of a request."""

    is_organization_key: bool

    def runs_as(self, user_id: str | None) -> str:
        """Return the owner of a job: the user, or the key's own user."""
        if user_id is not None:
            return user_id
        return _ORGANIZATION if self.is_organization_key else organization_users()[0].identifier


_CALLERS = {
    TOKEN: Caller(is_organization_key=True),
    PERSONAL_TOKEN: Caller(is_organization_key=False),
}


def is_well_formed(authorization: str) -> bool:
    """Return whether an `Authorization` header has the form `Bearer TOKEN`."""
    return re.fullmatch(r"bearer +\S+ *", authorization, re.IGNORECASE) is not None


def caller_from(authorization: str) -> Caller | None:
    """Return the caller of an `Authorization` header; None if the token is unknown."""
    return _CALLERS.get(authorization.split()[1]) if is_well_formed(authorization) else None


def caller_of(request: Request) -> Caller:
    """Return the caller that the middleware found."""
    caller: Caller = request.scope["omni_caller"]
    return caller
