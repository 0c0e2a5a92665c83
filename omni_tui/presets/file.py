"""The presets' file, `presets.toml`, read: every preset that is right, and where the others are wrong."""

from __future__ import annotations

import codecs
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from omni_tui.formatting import display_path, plain_line
from omni_tui.presets.models import Preset
from omni_tui.presets.tables import Mistake, read_table
from omni_tui.presets.toml_lines import lines_of_keys
from omni_tui.settings.locations import config_folder
from omni_tui.settings.shared_files import read_shared


def presets_path() -> Path:
    """Where the presets are kept. It may not exist."""
    return config_folder() / "presets.toml"


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong in the file: in which line (0: not known) and preset (empty: in the file itself).

    `is_unreadable` says that the whole file cannot be read, so that nothing can be saved to it either.
    """

    path: Path
    line: int
    preset: str
    message: str
    hint: str = ""
    is_unreadable: bool = False

    @property
    def words(self) -> str:
        """What is wrong, without the file: "line 3: Monday pack: There is no option called …"."""
        place = f"line {self.line}: " if self.line else ""
        name = f"{plain_line(self.preset)}: " if self.preset else ""
        return f"{place}{name}{plain_line(self.message)} {plain_line(self.hint)}".strip()

    def __str__(self) -> str:
        return f"{display_path(self.path)}{', ' if self.line else ': '}{self.words}"


@dataclass(frozen=True, slots=True)
class PresetFile:
    """What the file holds: its presets in their order, and all that is wrong with it, from its top."""

    path: Path
    presets: tuple[Preset, ...] = ()
    troubles: tuple[Trouble, ...] = ()

    @property
    def is_readable(self) -> bool:
        """Whether the file is TOML: only then can a preset be saved to it."""
        return not any(trouble.is_unreadable for trouble in self.troubles)

    def find(self, name: str) -> Preset | None:
        """The preset of this name; where none is, one that differs only in the case of its letters."""
        by_name = {preset.name: preset for preset in self.presets}
        if name in by_name:
            return by_name[name]
        alike = [preset for preset in self.presets if preset.name.casefold() == name.strip().casefold()]
        return alike[0] if len(alike) == 1 else None


def read_presets(path: Path | None = None) -> PresetFile:
    """Read the file (`presets_path()` where none is given); one that is not there is empty. Never raises.

    What is wrong with one preset is told with its line, and the others are there.
    """
    path = path or presets_path()
    try:
        text = read_text(path)
        content = tomllib.loads(text)
    except FileNotFoundError:
        return PresetFile(path)
    except (OSError, ValueError, RecursionError) as error:
        return PresetFile(path, troubles=(unreadable(path, error),))
    presets: list[Preset] = []
    mistakes: list[Mistake] = []
    for name, table in content.items():
        preset, found = _read(name, table)
        presets += [preset] if preset else []
        mistakes += [Mistake((name, *mistake.keys), mistake.message, mistake.hint) for mistake in found]
    return PresetFile(path, tuple(presets), _troubles(path, text, mistakes))


def read_text(path: Path) -> str:
    """The file's text with its line breaks as they are, from UTF-8 or, with a mark for it, UTF-16.

    Raises OSError, or ValueError for another encoding.
    """
    content = read_shared(path, follows_own_links=True)
    is_utf_16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return content.decode("utf-16" if is_utf_16 else "utf-8-sig")


def unreadable(path: Path, error: Exception) -> Trouble:
    """Why the whole file cannot be read: the disk's reason, or the line where it ceases to be TOML."""
    line, hint = 0, ""
    if isinstance(error, OSError):
        message = f"It cannot be read: {error.strerror or error}."
    elif isinstance(error, UnicodeDecodeError):
        line = error.object.count(b"\n", 0, error.start) + 1
        message = "This is not UTF-8."
    elif isinstance(error, tomllib.TOMLDecodeError):
        found = re.search(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$", str(error))
        line = int(found[1]) if found and found[1] else 0
        reason = str(error)[: found.start()] if found else str(error)
        message = f"This is not TOML: {reason}{'' if line or not found else ', at the end of the file'}."
        hint = "Fix it to use your presets."
    else:
        message = "It is nested too deeply."
    return Trouble(path, line, "", message, hint, is_unreadable=True)


def _read(name: str, table: Any) -> tuple[Preset | None, tuple[Mistake, ...]]:
    header = f'A preset begins with its name in a line of its own: ["{name}"].'
    if not isinstance(table, Mapping):
        hint = 'A preset begins with its name in a line of its own: ["NAME"].'
        return None, (
            Mistake((), f"“{name}” isn't inside a preset.", "" if isinstance(table, list) else hint),
        )
    if not name.strip():
        return None, (Mistake((), "A preset needs a name.", header),)
    return read_table(name, table)


def _troubles(path: Path, text: str, mistakes: list[Mistake]) -> tuple[Trouble, ...]:
    """The mistakes with their lines, from the top of the file."""
    lines = lines_of_keys(text) if mistakes else {}
    troubles = [
        Trouble(path, _line(lines, mistake.keys), mistake.keys[0], mistake.message, mistake.hint)
        for mistake in mistakes
    ]
    return tuple(sorted(troubles, key=lambda trouble: trouble.line))


def _line(lines: Mapping[tuple[str, ...], int], keys: tuple[str, ...]) -> int:
    """The line of the key; inside of an inline table that of the table."""
    places = (lines.get(keys[:end]) for end in range(len(keys), 0, -1))
    return next((line for line in places if line), 0)
