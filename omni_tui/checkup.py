"""Whether an address and a token work together, whose they are, and which of the two is to blame if not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from omni_tui.api.addresses import AddressError, Environment, api_root, environment_of, instance_label
from omni_tui.api.client import OmniClient
from omni_tui.api.errors import Forbidden, NotFound, NotOmni, NotReached, TooManyRequests, Unauthorized
from omni_tui.api.exchanges import ExchangeLog
from omni_tui.api.models import Identity, KeyKind
from omni_tui.api.shared_budget import shared_budget
from omni_tui.clock import SystemClock
from omni_tui.errors import OmniTuiError
from omni_tui.settings.errors import MissingCredentials
from omni_tui.settings.locations import state_folder


@dataclass(frozen=True, slots=True)
class Checked:
    """An address (as `api_root` gives it) at which a token is accepted."""

    root: str
    identity: Identity
    environment: Environment

    @property
    def whose(self) -> str:
        """The organization by its name; by its address where the server does not tell."""
        return self.identity.organization or instance_label(self.root)


class Blame(Enum):
    """What has to be looked at."""

    ADDRESS = "address"
    TOKEN = "token"
    NEITHER = ""


async def check(
    address: str, token: str, *, timeout_seconds: float = 30.0, key_kind: KeyKind = KeyKind.UNKNOWN
) -> Checked:
    """Ask the Omni at an address, in any form that people type, whose token this is.

    Sends one request, or two to a server that does not know the first. Raises AddressError or ApiError.
    """
    root = api_root(address)
    clock = SystemClock()
    client = OmniClient(
        root,
        token,
        budget=shared_budget(state_folder(), root, token, clock),
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
        case Unauthorized():
            return "Paste it again, or make a new one in Omni's settings."
        case Forbidden():
            return "It may be the wrong key, or one without rights. Paste another one."
        case NotOmni():
            return "A proxy or a login page may stand in between; or it is another address."
        case NotFound():
            return "Type it as it stands in the browser when you look at a dashboard."
    return error.hint
