"""Presets kept in their file, beside what people wrote there: comments and order of all else stay.

Nothing is guessed: what comes out is read again before it is written, and has to say what it said before but
for the one preset. A file that cannot be read is left as it is.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import tomllib
from collections.abc import Callable, Mapping, MutableMapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from omni_tui.formatting import display_path, plain_line
from omni_tui.presets.errors import PresetError
from omni_tui.presets.file import presets_path, read_text, unreadable
from omni_tui.presets.models import Preset
from omni_tui.presets.tables import spec_of, table_of
from omni_tui.settings.file_lock import locked
from omni_tui.settings.locations import state_folder, write_private_file

if TYPE_CHECKING:
    from tomlkit.items import Table


def save_preset(preset: Preset, path: Path | None = None) -> None:
    """Keep a preset under its name, in place of one of the same name. Waits for the disk: use a thread.

    Raises PresetError, and the file is as it was.
    """
    if problem := name_problem(preset.name):
        raise PresetError(problem)
    table = table_of(preset)
    _change(
        path or presets_path(),
        lambda content: {**content, preset.name: _respelled(content.get(preset.name), table)},
        preset.name,
    )


def delete_preset(name: str, path: Path | None = None) -> None:
    """Take a preset out, with the comments inside of it. Raises PresetError, also when it is not there."""

    def without(content: Mapping[str, Any]) -> dict[str, Any]:
        if name not in content:
            raise PresetError(f"There is no preset called “{plain_line(name)}”.")
        return {key: value for key, value in content.items() if key != name}

    _change(path or presets_path(), without, name)


def name_problem(name: str) -> str:
    """What is wrong with the name of a preset, or nothing. Any text will do that a file can hold."""
    if not name.strip():
        return "A preset needs a name."
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return "The name contains a character that can't be saved."
    return ""


def _change(path: Path, change: Callable[[Mapping[str, Any]], dict[str, Any]], name: str) -> None:
    """Read the file, change the table of this name in it, and write it, all while nobody else does."""
    try:
        with locked(state_folder() / "presets.lock"):
            text = _text_to_change(path)
            wanted = change(tomllib.loads(text))
            _write(path, _changed_text(text, name, wanted, path))
    except UnicodeEncodeError:
        raise PresetError("The preset contains a character that can't be saved.") from None
    except OSError as error:
        why = error.strerror or error
        raise PresetError(f"The presets cannot be saved in {display_path(path)}: {why}.") from error


def _text_to_change(path: Path) -> str:
    """The file as it is. Raises PresetError for one that cannot be read: what is in it would be lost."""
    try:
        text = read_text(path)
        tomllib.loads(text)
    except FileNotFoundError:
        return ""
    except (ValueError, RecursionError) as error:
        trouble = replace(unreadable(path, error), hint="")
        raise PresetError(str(trouble), "Nothing was changed: fix the file first.") from None
    return text


def _changed_text(text: str, name: str, wanted: Mapping[str, Any], path: Path) -> str:
    """The text that says what is wanted: with as little change as can be, else the one table made anew."""
    from tomlkit.exceptions import TOMLKitError

    for way in (_edited, _made_anew):
        # the ways in which tables can be scattered over a file are many, and not all of them can be edited
        with suppress(TOMLKitError, LookupError, ValueError, TypeError, AttributeError):
            changed = way(text, name, wanted.get(name))
            if tomllib.loads(changed) == wanted:
                return changed
    message = (
        f"“{plain_line(name)}” stands in {display_path(path)} in a layout that can't be edited automatically."
    )
    raise PresetError(message, "Nothing was changed: edit the file by hand, or take another name.")


def _edited(text: str, name: str, table: Mapping[str, Any] | None) -> str:
    """Only the lines that differ are others; None takes the table out."""
    import tomlkit

    document = tomlkit.parse(text)
    if table is None:
        document.remove(name)
        return f"{tomlkit.dumps(document).rstrip()}\n"
    if isinstance(existing := document.get(name), MutableMapping):
        _lay_over(existing, table)
        return tomlkit.dumps(document)
    return _made_anew(text, name, table)


def _made_anew(text: str, name: str, table: Mapping[str, Any] | None) -> str:
    """The table at the end, as one would write it."""
    import tomlkit

    document = tomlkit.parse(text)
    if name in document:
        document.remove(name)
    before = tomlkit.dumps(document).rstrip()
    new = tomlkit.document()
    if table is not None:
        new.add(name, _fresh(table))
    return f"{before}\n\n{tomlkit.dumps(new)}" if before else tomlkit.dumps(new)


def _fresh(table: Mapping[str, Any]) -> Table:
    import tomlkit

    fresh = tomlkit.table()
    for key, value in table.items():
        fresh.add(key, _fresh(value) if isinstance(value, Mapping) else value)
    return fresh


def _lay_over(existing: MutableMapping[str, Any], table: Mapping[str, Any]) -> None:
    """Make one table say what the other does; what says it already is not touched."""
    for key in [key for key in existing if key not in table]:
        del existing[key]
    for key, value in table.items():
        old = existing.get(key)
        if isinstance(old, MutableMapping) and isinstance(value, Mapping):
            _lay_over(old, value)
        elif old != value or isinstance(old, bool) != isinstance(value, bool):
            existing[key] = _fresh(value) if isinstance(value, Mapping) else value


def _respelled(existing: object, table: Mapping[str, Any]) -> dict[str, Any]:
    """The table with its keys spelled as they are in the file: paper-format stays paper-format."""
    keys = existing if isinstance(existing, Mapping) else {}
    spelled = {spec.wire_name: key for key in keys if (spec := spec_of(key))}
    return {spelled.get(key, key): value for key, value in table.items()}


def _write(path: Path, text: str) -> None:
    """Whole or not at all, and private; where the file is a link, what it leads to keeps its rights.

    A link leads to where people share or keep such files: their folder is not ours to close.
    """
    if not path.is_symlink():
        write_private_file(path, text)
        return
    target = path.resolve()
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, temporary)
        os.replace(temporary, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
