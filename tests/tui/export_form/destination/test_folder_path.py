from __future__ import annotations

import os
from pathlib import Path

import pytest

from omni_tui.downloads.files import part_file
from omni_tui.downloads.files.folders import make_folder
from omni_tui.tui.export_form.destination.folder_path import (
    CREATE_FOLDER,
    best_name,
    folder_problem,
    folders_in,
    typed_folder,
)


def words(folder: Path) -> str:
    problem = folder_problem(folder)
    assert problem is not None
    assert problem.field == "folder"
    return problem.message


@pytest.fixture
def no_rights(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can be written anywhere, even if root runs the tests."""
    monkeypatch.setattr(part_file.os, "access", lambda path, mode: False)


def test_what_is_typed(fake_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert typed_folder("~") == fake_home
    assert typed_folder(" ~/exports/ ") == fake_home / "exports"
    assert typed_folder("/srv/x") == Path("/srv/x")
    assert typed_folder("exports") == tmp_path / "exports"
    assert typed_folder("./~x") == tmp_path / "~x"
    assert typed_folder("") == tmp_path


def test_what_is_typed_where_the_current_folder_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert words(typed_folder("exports")) == ("Can't find that folder. Enter the full path, starting with /.")
    assert typed_folder("/srv") == Path("/srv")


def test_a_folder_that_can_be_written_is_no_problem(tmp_path: Path) -> None:
    assert folder_problem(tmp_path) is None


def test_a_missing_folder_can_be_created(fake_home: Path) -> None:
    folder = fake_home / "exports" / "2026"
    problem = folder_problem(folder)
    assert problem is not None
    assert problem.message == "~/exports/2026 doesn't exist yet."
    assert problem.fix is CREATE_FOLDER
    assert not (fake_home / "exports").exists()
    make_folder(folder)
    assert folder_problem(folder) is None
    make_folder(folder)


def test_folders_that_cannot_be_used_are_reported(fake_home: Path) -> None:
    (fake_home / "notes.txt").touch()
    (fake_home / "link").symlink_to("nowhere")
    assert words(fake_home / "notes.txt") == "~/notes.txt is not a folder. Choose another folder."
    assert words(fake_home / "notes.txt" / "x") == "~/notes.txt is not a folder. Choose another folder."
    dangling = "~/link links to a folder that doesn't exist. Choose another folder."
    assert words(fake_home / "link") == dangling
    assert words(fake_home / "link" / "x") == dangling
    too_long = "The folder's name is too long. Choose another folder."
    assert words(fake_home / ("x" * 300)) == too_long
    assert words(fake_home / "new" / ("é" * 200)) == too_long
    assert words(Path("~somebody/x")).startswith("Can't find that folder.")
    assert words(fake_home / "nul\0").startswith("Can't write the file to")
    assert words(fake_home / "half\ud800").startswith("Can't write the file to")
    assert sorted(os.listdir(fake_home)) == ["link", "notes.txt"]


@pytest.mark.usefixtures("no_rights")
def test_a_folder_without_write_permission_is_reported(fake_home: Path) -> None:
    assert words(fake_home / "x").startswith("~/x doesn't exist, and you can't create folders in ")
    (fake_home / "x").mkdir()
    assert words(fake_home / "x") == (
        "No permission to write to ~/x. Choose another folder, or ask for write permission."
    )
    assert all(problem.fix is None for name in "xy" if (problem := folder_problem(fake_home / name)))


def test_a_folder_without_access_is_reported(fake_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        raise PermissionError(13, "not for users")  # root may enter any: no folder's rights would show it

    monkeypatch.setattr(Path, "stat", refuse)
    assert words(fake_home / "closed" / "x").startswith("No permission to write to ~/closed/x.")


def test_only_folders_are_listed(tmp_path: Path) -> None:
    for name in ("beta", "Alpha", "[x]", ".hidden", "line\nbreak", "esc\x1b[31m", "turn\u202eed"):
        (tmp_path / name).mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "to-beta").symlink_to("beta")
    (tmp_path / "to-nowhere").symlink_to("nowhere")
    os.mkdir(os.fsencode(tmp_path) + b"/\xff")
    assert folders_in(tmp_path) == (".hidden", "[x]", "Alpha", "beta", "to-beta")
    for wrong in (tmp_path / "file", tmp_path / "none", Path("nul\0")):
        assert folders_in(wrong) == ()


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("e", "exports"),
        ("exports-", "exports-2025"),
        ("exports", "exports"),
        ("E", "Else"),
        ("do", "documents-old"),
        ("D", "Documents"),
        ("DO", "Documents"),
        ("x", ""),
        ("h", ""),
        (".", ".config"),
        (".ha", ""),
        ("str", "straße"),
        ("STRASSE", ""),
    ],
)
def test_the_best_completion_of_a_name(typed: str, name: str) -> None:
    names = (".config", ".hidden", "Documents", "documents-old", "Else", "exports", "exports-2025", "straße")
    assert best_name(names, typed) == name
