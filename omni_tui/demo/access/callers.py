"""Who asks: read from the token, and as whom, from `userId`."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass

from starlette.requests import Request

from omni_tui.demo import PERSONAL_TOKEN, TOKEN
from omni_tui.demo.fleet.people import staff

# Whom an organization key's jobs belong to when they run as nobody in particular.
_ORGANIZATION = "organization"


@dataclass(frozen=True, slots=True)
class Caller:
    """The key that a request came with; `name` is what its requests are counted under."""

    name: str
    is_organization_key: bool

    def runs_as(self, user_id: str | None) -> str:
        """Whose job it is: the user's, else the key's own."""
        if user_id is not None:
            return user_id
        return _ORGANIZATION if self.is_organization_key else staff()[0].identifier


_CALLERS = (
    (TOKEN.encode(), Caller("organization", is_organization_key=True)),
    (PERSONAL_TOKEN.encode(), Caller("personal", is_organization_key=False)),
)


def is_well_formed(authorization: str) -> bool:
    """Whether an `Authorization` header has the form `Bearer TOKEN`."""
    return re.fullmatch(r"bearer +\S+ *", authorization, re.IGNORECASE) is not None


def caller_from(authorization: str) -> Caller | None:
    """Who sent that `Authorization` header; None for a token that is not known."""
    if not is_well_formed(authorization):
        return None
    token = authorization.split()[1].encode()
    return next((caller for known, caller in _CALLERS if hmac.compare_digest(known, token)), None)


def caller_of(request: Request) -> Caller:
    """Who sent the request, as the gate found out."""
    caller: Caller = request.scope["omni_caller"]
    return caller
