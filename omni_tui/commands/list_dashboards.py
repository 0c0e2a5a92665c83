"""`omni-tui list`: find dashboards by name, folder, label or owner, like the first screen."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING

from omni_tui.commands.shared.argparse_ext import Parser, whole_number
from omni_tui.commands.shared.console import Console
from omni_tui.commands.shared.log_flags import add_server_flags, connection_of, open_services_logged
from omni_tui.commands.shared.signals import Interrupts
from omni_tui.commands.shared.stdout_lines import print_lines
from omni_tui.commands.shared.text_columns import columns
from omni_tui.errors import OmniTuiError
from omni_tui.formatting import format_ago, json_line

if TYPE_CHECKING:
    from omni_tui.api.documents import Document
    from omni_tui.services import Services

PROGRAM = "omni-tui list"
# From this number of dashboards on, explain the wait: a key has 60 requests per minute.
MANY = 1_000

_DESCRIPTION = "List dashboards, the best match first; without WORDS, the most recently updated first."
_EPILOG = """\
Every word must occur in the name, the folder, the owner, a label or the ID. Upper and lower
case and accents don't matter. If nothing matches, the closest spelling is used.

omni-tui asks the server for changes to its cached list. If it can't reach the server, it prints
the cached list, with a warning.

with --json, one object per line:
  id, name, folder, owner, labels, updated (RFC 3339), url, favorite

examples:
  omni-tui list web traffic
  omni-tui list --folder marketing --owner Maria
  omni-tui list --favorites --json

exit codes: as for omni-tui download; also 0 if no dashboard matches
"""


def run_list(typed: Sequence[str]) -> int:
    """Print the dashboards and return the exit code. Raises OmniTuiError."""
    with Interrupts() as interrupts:
        arguments = build_parser().parse_words(typed)
        console = Console(PROGRAM)
        found, favorites = interrupts.run(_find(arguments, console))
        if not found:
            console.info("No dashboards match.")
        lines = [_json_line(each, favorites) for each in found] if arguments.json else _lines(found)
        return print_lines(lines)


def build_parser() -> Parser:
    """Return the parser."""
    parser = Parser(PROGRAM, description=_DESCRIPTION, epilog=_EPILOG)
    parser.add_argument("words", nargs="*", metavar="WORDS", help="The words to search for.")
    parser.add_argument("--folder", metavar="FOLDER", help="Only this folder and its subfolders.")
    parser.add_argument("--label", metavar="LABEL", help="Only dashboards with this label.")
    parser.add_argument("--owner", metavar="NAME", help="Only this owner's dashboards.")
    parser.add_argument("--favorites", action="store_true", help="Only favorites.")
    parser.add_argument("--limit", type=_positive, metavar="N", help="Print at most N dashboards.")
    parser.add_argument("--json", action="store_true", help="Write one JSON object per dashboard; see below.")
    parser.add_argument("--refresh", action="store_true", help="Reload the whole list from the server.")
    add_server_flags(parser)
    return parser


def _positive(text: str) -> int:
    number = whole_number(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be 1 or more, not {text!r}")
    return number


async def _find(arguments: argparse.Namespace, console: Console) -> tuple[list[Document], frozenset[str]]:
    """Return the dashboards, and the IDs of the favorites."""
    async with open_services_logged(connection_of(arguments, keeps_jobs=False), console) as services:
        await _refresh(services, console, whole=arguments.refresh)
        return _search(arguments, services, console), services.own.favorites


async def _refresh(services: Services, console: Console, *, whole: bool) -> None:
    """Refresh the list like the first screen. A failure is an error unless the whole list is cached."""
    catalog = services.catalog

    def explain_wait() -> None:
        left = (catalog.total_count or 0) - catalog.loaded_count
        if catalog.is_loading and left > MANY:
            console.info(f"Loading the list of {catalog.total_count:,} dashboards …")

    leave = catalog.subscribe(explain_wait)
    try:
        await catalog.refresh(whole=whole)
    except OmniTuiError as error:
        if services.is_credential_trouble(error) or catalog.as_of is None:
            raise
        read_at, now = (datetime.fromtimestamp(each, UTC) for each in (catalog.as_of, services.clock.time()))
        console.warning(f"{error} This is the cached list (updated {format_ago(read_at, now)}).")
    finally:
        leave()


def _search(arguments: argparse.Namespace, services: Services, console: Console) -> list[Document]:
    from omni_tui.catalog.list_model import VisibleList
    from omni_tui.catalog.sort_filter import FAVORITES, ListFilter, Part, in_all_parts

    own = services.own
    parts = [
        ListFilter(part, name)
        for part, name in (
            (Part.FOLDER, arguments.folder),
            (Part.LABEL, arguments.label),
            (Part.OWNER, arguments.owner),
        )
        if name is not None
    ] + ([FAVORITES] if arguments.favorites else [])
    shown = VisibleList()
    shown.take(in_all_parts(services.catalog.dashboards, parts, own.favorites), own)
    text = " ".join(arguments.words)
    found = shown.search(text)
    if not found and (closest := shown.respelled(text)):
        console.info(f"No dashboards match “{text}”. Showing matches for “{closest}”.")
        found = shown.search(closest)
    return list(islice(found, arguments.limit))


def _lines(found: Sequence[Document]) -> list[str]:
    if not found:
        return []
    now = datetime.now(UTC)
    rows = [
        (each.identifier, each.name, each.folder, each.owner, format_ago(each.updated_at, now))
        for each in found
    ]
    return columns(("ID", "NAME", "FOLDER", "OWNER", "UPDATED"), rows)


def _json_line(document: Document, favorites: frozenset[str]) -> str:
    return json_line(
        {
            "id": document.identifier,
            "name": document.name,
            "folder": document.folder,
            "owner": document.owner,
            "labels": list(document.labels),
            "updated": document.updated_at.isoformat() if document.updated_at else None,
            "url": document.url,
            "favorite": document.identifier in favorites,
        }
    )
