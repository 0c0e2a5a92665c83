"""Check whether an address and an API key work together, and find which one is wrong."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import Enum

from omni_tui.api.client import OmniClient
from omni_tui.api.errors.authentication import REJECTED_KEY
from omni_tui.api.errors.types import Forbidden, NotFound, NotOmni, NotReached, TooManyRequests, Unauthorized
from omni_tui.api.models import Identity
from omni_tui.api.rate_limit.shared_file import shared_limiter
from omni_tui.api.request_log.log import ExchangeLog
from omni_tui.api.urls import AddressError, Environment, api_root, environment_of, instance_label
from omni_tui.clock import SystemClock
from omni_tui.errors import OmniTuiError
from omni_tui.settings.errors import MissingCredentials
from omni_tui.settings.locations import state_folder
from omni_tui.support.request_recorder import RequestRecorder


@dataclass(frozen=True, slots=True)
class CheckedConnection:
    """An address, as `api_root` returns it, that accepts an API key."""

    root: str
    identity: Identity
    environment: Environment

    @property
    def instance(self) -> str:
        """Return the instance's short name from its address: no server reports the organization's name."""
        return instance_label(self.root)


class InvalidInput(Enum):
    """The input to correct."""

    ADDRESS = "address"
    TOKEN = "token"
    NEITHER = ""


async def check(
    address: str, token: str, *, timeout_seconds: float = 30.0, log_file: str = ""
) -> CheckedConnection:
    """Check whether the Omni server at an address, in any form that people type, accepts an API key.

    Sends one request, or a second one to an older server; both are recorded, also in `log_file` if given.
    Raises AddressError or ApiError.
    """
    root = api_root(address)
    clock, exchanges = SystemClock(), ExchangeLog()
    client = OmniClient(
        root,
        token,
        limiter=shared_limiter(state_folder(), root, token, clock),
        exchanges=exchanges,
        clock=clock,
        timeout_seconds=timeout_seconds,
    )
    recorder = RequestRecorder(exchanges, log_file)
    try:
        return CheckedConnection(root, await client.get_identity(), environment_of(root))
    finally:
        await client.aclose()
        await asyncio.to_thread(recorder.close)


def invalid_input(error: OmniTuiError) -> InvalidInput:
    """Return the input that an error of `check` is about."""
    match error:
        case Unauthorized() | Forbidden() | TooManyRequests():
            return InvalidInput.TOKEN
        case AddressError() | NotReached() | NotOmni() | NotFound():
            return InvalidInput.ADDRESS
        case MissingCredentials():
            return InvalidInput.TOKEN if error.lacks_token else InvalidInput.ADDRESS
    return InvalidInput.NEITHER


def suggested_fix(error: OmniTuiError) -> str:
    """Return what to do, for a form with both inputs; the error's own hint where it fits."""
    match error:
        case Unauthorized() if error.message == REJECTED_KEY[0]:
            return "Paste it again, or create a new one in Omni's settings."
        case Forbidden():
            return "It may be the wrong key, or one without permissions. Paste another one."
        case NotOmni():
            return "There may be a proxy or a login page in between, or the address is wrong."
        case NotFound():
            return "Copy it from your browser's address bar while you view a dashboard."
    return error.hint
