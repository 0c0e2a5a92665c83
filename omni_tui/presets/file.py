"""Read `presets.toml`: its valid presets, and the problems of the others with their lines."""

from __future__ import annotations

import codecs
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from omni_tui.formatting import display_path, plain_line
from omni_tui.presets.models import Preset
from omni_tui.presets.serialization import TableProblem, read_table
from omni_tui.settings.locations import config_folder
from omni_tui.settings.shared_files import read_shared
from omni_tui.settings.toml_lines import line_of, lines_of_keys, syntax_error


def presets_path() -> Path:
    """Return the path of the presets file, which may not exist."""
    return config_folder() / "presets.toml"


@dataclass(frozen=True, slots=True)
class FileProblem:
    """A problem in the file, with its line (0: unknown) and preset (empty: the file itself).

    `is_unreadable`: the whole file can't be read, so nothing can be saved to it either.
    """

    path: Path
    line: int
    preset: str
    message: str
    hint: str = ""
    is_unreadable: bool = False

    @property
    def words(self) -> str:
        """Return the problem without the path: "line 3: Monday pack: Unknown option …"."""
        place = f"line {self.line}: " if self.line else ""
        name = f"{plain_line(self.preset)}: " if self.preset else ""
        return f"{place}{name}{plain_line(self.message)} {plain_line(self.hint)}".strip()

    def __str__(self) -> str:
        return f"{display_path(self.path)}{', ' if self.line else ': '}{self.words}"


@dataclass(frozen=True, slots=True)
class PresetFile:
    """The file's presets and problems, both in the order of the file."""

    path: Path
    presets: tuple[Preset, ...] = ()
    troubles: tuple[FileProblem, ...] = ()

    @property
    def is_readable(self) -> bool:
        """Return whether the file can be parsed; only then can a preset be saved to it."""
        return not any(trouble.is_unreadable for trouble in self.troubles)

    def find(self, name: str) -> Preset | None:
        """Return the preset with this name, or the only one that differs just in case, or None."""
        by_name = {preset.name: preset for preset in self.presets}
        if name in by_name:
            return by_name[name]
        alike = [preset for preset in self.presets if preset.name.casefold() == name.strip().casefold()]
        return alike[0] if len(alike) == 1 else None


def read_presets(path: Path | None = None) -> PresetFile:
    """Read the file (by default `presets_path()`); a missing one is empty. Raises nothing.

    A preset with a mistake is skipped, and the mistake reported with its line.
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
    mistakes: list[TableProblem] = []
    for name, table in content.items():
        preset, found = _read(name, table)
        presets += [preset] if preset else []
        mistakes += [TableProblem((name, *mistake.keys), mistake.message, mistake.hint) for mistake in found]
    return PresetFile(path, tuple(presets), _troubles(path, text, mistakes))


def read_text(path: Path) -> str:
    """Return the file's text with unchanged line breaks, from UTF-8 or, with a byte order mark, UTF-16.

    Raises OSError, or ValueError for another encoding.
    """
    content = read_shared(path, follows_own_links=True)
    is_utf_16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return content.decode("utf-16" if is_utf_16 else "utf-8-sig")


def unreadable(path: Path, error: Exception) -> FileProblem:
    """Return why the whole file can't be read: the disk's reason, or the line of the syntax error."""
    line, hint = 0, ""
    if isinstance(error, OSError):
        message = f"It can't be read: {error.strerror or error}."
    elif isinstance(error, UnicodeDecodeError):
        line = error.object.count(b"\n", 0, error.start) + 1
        message = "It isn't UTF-8."
    elif isinstance(error, tomllib.TOMLDecodeError):
        line, reason = syntax_error(error)
        message = f"Invalid TOML: {reason}{'' if line else ', at the end of the file'}."
        hint = "Fix it to use your presets."
    else:
        message = "It is nested too deeply."
    return FileProblem(path, line, "", message, hint, is_unreadable=True)


def _read(name: str, table: Any) -> tuple[Preset | None, tuple[TableProblem, ...]]:
    header = f'Start a preset with its name on a line of its own: ["{name}"].'
    if not isinstance(table, Mapping):
        hint = 'Start a preset with its name on a line of its own: ["NAME"].'
        return None, (
            TableProblem((), f"“{name}” isn't inside a preset.", "" if isinstance(table, list) else hint),
        )
    if not name.strip():
        return None, (TableProblem((), "A preset needs a name.", header),)
    return read_table(name, table)


def _troubles(path: Path, text: str, mistakes: list[TableProblem]) -> tuple[FileProblem, ...]:
    """Return the mistakes with their lines, in the order of the file."""
    lines = lines_of_keys(text) if mistakes else {}
    troubles = [
        FileProblem(path, line_of(each.keys, lines), each.keys[0], each.message, each.hint)
        for each in mistakes
    ]
    return tuple(sorted(troubles, key=lambda trouble: trouble.line))
