"""The cached list of the last start that was like this one, for the screen before the settings are loaded.

Loading the settings takes longer than a terminal program may keep an empty screen. A start is like an earlier
one when its arguments, its environment and the files of settings are; then it leads to the same cache.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from contextlib import suppress
from pathlib import Path

from omni_tui.catalog.disk_cache import Glimpse, peek
from omni_tui.launch_options import Arguments
from omni_tui.settings.locations import (
    cache_folder,
    config_folder,
    vendor_config_path,
    write_private_file,
)

# Different ways to start that are remembered, the latest last.
MOST_STARTS = 20
# More than any screen shows: of 100,000 the others come with the services.
MOST_DOCUMENTS = 200
# What the names of caches are made of.
_CACHE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~%+-]*\.list")
# Whether they are set matters for where a start leads; what they hold is nobody's business.
_SECRET_VARIABLES = frozenset({"OMNI_API_TOKEN", "OMNI_API_KEY", "OMNI_TUI_API_TOKEN"})


def recall(arguments: Arguments) -> Glimpse | None:
    """The first of the list that such a start led to, or None."""
    name = _read_starts().get(_likeness(arguments))
    return peek(catalogs_folder() / name, MOST_DOCUMENTS) if name else None


def remember(arguments: Arguments, cache_path: Path) -> None:
    """Keep where this start led to. A disk that refuses costs only the next start's glimpse."""
    starts = _read_starts()
    likeness = _likeness(arguments)
    if list(starts.items())[-1:] == [(likeness, cache_path.name)]:
        return
    starts.pop(likeness, None)
    latest = [*starts.items(), (likeness, cache_path.name)][-MOST_STARTS:]
    with suppress(OSError):
        write_private_file(_starts_path(), json.dumps(dict(latest), indent=1) + "\n")


def catalogs_folder() -> Path:
    """Where the cached lists are, one for each Omni and profile."""
    return cache_folder() / "catalogs"


def _starts_path() -> Path:
    return cache_folder() / "starts.json"


def _read_starts() -> dict[str, str]:
    try:
        content = json.loads(_starts_path().read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(content, dict):
        return {}
    # a name, never a path: whoever wrote the file, nothing outside the folder is read
    return {
        key: name for key, name in content.items() if isinstance(name, str) and _CACHE_NAME.fullmatch(name)
    }


def _likeness(arguments: Arguments) -> str:
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
