"""A part file that an earlier program left: what gets its name, and what is left alone."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path

from omni_tui.downloads.files.part_file import CompletePart
from omni_tui.downloads.store.recovery import recover
from omni_tui.downloads.store.serialization import PartRecord
from tests.downloads.fakes import PDF


def whole_part(folder: Path) -> tuple[Path, CompletePart]:
    part = folder / "a.pdf.1a2b3c4d.part"
    part.write_bytes(PDF)
    found = part.stat()
    digest = hashlib.sha256(PDF).hexdigest()
    return part, CompletePart(part, "a.pdf", found.st_dev, found.st_ino, len(PDF), digest)


def test_a_complete_part_that_was_changed_gets_no_name(tmp_path: Path) -> None:
    part, whole = whole_part(tmp_path)
    part.write_bytes(PDF[:-1] + b"!")
    assert recover(PartRecord(part, whole)) is None
    assert os.listdir(tmp_path) == []


def test_a_file_system_with_changing_inodes_loses_no_file(tmp_path: Path) -> None:
    """It is known by its path and its hash, too: found, and not fetched again."""
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
