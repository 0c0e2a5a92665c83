"""The cached list of dashboards from the last similar start, shown before the settings are loaded.

Loading the settings takes too long for an empty screen. Two starts are similar if their arguments,
environment and settings files are the same: they use the same cache.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from omni_tui.launch_options import Arguments
from omni_tui.settings.locations import (
    cache_folder,
    config_folder,
    vendor_config_path,
    write_private_file,
)
from omni_tui.settings.shared_files import read_shared

if TYPE_CHECKING:
    from omni_tui.catalog.disk_cache import StartupSnapshot

# How many different starts are remembered, latest last.
MAX_STARTS = 20
# More than any screen shows; the rest of 100,000 comes with the services.
MAX_DOCUMENTS = 200
# The pattern of cache file names.
_CACHE_NAME = re.compile(r"[A-Za-z0-9%][A-Za-z0-9._~%+-]*\.list")
# Only whether these are set is part of a start's fingerprint, never their values.
_SECRET_VARIABLES = frozenset({"OMNI_API_TOKEN", "OMNI_API_KEY", "OMNI_TUI_API_TOKEN"})


def recall(arguments: Arguments) -> StartupSnapshot | None:
    """Return the cached list of a similar start, cut to its first dashboards, or None."""
    from omni_tui.catalog.disk_cache import peek

    path = cached_list(arguments)
    return peek(path, MAX_DOCUMENTS) if path else None


def cached_list(arguments: Arguments) -> Path | None:
    """Return the path of the cached list that such a start led to; it may be gone. None if unknown."""
    name = _read_starts().get(_fingerprint(arguments))
    return catalogs_folder() / name if name else None


def remember(arguments: Arguments, cache_path: Path) -> None:
    """Remember which cache this start used. If this can't be saved, the next start has no snapshot."""
    starts = _read_starts()
    likeness = _fingerprint(arguments)
    if list(starts.items())[-1:] == [(likeness, cache_path.name)]:
        return
    starts.pop(likeness, None)
    latest = [*starts.items(), (likeness, cache_path.name)][-MAX_STARTS:]
    with suppress(OSError):
        write_private_file(_starts_path(), json.dumps(dict(latest), indent=1) + "\n")


def catalogs_folder() -> Path:
    """Return the folder of the cached lists, one per Omni server and profile."""
    return cache_folder() / "catalogs"


def _starts_path() -> Path:
    return cache_folder() / "starts.json"


def _read_starts() -> dict[str, str]:
    try:
        content = json.loads(read_shared(_starts_path()))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(content, dict):
        return {}
    # only names are accepted, so that a modified file can't make us read outside the folder
    return {
        key: name for key, name in content.items() if isinstance(name, str) and _CACHE_NAME.fullmatch(name)
    }


def _fingerprint(arguments: Arguments) -> str:
    variables = sorted(
        (name, "" if name in _SECRET_VARIABLES else value)
        for name, value in os.environ.items()
        if name.startswith("OMNI_") and value
    )
    files = [_file_state(path) for path in (config_folder() / "config.toml", vendor_config_path())]
    parts = (arguments.demo, arguments.profile, arguments.base_url, variables, files)
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _file_state(path: Path) -> tuple[int, int] | None:
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_mtime_ns, state.st_size
