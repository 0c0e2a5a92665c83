"""`--log-file` and `--verbose`: log a command's requests, for support. Open the services with them."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from omni_tui.commands.shared.argparse_ext import add_connection_flags
from omni_tui.commands.shared.console import Console, write_text
from omni_tui.errors import OmniTuiError
from omni_tui.launch_options import Arguments

if TYPE_CHECKING:
    from omni_tui.api.rate_limit.limiter import RateLimiter
    from omni_tui.api.request_log.log import Exchange
    from omni_tui.services import Services

_FILE_HELP = "Append a line to FILE for each request: time, status, duration. No secrets."
# Pauses that end sooner aren't mentioned: they pass for a slow response.
MIN_MENTIONED_SECONDS = 5.0
_VERBOSE_HELP = "Also write these lines to standard error, instead of a progress bar."


def add_log_flags(parser: argparse.ArgumentParser, *, has_verbose: bool = True) -> None:
    """Add the flags. The screens have only `--log-file`, as standard error is the terminal."""
    group = parser.add_argument_group("support options")
    group.add_argument("--log-file", type=_log_file, metavar="FILE", help=_FILE_HELP)
    if has_verbose:
        group.add_argument("--verbose", action="store_true", help=_VERBOSE_HELP)


def add_server_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags of all commands that contact the server."""
    add_connection_flags(parser)
    add_log_flags(parser)


def connection_of(arguments: argparse.Namespace, **more: Any) -> Arguments:
    """Return the arguments from the connection and log flags; `more` are other fields."""
    return Arguments(
        demo=arguments.demo,
        profile=arguments.profile,
        base_url=arguments.base_url,
        log_file=arguments.log_file or "",
        is_verbose=arguments.verbose,
        **more,
    )


@asynccontextmanager
async def open_services_logged(
    connection: Arguments,
    console: Console,
    *,
    needs_list: str = "",
    tell: Callable[[str], None] | None = None,
) -> AsyncIterator[Services]:
    """A context with open services, which prints the notices, and each request if requested.

    `tell` prints what the server asks to wait for; by default to the console. `needs_list` is what the user
    should know if the download list can't be used; empty if it isn't needed.
    Raises like `open_services`, and OmniTuiError without the list.
    """
    from omni_tui.services import open_services

    services = await open_services(connection)
    try:
        if needs_list and services.engine.store_error:
            raise OmniTuiError(services.engine.store_error, needs_list)
        for notice in () if connection.demo else services.notices:
            console.info(notice)
        if connection.is_verbose:
            services.exchanges.subscribe(_show)
        tell_pauses(services.limiter, tell or console.info)
        yield services
    finally:
        await services.aclose()
        if services.recorder is not None and services.recorder.failure:
            console.warning(services.recorder.failure)


def tell_pauses(
    limiter: RateLimiter, tell: Callable[[str], None], now: Callable[[], float] = time.time
) -> None:
    """Tell once about each long pause that the server asks for. `now` returns seconds since 1970."""
    told_until = 0.0  # seconds since 1970

    def look() -> None:
        nonlocal told_until
        until = limiter.paused_until
        if until is not None and until >= max(told_until, now()) + MIN_MENTIONED_SECONDS:
            told_until = until
            tell(f"Omni asks to wait. The next request is sent at {datetime.fromtimestamp(until):%H:%M:%S}.")

    limiter.subscribe(look)


def _show(exchange: Exchange) -> None:
    from omni_tui.support.request_lines import request_line

    if exchange.is_complete:
        write_text(sys.stderr, request_line(exchange) + "\n")


def _log_file(path: str) -> str:
    """Check that the file can be written, before anything starts."""
    from omni_tui.support.request_recorder import open_log_file

    try:
        open_log_file(path).close()
    except OSError as error:
        raise argparse.ArgumentTypeError(f"{path} can't be written: {error.strerror}") from None
    return path
