from __future__ import annotations

import errno
import hashlib
import multiprocessing
import os
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from omni_tui.downloads.errors import FileSaveError, file_save_error
from omni_tui.downloads.files import part_file
from omni_tui.downloads.files.folders import check_folder, make_folder
from omni_tui.downloads.files.part_file import PartFile

DATA = b"%PDF-" + b"x" * 5000


def names(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


def save(folder: Path, name: str, data: bytes) -> Path:
    part = PartFile(folder, name)
    part.write(data)
    return part.finish()


def test_a_folder_that_takes_no_files_is_not_reported_as_missing(tmp_path: Path) -> None:
    """/proc exists, but creating a file in it fails with ENOENT."""
    missing = OSError(errno.ENOENT, os.strerror(errno.ENOENT))
    assert file_save_error(missing, tmp_path).message == f"Files can't be created in {tmp_path}."
    assert file_save_error(missing, tmp_path / "x").message == f"There is no folder {tmp_path / 'x'}."


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="only Linux has it")
def test_a_folder_that_cannot_be_created_is_named() -> None:
    with pytest.raises(FileSaveError) as caught:
        make_folder(Path("/proc/foo"))
    assert caught.value.message.startswith("/proc/foo can't be created: ")


def test_a_part_is_private_and_gets_its_name_at_the_end(tmp_path: Path) -> None:
    part = PartFile(tmp_path, "Sales.pdf")
    part.write(DATA[:100])
    part.write(bytearray(DATA[100:]))
    assert names(tmp_path) == ["Sales.pdf.part"]
    assert stat.S_IMODE((tmp_path / "Sales.pdf.part").stat().st_mode) == 0o600
    path = part.finish()
    assert path == tmp_path / "Sales.pdf"
    assert names(tmp_path) == ["Sales.pdf"]
    assert path.read_bytes() == DATA
    assert (part.size, part.sha256) == (len(DATA), hashlib.sha256(DATA).hexdigest())
    assert path.stat().st_nlink == 1


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_a_finished_file_has_the_rights_that_the_umask_leaves(tmp_path: Path, mask: int, mode: int) -> None:
    before = os.umask(mask)
    try:
        path = save(tmp_path, "a.pdf", DATA)
        assert os.umask(mask) == mask
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_file_and_folder_are_synced_and_the_file_before_it_gets_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[tuple[bool, list[str]]] = []

    def note(descriptor: int) -> None:
        synced.append((stat.S_ISDIR(os.fstat(descriptor).st_mode), names(tmp_path)))

    monkeypatch.setattr(part_file.os, "fsync", note)
    save(tmp_path, "a.pdf", DATA)
    assert synced == [(False, ["a.pdf.part"]), (True, ["a.pdf"])]


def test_nothing_that_is_there_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_text("mine")
    (tmp_path / "a (2).pdf").mkdir()
    (tmp_path / "a (3).pdf").symlink_to("nowhere")
    (tmp_path / "a.pdf.part").write_text("somebody else's")
    assert save(tmp_path, "a.pdf", DATA) == tmp_path / "a (4).pdf"
    assert (tmp_path / "a.pdf").read_text() == "mine"
    assert (tmp_path / "a.pdf.part").read_text() == "somebody else's"
    assert names(tmp_path) == ["a (2).pdf", "a (3).pdf", "a (4).pdf", "a.pdf", "a.pdf.part"]


def test_a_name_that_was_taken_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    part = PartFile(tmp_path, "a.pdf")
    part.write(DATA)
    (tmp_path / "a.pdf").write_text("mine")
    assert part.finish() == tmp_path / "a (2).pdf"
    assert (tmp_path / "a.pdf").read_text() == "mine"


def no_links(source: Path, target: Path) -> None:
    raise OSError(errno.EPERM, "Operation not permitted")


def test_without_hard_links_nothing_is_replaced_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(part_file.os, "link", no_links)
    (tmp_path / "a.pdf").write_text("mine")
    path = save(tmp_path, "a.pdf", DATA)
    assert path == tmp_path / "a (2).pdf"
    assert path.read_bytes() == DATA
    assert (tmp_path / "a.pdf").read_text() == "mine"
    assert names(tmp_path) == ["a (2).pdf", "a.pdf"]


def test_without_hard_links_a_failure_leaves_no_placeholder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(source: Path, target: Path) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(part_file.os, "link", no_links)
    monkeypatch.setattr(part_file.os, "replace", fail)
    part = PartFile(tmp_path, "a.pdf")
    part.write(DATA)
    with pytest.raises(FileSaveError):
        part.finish()
    part.discard()
    assert names(tmp_path) == []


@pytest.mark.parametrize("with_links", [True, False])
def test_many_threads_for_one_name_all_survive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, with_links: bool
) -> None:
    if not with_links:
        monkeypatch.setattr(part_file.os, "link", no_links)
    everybody = threading.Barrier(8)
    contents = [bytes([65 + number]) * 3000 for number in range(8)]

    def race(content: bytes) -> Path:
        everybody.wait(10)
        part = PartFile(tmp_path, "a.pdf")
        part.write(content)
        everybody.wait(10)
        return part.finish()

    with ThreadPoolExecutor(8) as threads:
        paths = list(threads.map(race, contents))
    assert len(set(paths)) == 8
    assert [path.read_bytes() for path in paths] == contents
    assert names(tmp_path) == sorted(["a.pdf", *(f"a ({number}).pdf" for number in range(2, 9))])


def test_many_processes_for_one_name_all_survive(tmp_path: Path) -> None:
    contents = [bytes([65 + number]) * 3000 for number in range(4)]
    with multiprocessing.get_context("spawn").Pool(4) as processes:
        paths = processes.starmap(save, [(tmp_path, "a.pdf", content) for content in contents])
    assert len(set(paths)) == 4
    assert [path.read_bytes() for path in paths] == contents
    assert len(names(tmp_path)) == 4


def test_discarded_before_and_after_its_name(tmp_path: Path) -> None:
    part = PartFile(tmp_path, "a.pdf")
    part.write(DATA)
    part.discard()
    part.discard()
    assert names(tmp_path) == []
    part = PartFile(tmp_path, "a.pdf")
    part.finish()
    part.discard()
    assert names(tmp_path) == []


def test_a_file_in_place_of_the_part_is_neither_renamed_nor_removed(tmp_path: Path) -> None:
    part = PartFile(tmp_path, "a.pdf")
    part.write(DATA)
    theirs = tmp_path / "theirs"
    theirs.write_text("theirs")
    theirs.replace(tmp_path / "a.pdf.part")
    with pytest.raises(FileSaveError, match="removed or replaced"):
        part.finish()
    part.discard()
    assert names(tmp_path) == ["a.pdf.part"]
    assert (tmp_path / "a.pdf.part").read_text() == "theirs"


def test_a_removed_folder_is_reported(tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    part = PartFile(folder, "a.pdf")
    part.write(DATA)
    (folder / "a.pdf.part").unlink()
    folder.rmdir()
    with pytest.raises(FileSaveError, match="There is no folder"):
        part.finish()
    part.discard()
    with pytest.raises(FileSaveError, match="There is no folder"):
        PartFile(folder, "a.pdf")
    with pytest.raises(FileSaveError, match="There is no folder"):
        check_folder(folder)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "disk is full"),
        (errno.EDQUOT, "Disk quota exceeded"),
        (errno.EROFS, "read-only disk"),
        (errno.EACCES, "No permission to write"),
        (errno.ENAMETOOLONG, "name is too long"),
        (errno.EFBIG, "too large"),
        (errno.EIO, os.strerror(errno.EIO)),
    ],
)
def test_disk_errors_have_messages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    part = PartFile(tmp_path, "a.pdf")

    def fail(_descriptor: int, _data: object) -> int:
        raise OSError(number, "not for users")

    monkeypatch.setattr(part_file.os, "write", fail)
    with pytest.raises(FileSaveError, match=words) as trouble:
        part.write(DATA)
    assert str(tmp_path) in trouble.value.message
    assert trouble.value.hint
    part.discard()
    assert names(tmp_path) == []


def test_a_name_that_the_file_system_does_not_take_is_shortened(tmp_path: Path) -> None:
    path = save(tmp_path, "x" * 300, DATA)
    assert path.read_bytes() == DATA
    assert set(path.name) == {"x"}


def test_a_file_is_not_a_folder(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch()
    with pytest.raises(FileSaveError, match="is not a folder"):
        check_folder(path)


def test_a_folder_without_the_right_to_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check_folder(tmp_path)
    monkeypatch.setattr(part_file.os, "access", lambda path, mode: False)  # root may write anywhere
    with pytest.raises(FileSaveError, match="No permission to write"):
        check_folder(tmp_path)


def test_a_file_system_that_cannot_sync_folders_is_good_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def only_files(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(part_file.os, "fsync", only_files)
    assert save(tmp_path, "a.pdf", DATA).read_bytes() == DATA


def test_a_folder_that_cannot_be_synced_is_reported_and_nothing_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def only_files(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(part_file.os, "fsync", only_files)
    part = PartFile(tmp_path, "a.pdf")
    with pytest.raises(FileSaveError):
        part.finish()
    part.discard()
    assert names(tmp_path) == []


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o755), (0o077, 0o700)])
def test_a_folder_is_made_with_the_rights_that_the_umask_leaves(tmp_path: Path, mask: int, mode: int) -> None:
    before = os.umask(mask)
    try:
        make_folder(tmp_path / "a" / "b")
    finally:
        os.umask(before)
    assert [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("a", "a/b")] == [mode, mode]


def test_a_folder_that_cannot_be_created_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("nowhere")
    for name in ("file", "link", "file/x"):
        with pytest.raises(FileSaveError, match="is not a folder"):
            make_folder(tmp_path / name)
    with pytest.raises(FileSaveError, match="too long"):
        make_folder(tmp_path / ("x" * 300))
    with pytest.raises(FileSaveError, match="Can't write"):
        make_folder(tmp_path / "nul\0")

    def refuse(self: Path, mode: int = 0o777, parents: bool = False, exist_ok: bool = False) -> None:
        raise PermissionError(13, "not for users")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(FileSaveError, match="No permission to write") as trouble:
        make_folder(tmp_path / "a" / "b")
    assert f"to {tmp_path}." in trouble.value.message


@pytest.mark.parametrize("advice", ["taken", "refused", "unknown"])
def test_a_large_file_is_synced_while_more_arrives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, advice: str
) -> None:
    monkeypatch.setattr(part_file, "SYNC_BYTES", 10)
    advised: list[tuple[int, int]] = []

    def advise(descriptor: int, start: int, length: int, advice_: int) -> None:
        advised.append((start, length))
        if advice == "refused":
            raise OSError(22, "Invalid argument")

    if advice == "unknown":
        monkeypatch.delattr(os, "posix_fadvise", raising=False)
    else:
        monkeypatch.setattr(os, "posix_fadvise", advise, raising=False)
        monkeypatch.setattr(os, "POSIX_FADV_DONTNEED", 4, raising=False)
    part = PartFile(tmp_path, "file.csv")
    for _ in range(5):
        part.write(b"seven b")
    assert part.finish().read_bytes() == b"seven b" * 5
    assert advised == ([] if advice == "unknown" else [(0, 14), (14, 14)])
