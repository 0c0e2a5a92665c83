"""Edit TOML texts, keeping the user's comments and the order of everything else."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from functools import reduce
from operator import getitem
from typing import Any

from omni_tui.settings.toml_lines import KeyPath


def edited_toml(text: str, wanted: Mapping[str, Any], table: KeyPath) -> str | None:
    """Return the text with the wanted content, changing only what differs; None if that can't be done.

    The content may differ in the table with that path, and in values at the top, whose new ones become the
    first lines. The result is parsed to check it.
    """
    from tomlkit.exceptions import TOMLKitError

    before = tomllib.loads(text)
    firsts = {
        key: value for key, value in wanted.items() if key not in before and not isinstance(value, Mapping)
    }
    others = {key: value for key, value in wanted.items() if key not in firsts}
    for edit in (_edited, _rewritten):
        # tables can be scattered over a file in many ways, and tomlkit can't edit all of them
        with suppress(TOMLKitError, LookupError, ValueError, TypeError, AttributeError):
            changed = _with_first_lines(edit(text, others, table), firsts)
            if tomllib.loads(changed) == wanted:
                return changed
    return None


def _edited(text: str, wanted: Mapping[str, Any], table: KeyPath) -> str:
    """Return the text with only the differing lines changed."""
    import tomlkit

    document = tomlkit.parse(text)
    is_there = table[0] in document
    if not is_there and table[0] in wanted:
        return _rewritten(text, wanted, table)
    _assign(document, wanted)
    changed = tomlkit.dumps(document)
    is_removed = is_there and table[0] not in wanted
    return f"{changed.rstrip()}\n" if is_removed else changed


def _rewritten(text: str, wanted: Mapping[str, Any], table: KeyPath) -> str:
    """Return the text with the table removed and written anew at the end."""
    import tomlkit

    document: Any = tomlkit.parse(text)
    with suppress(LookupError):
        reduce(getitem, table[:-1], document).remove(table[-1])
    before = tomlkit.dumps(document).rstrip()
    fresh = tomlkit.document()
    if table[0] in wanted:
        content: Any = reduce(getitem, table, wanted)
        for key in reversed(table):
            content = {key: content}
        _assign(fresh, content)
    return f"{before}\n\n{tomlkit.dumps(fresh)}" if before else tomlkit.dumps(fresh)


def _with_first_lines(text: str, values: Mapping[str, Any]) -> str:
    import tomlkit

    lines = tomlkit.document()
    for key, value in values.items():
        lines.add(key, value)
    return "\n".join(filter(None, (tomlkit.dumps(lines), text)))


def _assign(existing: MutableMapping[str, Any], wanted: Mapping[str, Any]) -> None:
    """Make one table equal to the other, changing only what differs."""
    import tomlkit
    from tomlkit.items import InlineTable

    for key in [key for key in existing if key not in wanted]:
        del existing[key]
    for key, value in wanted.items():
        old = existing.get(key)
        if isinstance(value, Mapping):
            if not isinstance(old, MutableMapping):
                is_inline = isinstance(existing, InlineTable)
                existing[key] = tomlkit.inline_table() if is_inline else tomlkit.table()
            _assign(existing[key], value)
        elif old != value or isinstance(old, bool) != isinstance(value, bool):
            existing[key] = value
