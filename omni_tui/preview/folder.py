"""List the folders and the previewable files in a folder."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from omni_tui.downloads.files.manifest import MANIFEST_SUFFIX
from omni_tui.preview.errors import PreviewError, cannot_read

# How many entries of a folder are checked, and how many files are listed.
MAX_ENTRIES = 50_000
MAX_FILES = 5_000
_SUFFIXES = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".json", ".zip", ".pdf", ".png"})


@dataclass(frozen=True, slots=True)
class FolderEntry:
    """A file or a folder. `modified_at`: seconds since 1970; `size` in bytes."""

    path: Path
    is_folder: bool
    size: int
    modified_at: float


@dataclass(frozen=True, slots=True)
class FolderListing:
    """Folders by name, then files, latest first. `is_cut`: not all entries were checked."""

    entries: tuple[FolderEntry, ...]
    is_cut: bool = False


def list_folder(folder: Path) -> FolderListing:
    """Return the previewable files and the folders of a folder, without hidden files and manifests.

    Blocks; raises PreviewError.
    """
    found: list[FolderEntry] = []
    is_cut = False
    try:
        with os.scandir(folder) as entries:
            for number, entry in enumerate(entries):
                if number >= MAX_ENTRIES:
                    is_cut = True
                    break
                with suppress(OSError):
                    found += _entry(entry)
    except ValueError as error:
        raise PreviewError(
            f"{folder.name} can't be opened: the name isn't valid.", "Check the path."
        ) from error
    except OSError as error:
        raise cannot_read(folder.name or str(folder), error) from error
    folders = sorted((each for each in found if each.is_folder), key=lambda each: each.path.name.casefold())
    files = sorted(
        (each for each in found if not each.is_folder),
        key=lambda each: (-each.modified_at, each.path.name),
    )
    listed = (*folders, *files)
    return FolderListing(listed[:MAX_FILES], is_cut or len(listed) > MAX_FILES)


def _entry(entry: os.DirEntry[str]) -> list[FolderEntry]:
    name = entry.name.lower()
    if name.startswith(".") or name.endswith(MANIFEST_SUFFIX):
        return []
    is_folder = entry.is_dir()
    if not is_folder and not (entry.is_file() and os.path.splitext(name)[1] in _SUFFIXES):
        return []
    found = entry.stat()
    return [FolderEntry(Path(entry.path), is_folder, found.st_size, found.st_mtime)]
