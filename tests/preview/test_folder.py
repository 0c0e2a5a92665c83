from __future__ import annotations

import os
from pathlib import Path

import pytest

from omni_tui.preview import folder as folders
from omni_tui.preview.errors import PreviewError
from omni_tui.preview.folder import list_folder


def file_at(path: Path, modified_at: float) -> None:
    path.write_bytes(b"a,b\n")
    os.utime(path, (modified_at, modified_at))


def names(folder: Path) -> list[str]:
    return [entry.path.name for entry in list_folder(folder).entries]


def test_folders_by_name_then_files_the_newest_first(tmp_path: Path) -> None:
    for number, name in enumerate(("old.csv", "new.PDF", "newest.json")):
        file_at(tmp_path / name, 1_000 + number)
    for name in ("b", "A", ".hidden"):
        (tmp_path / name).mkdir()
    for name in ("notes.md", ".part.csv", "old.csv.manifest.json", "x.csv.part"):
        file_at(tmp_path / name, 5_000)
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "broken.csv").symlink_to("nowhere")
    assert names(tmp_path) == ["A", "b", "newest.json", "new.PDF", "old.csv"]
    [*_, last] = list_folder(tmp_path).entries
    assert (last.size, last.modified_at, last.is_folder) == (4, 1_000, False)


def test_a_large_folder_is_cut_and_is_marked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        file_at(tmp_path / f"{number}.csv", number)
    assert not list_folder(tmp_path).is_cut
    monkeypatch.setattr(folders, "MAX_FILES", 3)
    listing = list_folder(tmp_path)
    assert ([entry.path.name for entry in listing.entries], listing.is_cut) == (
        ["4.csv", "3.csv", "2.csv"],
        True,
    )
    monkeypatch.setattr(folders, "MAX_ENTRIES", 2)
    listing = list_folder(tmp_path)
    assert (len(listing.entries), listing.is_cut) == (2, True)


@pytest.mark.parametrize("name", ["gone", "file", "a\0b"])
def test_what_is_not_a_folder_is_reported(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PreviewError, match="can't be opened"):
        list_folder(tmp_path / name)
