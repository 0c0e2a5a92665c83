"""Check whether an address and a key work together, and tell which of the two is wrong if they don't."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from omni_tui.api.client import OmniClient
from omni_tui.api.errors.authentication import REJECTED_KEY
from omni_tui.api.errors.types import Forbidden, NotFound, NotOmni, NotReached, TooManyRequests, Unauthorized
from omni_tui.api.models import Identity, KeyKind
from omni_tui.api.rate_limit.shared_file import shared_limiter
from omni_tui.api.request_log.log import ExchangeLog
from omni_tui.api.urls import AddressError, Environment, api_root, environment_of, instance_label
from omni_tui.clock import SystemClock
from omni_tui.errors import OmniTuiError
from omni_tui.settings.errors import MissingCredentials
from omni_tui.settings.locations import state_folder


@dataclass(frozen=True, slots=True)
class Checked:
    """An address (as `api_root` gives it) that accepts a key."""

    root: str
    identity: Identity
    environment: Environment

    @property
    def place(self) -> str:
        """The short name of the Omni, from its address: no server names the organization."""
        return instance_label(self.root)


class Blame(Enum):
    """What has to be looked at."""

    ADDRESS = "address"
    TOKEN = "token"
    NEITHER = ""


async def check(
    address: str, token: str, *, timeout_seconds: float = 30.0, key_kind: KeyKind = KeyKind.UNKNOWN
) -> Checked:
    """Check whether the Omni at an address, in any form that people type, accepts a key; and which kind.

    Sends one request, or a second one to an older server. Raises AddressError or ApiError.
    """
    root = api_root(address)
    clock = SystemClock()
    client = OmniClient(
        root,
        token,
        limiter=shared_limiter(state_folder(), root, token, clock),
        exchanges=ExchangeLog(),
        clock=clock,
        timeout_seconds=timeout_seconds,
        key_kind=key_kind,
    )
    try:
        return Checked(root, await client.who_am_i(), environment_of(root))
    finally:
        await client.aclose()


def blame(error: OmniTuiError) -> Blame:
    """What an error of `check` is about."""
    match error:
        case Unauthorized() | Forbidden() | TooManyRequests():
            return Blame.TOKEN
        case AddressError() | NotReached() | NotOmni() | NotFound():
            return Blame.ADDRESS
        case MissingCredentials():
            return Blame.TOKEN if error.lacks_token else Blame.ADDRESS
    return Blame.NEITHER


def way_out(error: OmniTuiError) -> str:
    """What to do, for one who can correct both on the spot; the error's own hint where that says it."""
    match error:
        case Unauthorized(message=REJECTED_KEY.message):
            return "Paste it again, or create a new one in Omni's settings."
        case Forbidden():
            return "It may be the wrong key, or one without rights. Paste another one."
        case NotOmni():
            return "A proxy or a login page may stand in between; or it is another address."
        case NotFound():
            return "Type it as it stands in the browser when you look at a dashboard."
    return error.hint
