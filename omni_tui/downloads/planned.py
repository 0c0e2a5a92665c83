"""Show exports as they would be sent and saved, without sending anything: for `--dry-run` and its screen."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from omni_tui.api.client import OmniClient
from omni_tui.api.request_log.curl import as_curl
from omni_tui.downloads.files.manifest import MANIFEST_SUFFIX
from omni_tui.downloads.files.part_file import file_name_for
from omni_tui.downloads.job.context import user_of
from omni_tui.downloads.job.models import Order
from omni_tui.options.file_names.sanitize import numbered
from omni_tui.options.rules import file_extension, payload
from omni_tui.options.spec import JsonValue


@dataclass(frozen=True, slots=True)
class PlannedExport:
    """The request that starts an export, and where its file goes.

    `curl` sends the same request, with `$OMNI_API_TOKEN` in place of the token. `path` is the file's, with a
    number if its name is taken; `manifest` is the path of the JSON file next to it, or None.
    """

    order: Order
    url: str
    body: dict[str, JsonValue]
    curl: str
    path: Path
    manifest: Path | None

    @property
    def body_text(self) -> str:
        """The body as indented JSON."""
        return json.dumps(self.body, indent=2, ensure_ascii=False)

    @property
    def paths(self) -> tuple[Path, ...]:
        """The paths of all files that would be written."""
        return (self.path, *([self.manifest] if self.manifest else []))


def planned(client: OmniClient, orders: Sequence[Order]) -> list[PlannedExport]:
    """Return what each order would send and save. Sends nothing; checks the folders for taken names.

    If several get the same name, their numbers follow the order here; a real run numbers them as they end.
    Blocks; raises OmniTuiError for an ID that can't be in a URL.
    """
    taken: set[Path] = set()
    exports = []
    for order in orders:
        request, body = order.request, payload(order.request)
        sent = client.start_request(request.dashboard_id, body, user_id=user_of(request))
        path = free_path(order.folder / file_name_for(order, file_extension(request)), taken)
        taken.add(path)
        manifest = None
        if order.has_manifest:
            manifest = free_path(path.with_name(f"{path.name}{MANIFEST_SUFFIX}"), taken)
        exports.append(PlannedExport(order, sent.url, body, as_curl(sent), path, manifest))
    return exports


def free_path(path: Path, taken: Iterable[Path] = ()) -> Path:
    """Return the path, with a number if it exists or is in `taken`. Blocks."""
    taken = set(taken)
    paths = (path.with_name(name) for name in numbered(path.name))
    return next((each for each in paths if each not in taken and not os.path.lexists(each)), path)
