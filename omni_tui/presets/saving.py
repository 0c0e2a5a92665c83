"""Save presets in their file, keeping the user's comments and the order of everything else.

The new text is parsed before it is written, and must differ in the one preset only. A file that can't be read
isn't changed.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from omni_tui.formatting import display_path, plain_line
from omni_tui.presets.file import presets_path, read_text, unreadable
from omni_tui.presets.models import Preset, PresetError
from omni_tui.presets.serialization import spec_of, table_of
from omni_tui.settings.file_lock import locked
from omni_tui.settings.locations import replaced_file, state_folder, write_private_file
from omni_tui.settings.toml_edit import edited_toml


def save_preset(preset: Preset, path: Path | None = None) -> None:
    """Save a preset, replacing one with the same name. Blocks: call it in a thread.

    Raises PresetError; then nothing is changed.
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
    """Delete a preset and the comments in it. Raises PresetError, also if there is none with that name."""

    def without(content: Mapping[str, Any]) -> dict[str, Any]:
        if name not in content:
            raise PresetError(f"There is no preset called “{plain_line(name)}”.")
        return {key: value for key, value in content.items() if key != name}

    _change(path or presets_path(), without, name)


def name_problem(name: str) -> str:
    """Return what is wrong with a preset's name, or an empty text. Any text that can be saved is valid."""
    if not name.strip():
        return "A preset needs a name."
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return "The name contains a character that can't be saved."
    return ""


def _change(path: Path, change: Callable[[Mapping[str, Any]], dict[str, Any]], name: str) -> None:
    """Read the file, change the table with this name, and write the file, all under a lock."""
    try:
        with locked(state_folder() / "presets.lock"):
            text = _text_to_change(path)
            changed = edited_toml(text, change(tomllib.loads(text)), (name,))
            if changed is None:
                message = f"“{plain_line(name)}” in {display_path(path)} can't be edited automatically."
                hint = "Nothing was changed: edit the file by hand, or choose another name."
                raise PresetError(message, hint)
            _write(path, changed)
    except UnicodeEncodeError:
        raise PresetError("The preset contains a character that can't be saved.") from None
    except OSError as error:
        why = error.strerror or error
        raise PresetError(f"The presets can't be saved in {display_path(path)}: {why}.") from error


def _text_to_change(path: Path) -> str:
    """Return the file's text. Raises PresetError if it can't be parsed: its content would be lost."""
    try:
        text = read_text(path)
        tomllib.loads(text)
    except FileNotFoundError:
        return ""
    except (ValueError, RecursionError) as error:
        problem = replace(unreadable(path, error), hint="")
        raise PresetError(str(problem), "Nothing was changed: fix the file first.") from None
    return text


def _respelled(existing: object, table: Mapping[str, Any]) -> dict[str, Any]:
    """Return the table with its keys spelled as in the file: paper-format stays paper-format."""
    keys = existing if isinstance(existing, Mapping) else {}
    spelled = {spec.wire_name: key for key in keys if (spec := spec_of(key))}
    return {spelled.get(key, key): value for key, value in table.items()}


def _write(path: Path, text: str) -> None:
    """Replace the file atomically by a private one. A link's target keeps its permissions.

    A link may lead to a shared folder, which isn't made private.
    """
    if not path.is_symlink():
        write_private_file(path, text)
        return
    target = path.resolve()
    with replaced_file(target) as file:
        file.write(text.encode())
        if target.exists():
            os.fchmod(file.fileno(), target.stat().st_mode & 0o777)
