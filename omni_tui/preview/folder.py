"""The files of a folder that can be previewed, and its folders."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from omni_tui.preview.errors import cannot_read

# So many entries of a folder are looked at, and so many files listed.
MOST_ENTRIES = 50_000
MOST_FILES = 5_000
_SUFFIXES = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".json", ".zip", ".pdf", ".png"})
_MANIFEST_SUFFIX = ".manifest.json"


@dataclass(frozen=True, slots=True)
class FolderEntry:
    """A file or a folder. `modified_at`: seconds since 1970; `size` in bytes."""

    path: Path
    is_folder: bool
    size: int
    modified_at: float


@dataclass(frozen=True, slots=True)
class FolderListing:
    """Folders by name, then files, the newest first. `is_cut`: there are more than were looked at."""

    entries: tuple[FolderEntry, ...]
    is_cut: bool = False


def list_folder(folder: Path) -> FolderListing:
    """Return what can be previewed in a folder. Hidden files and manifests are left out.

    Blocks; raises CannotRead.
    """
    found: list[FolderEntry] = []
    is_cut = False
    try:
        with os.scandir(folder) as entries:
            for number, entry in enumerate(entries):
                if number >= MOST_ENTRIES:
                    is_cut = True
                    break
                with suppress(OSError):
                    found += _entry(entry)
    except (OSError, ValueError) as error:
        raise cannot_read(folder.name or str(folder), _os_error(error)) from error
    folders = sorted((each for each in found if each.is_folder), key=lambda each: each.path.name.casefold())
    files = sorted(
        (each for each in found if not each.is_folder),
        key=lambda each: (-each.modified_at, each.path.name),
    )
    listed = (*folders, *files)
    return FolderListing(listed[:MOST_FILES], is_cut or len(listed) > MOST_FILES)


def _entry(entry: os.DirEntry[str]) -> list[FolderEntry]:
    name = entry.name.lower()
    if name.startswith(".") or name.endswith(_MANIFEST_SUFFIX):
        return []
    is_folder = entry.is_dir()
    if not is_folder and not (entry.is_file() and os.path.splitext(name)[1] in _SUFFIXES):
        return []
    found = entry.stat()
    return [FolderEntry(Path(entry.path), is_folder, found.st_size, found.st_mtime)]


def _os_error(error: OSError | ValueError) -> OSError:
    return error if isinstance(error, OSError) else OSError(0, "the name isn't valid")
