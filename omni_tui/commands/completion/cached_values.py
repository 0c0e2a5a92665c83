"""Values for completion, only from the caches and files on this machine: no request is ever sent.

Each function returns values with descriptions, in the order in which a shell should show them. They raise
nothing: a source that can't be read has no values.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from omni_tui.launch_options import Arguments

if TYPE_CHECKING:
    from pathlib import Path

    from omni_tui.catalog.contents_cache import Contents

# More don't fit on a screen; the user can type more to narrow them down.
MAX_DASHBOARDS = 100


class Value(NamedTuple):
    """A candidate for the cursor's position, with its description."""

    text: str
    description: str = ""


def dashboards(arguments: Arguments, prefix: str) -> list[Value]:
    """Return dashboards by name, or by ID if it starts with the prefix or the name can't be typed."""
    from omni_tui.catalog.name_scan import names_with

    path = _list_path(arguments)
    found = names_with(path, prefix, MAX_DASHBOARDS) if path else []
    count = {name: 0 for _, name in found}
    for _, name in found:
        count[name] += 1
    values: dict[str, Value] = {}
    for id_, name in found:
        if not (name.strip() == name and name.isprintable() and name[:1] not in ("", "-")):
            if id_.startswith(prefix):
                values[id_] = Value(id_, _printable(name))
        elif name.casefold().startswith(prefix.casefold()):
            several = f"{count[name]} dashboards: use an ID"
            values[name] = Value(name, id_ if count[name] == 1 else several)
        else:
            values[id_] = Value(id_, name)
    return list(values.values())


def tiles(arguments: Arguments, dashboards: Iterable[str]) -> list[Value]:
    """Return the names of these dashboards' tiles, or of all known ones if none are given."""
    found = [each for contents in _contents(arguments, dashboards) for each in contents.tiles]
    return _unique(Value(name, f"tile {key}" if key else "tile") for key, name in found)


def tile_keys(arguments: Arguments, dashboards: Iterable[str]) -> list[Value]:
    """Return the keys of these dashboards' tiles."""
    found = [each for contents in _contents(arguments, dashboards) for each in contents.tiles]
    return _unique(Value(key, _printable(name)) for key, name in found if key)


def filter_labels(arguments: Arguments, dashboards: Iterable[str]) -> list[Value]:
    """Return the labels of these dashboards' filters, each followed by =."""
    found = [label for contents in _contents(arguments, dashboards) for label in contents.filters]
    return _unique(Value(f"{label}=", "filter") for label in found)


def presets() -> list[Value]:
    """Return the names of the presets."""
    import tomllib

    from omni_tui.settings.locations import config_folder
    from omni_tui.settings.shared_files import read_shared

    try:
        content = read_shared(config_folder() / "presets.toml", follows_own_links=True)
        found = tomllib.loads(content.decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return []
    formats = {name: table.get("format", "") for name, table in found.items() if isinstance(table, dict)}
    return _unique(Value(name, f"preset, {fmt}") for name, fmt in formats.items())


def schedules() -> list[Value]:
    """Return the names of the schedules."""
    from omni_tui.settings.locations import config_folder

    try:
        paths = sorted((config_folder() / "schedules").glob("*.json"))
    except OSError:
        return []
    return _unique(Value(path.stem, "schedule") for path in paths)


def profiles() -> list[Value]:
    """Return the names of the profiles: ours, and those of the vendor's CLI."""
    import tomllib

    from omni_tui.settings.locations import config_folder, vendor_config_path
    from omni_tui.settings.shared_files import read_shared

    found: list[str] = []
    for path, read in ((config_folder() / "config.toml", tomllib.loads), (vendor_config_path(), json.loads)):
        try:
            content = read(read_shared(path, follows_own_links=True).decode("utf-8-sig"))
            found += list(content["profiles"])
        except (OSError, ValueError, LookupError, TypeError, RecursionError):
            continue
    return _unique(Value(name, "profile") for name in found)


def _list_path(arguments: Arguments) -> Path | None:
    """Return the cached list of a similar start; if none is known, the only one there is."""
    from omni_tui.startup_snapshot import cached_list, catalogs_folder

    if (path := cached_list(arguments)) is not None:
        return path
    lists = list(catalogs_folder().glob("*.list"))
    return lists[0] if len(lists) == 1 else None


def _contents(arguments: Arguments, dashboards: Iterable[str]) -> list[Contents]:
    """Return what is cached about these dashboards (names, IDs or URLs), or about all if none are given."""
    from omni_tui.catalog.contents_cache import contents_beside

    path = _list_path(arguments)
    known = contents_beside(path) if path else {}
    if path is None or not (typed := list(dashboards)):
        return list(known.values())[::-1]
    ids = [id_ for each in typed for id_ in _ids(each, path, known)]
    return [known[id_] for id_ in dict.fromkeys(ids) if id_ in known]


def _ids(typed: str, path: Path, known: Iterable[str]) -> list[str]:
    from omni_tui.catalog.name_scan import ids_of

    if typed in known:
        return [typed]
    if "/" in typed:
        return [each for each in re.split(r"[/?#]", typed) if each in known]
    return ids_of(path, typed)


def _unique(values: Iterable[Value]) -> list[Value]:
    """Return each once, without those that can't be typed."""
    found = {each.text: each for each in values if each.text.isprintable() and each.text[:1] not in ("", "-")}
    return list(found.values())


def _printable(text: str) -> str:
    return "".join(each if each.isprintable() else " " for each in text)
