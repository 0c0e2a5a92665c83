"""A part file that an earlier program left: what gets its name, and what is left alone."""

from __future__ import annotations

import errno
import hashlib
import os
from dataclasses import replace
from pathlib import Path

import pytest

from omni_tui.downloads.files import part_file
from omni_tui.downloads.files.part_file import CompletePart, PartFile
from omni_tui.downloads.store.recovery import recover
from omni_tui.downloads.store.serialization import PartRecord
from tests.downloads.fakes import PDF


def whole_part(folder: Path) -> tuple[Path, CompletePart]:
    part = folder / "a.pdf.1a2b3c4d.part"
    part.write_bytes(PDF)
    found = part.stat()
    digest = hashlib.sha256(PDF).hexdigest()
    return part, CompletePart(part, "a.pdf", found.st_dev, found.st_ino, len(PDF), digest)


class Killed(BaseException):
    """Ends the program at once."""


def test_a_program_that_is_killed_while_it_renames_without_hard_links_leaves_no_empty_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Recovery removes the placeholder that reserved the name, and leaves other files alone."""
    records: list[CompletePart] = []

    def killed(*args: object) -> None:
        raise Killed

    def no_links(*args: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(part_file.os, "link", no_links)
    (tmp_path / "a.pdf").write_bytes(b"")  # somebody else's
    part = PartFile(tmp_path, "a.pdf", "1a2b3c4d")
    part.write(PDF)
    with monkeypatch.context() as patched:
        patched.setattr(part_file.os, "replace", killed)
        with pytest.raises(Killed):
            part.finish(records.append)
    assert sorted(os.listdir(tmp_path)) == ["a (2).pdf", "a.pdf", "a.pdf.1a2b3c4d.part"]
    saved = recover(PartRecord(records[0].part, records[0]))
    assert saved is not None
    assert saved.path == tmp_path / "a (2).pdf"
    assert saved.path.read_bytes() == PDF
    assert sorted(os.listdir(tmp_path)) == ["a (2).pdf", "a.pdf"]


def test_a_complete_part_that_was_changed_gets_no_name(tmp_path: Path) -> None:
    part, whole = whole_part(tmp_path)
    part.write_bytes(PDF[:-1] + b"!")
    assert recover(PartRecord(part, whole)) is None
    assert os.listdir(tmp_path) == []


def test_a_file_system_with_changing_inodes_loses_no_file(tmp_path: Path) -> None:
    """The file is also found by its name and hash, so that it isn't downloaded again."""
    part, whole = whole_part(tmp_path)
    part.rename(tmp_path / "a (2).pdf")
    (tmp_path / "a.pdf").write_bytes(PDF[:-1] + b"!")  # somebody else's, of the same size
    saved = recover(PartRecord(part, replace(whole, inode=whole.inode + 1)))
    assert saved is not None
    assert saved.path == tmp_path / "a (2).pdf"


def test_a_link_in_the_place_of_our_part_is_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_text("mine")
    part = tmp_path / "a.pdf.1a2b3c4d.part"
    part.symlink_to(target)
    assert recover(PartRecord(part)) is None
    assert sorted(os.listdir(tmp_path)) == ["a.pdf.1a2b3c4d.part", "precious"]
    assert target.read_text() == "mine"


def test_a_file_that_was_renamed_by_its_owner_is_found(tmp_path: Path) -> None:
    part, whole = whole_part(tmp_path)
    part.rename(tmp_path / "mine now.pdf")
    saved = recover(PartRecord(part, whole))
    assert saved is not None
    assert saved.path == tmp_path / "mine now.pdf"


def test_a_folder_that_is_gone_leaves_nothing_to_find(tmp_path: Path) -> None:
    assert recover(PartRecord(tmp_path / "gone" / "a.pdf.1a2b3c4d.part")) is None
