"""`omni-tui config`: show the settings and their sources, the path of the file, and check the connection."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from omni_tui.api.request_log.redaction import redact_text, redact_url
from omni_tui.commands.shared.argparse_ext import Parser
from omni_tui.commands.shared.console import Console
from omni_tui.commands.shared.exit_codes import Status, status_of
from omni_tui.commands.shared.log_flags import add_server_flags, connection_of, open_services_logged
from omni_tui.commands.shared.signals import Interrupts
from omni_tui.commands.shared.stdout_lines import print_lines
from omni_tui.commands.shared.text_columns import columns
from omni_tui.errors import OmniTuiError
from omni_tui.formatting import format_latency, json_line, plain_line
from omni_tui.settings.locations import config_folder

if TYPE_CHECKING:
    from omni_tui.connection_check import CheckedConnection
    from omni_tui.settings.models import Settings
    from omni_tui.settings.origins import Origin

PROGRAM = "omni-tui config"
HIDDEN, NOT_SET = "••••", "-"
ACTIONS = {
    "show": "show the settings and where each value comes from; secrets are hidden",
    "path": "print the path of the settings file",
    "check": "check the address and the API key, and show the key's kind; one request (two to an older Omni)",
}
# Variables that configure the network, which this and other programs read beside their own settings.
_NETWORK_VARIABLES = (
    "HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY",
    "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE",
)  # fmt: skip
_DESCRIPTION = "Show and check the settings."
_EPILOG = """\
actions:
{actions}
with --json:
  show    {{"config_file", "settings": [{{"name", "value", "from"}}], "network": {{}}, "notices": []}}
  path    {{"config_file", "exists"}}
  check   {{"ok", "address", "key_kind", "role", "membership_id", "environment", "seconds",
           "error", "hint"}}; null if something isn't known. key_kind is organization,
           personal or unknown

exit codes:
  0 it works   1 the server can't be reached, or fails   2 the settings are invalid
  3 no API key, or a rejected one
"""


def run_config(typed: Sequence[str]) -> int:
    """Run the action and return the exit code. Raises OmniTuiError."""
    with Interrupts() as interrupts:
        arguments = build_parser().parse_args(typed)
        if arguments.action == "path":
            return _path(arguments)
        if arguments.action == "show":
            return _show(arguments)
        return _check(arguments, interrupts)


def build_parser() -> argparse.ArgumentParser:
    """Return the parser."""
    actions = "".join(f"  {name:<8}{what}\n" for name, what in ACTIONS.items())
    parser = Parser(PROGRAM, description=_DESCRIPTION, epilog=_EPILOG.format(actions=actions))
    parser.add_argument("action", choices=list(ACTIONS), metavar="ACTION", help=", ".join(ACTIONS) + ".")
    parser.add_argument("--json", action="store_true", help="Write one JSON object; see below.")
    add_server_flags(parser)
    return parser


# path


def _path(arguments: argparse.Namespace) -> int:
    path = config_folder() / "config.toml"
    line = json_line({"config_file": str(path), "exists": path.exists()}) if arguments.json else str(path)
    return print_lines([line])


# show


def _show(arguments: argparse.Namespace) -> int:
    from omni_tui.settings.origins import origins

    settings, found = origins(profile=arguments.profile, base_url=arguments.base_url)
    console = Console(PROGRAM)
    if arguments.json:
        return print_lines([json_line(_shown_object(settings, found))])
    for notice in settings.notices:
        console.info(notice)
    rows = [(each.name, _value_words(each), each.source) for each in found]
    rows += [(name, value, f"environment {name}") for name, value in _network().items()]
    return print_lines(columns(("SETTING", "VALUE", "FROM"), rows))


def _shown_object(settings: Settings, found: Sequence[Origin]) -> dict[str, Any]:
    path = config_folder() / "config.toml"
    listed = [{"name": each.name, "value": _value(each), "from": each.source} for each in found]
    return {
        "config_file": str(path),
        "settings": listed,
        "network": _network(),
        "notices": list(settings.notices),
    }


def _value(origin: Origin) -> Any:
    """Return the value as JSON, without secrets."""
    if origin.is_secret:
        return HIDDEN
    value = origin.value
    if origin.name == "base_url" and value:
        return redact_url(value) if "@" in value else value
    if value is None or isinstance(value, bool | int | float | dict):
        return value
    return redact_text(str(value))


def _value_words(origin: Origin) -> str:
    value = _value(origin)
    if value is None or value in ("", {}):
        return NOT_SET
    if isinstance(value, bool):
        return "yes" if value else "no"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else f"{value}"


def _network() -> dict[str, str]:
    """Return the network variables that are set, without passwords of proxies."""
    spelled = ((name, os.environ.get(name) or os.environ.get(name.lower())) for name in _NETWORK_VARIABLES)
    return {name: redact_text(value) for name, value in spelled if value}


# check


# The object of --json; null is for what isn't known.
_NOT_CHECKED: Mapping[str, Any] = {"ok": False} | dict.fromkeys(
    ("address", "key_kind", "role", "membership_id", "environment", "seconds", "error", "hint")
)


def _check(arguments: argparse.Namespace, interrupts: Interrupts) -> int:
    console = Console(PROGRAM)
    try:
        checked, request_count, seconds = interrupts.run(_ask(arguments, console))
    except OmniTuiError as error:
        if not arguments.json:
            console.error(f"{error}{_where_from(error, arguments)}")
        else:
            told = {"error": plain_line(error.message), "hint": plain_line(error.hint) or None}
            print_lines([json_line({**_NOT_CHECKED, **told})])
        return _status_of(error)
    if arguments.json:
        return print_lines([json_line(_checked_object(checked, seconds))])
    return print_lines(_words(checked, request_count, seconds))


def _status_of(error: OmniTuiError) -> Status:
    """Return the exit code. Here a 403 counts as a rejected key: it lacks the most basic permission."""
    from omni_tui.api.errors.types import Forbidden

    return Status.CREDENTIALS if isinstance(error, Forbidden) else status_of(error)


def _where_from(error: OmniTuiError, arguments: argparse.Namespace) -> str:
    """Return where a rejected key comes from, as it may not be the one that the user expects."""
    from omni_tui.api.errors.types import Forbidden, Unauthorized
    from omni_tui.settings.origins import DEFAULT, origins
    from omni_tui.settings.profiles import TOKEN_KEYS

    if arguments.demo or not isinstance(error, Unauthorized | Forbidden):
        return ""
    _, found = origins(profile=arguments.profile, base_url=arguments.base_url)
    sources = [each.source for each in found if each.name in TOKEN_KEYS and each.source != DEFAULT]
    return f" The API key is from: {sources[0]}." if sources else ""


async def _ask(arguments: argparse.Namespace, console: Console) -> tuple[CheckedConnection, int, float]:
    """Check the connection of the settings. Raises OmniTuiError.

    Also returns how many requests were sent, and how many seconds the last one took.
    """
    from omni_tui.connection_check import CheckedConnection

    async with open_services_logged(connection_of(arguments, keeps_jobs=False), console) as services:
        checked = CheckedConnection(
            services.client.root, await services.client.get_identity(), services.environment
        )
        exchanges = services.exchanges.exchanges()
        return checked, len(exchanges), exchanges[-1].duration_seconds or 0.0


def _words(checked: CheckedConnection, request_count: int, seconds: float) -> list[str]:
    from omni_tui.api.models import KeyKind

    requests = "1 request" if request_count == 1 else f"{request_count} requests"
    kind = checked.identity.kind
    unknown = ", kind not reported by this server" if kind is KeyKind.UNKNOWN else ""
    rows = [
        ("address", f"{checked.root} responds in {format_latency(seconds)} ({requests})"),
        ("key", f"accepted: {kind.value}{unknown}"),
        ("role", checked.identity.role or "not reported by this server"),
        ("environment", checked.environment.value),
    ]
    return columns(("CHECKED", ""), rows)


def _checked_object(checked: CheckedConnection, seconds: float) -> dict[str, Any]:
    return {
        **_NOT_CHECKED,
        "ok": True,
        "address": checked.root,
        "key_kind": checked.identity.kind.name.lower(),
        "role": checked.identity.role or None,
        "membership_id": checked.identity.membership_id or None,
        "environment": checked.environment.value,
        "seconds": round(seconds, 3),
    }
