"""Unusual folders and names: failing file systems, files that others replace, odd locales."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from omni_tui.downloads.errors import FileSaveError
from omni_tui.downloads.files import manifest, part_file
from omni_tui.downloads.files.part_file import PartFile
from omni_tui.downloads.files.writer import SavedFile
from omni_tui.options.file_names.sanitize import encodable
from omni_tui.settings.locations import make_private_folder
from omni_tui.settings.shared_files import MAX_BYTES, read_shared

DATA = b"%PDF-1.7\nthe file\n%%EOF\n"


def begun(folder: Path, name: str = "a.pdf", tag: str = "") -> PartFile:
    part = PartFile(folder, name, tag)
    part.write(DATA)
    return part


def refuse(*_: object, **__: object) -> None:
    raise PermissionError(errno.EPERM, "Operation not permitted")


def test_a_file_system_that_rejects_fchmod_gets_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(part_file.os, "fchmod", refuse)
    assert begun(tmp_path).finish().read_bytes() == DATA


def test_a_private_folder_whose_mode_cannot_change_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o755)
    monkeypatch.setattr(Path, "chmod", refuse)
    assert make_private_folder(tmp_path) == tmp_path


def test_folders_above_a_private_one_are_private_too(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        make_private_folder(tmp_path / ".config" / "omni-tui")
    finally:
        os.umask(before)
    assert (tmp_path / ".config").stat().st_mode & 0o777 == 0o700


def test_a_part_that_is_swapped_between_check_and_link_gets_no_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = begun(tmp_path)
    real_link = os.link

    def swap_and_link(source: Path, path: Path) -> None:
        (tmp_path / "theirs").write_bytes(b"somebody else's")
        os.replace(tmp_path / "theirs", tmp_path / "a.pdf.part")
        real_link(source, path)

    monkeypatch.setattr(part_file.os, "link", swap_and_link)
    with pytest.raises(FileSaveError, match="replaced"):
        part.finish()
    part.discard()
    assert os.listdir(tmp_path) == ["a.pdf.part"]  # theirs, under the name that they gave it


def test_a_part_that_is_swapped_without_hard_links_gets_no_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = begun(tmp_path)
    real_replace = os.replace

    def swap_and_replace(source: Path, path: Path) -> None:
        (tmp_path / "theirs").write_bytes(b"somebody else's")
        real_replace(tmp_path / "theirs", tmp_path / "a.pdf.part")
        real_replace(source, path)

    monkeypatch.setattr(part_file.os, "link", refuse)
    monkeypatch.setattr(part_file.os, "replace", swap_and_replace)
    with pytest.raises(FileSaveError, match="replaced"):
        part.finish()
    part.discard()
    assert not (tmp_path / "a.pdf").exists()


@pytest.mark.parametrize("is_told", [True, False])
@pytest.mark.parametrize("tag", ["", "1a2b3c4d"])
def test_a_file_system_with_short_names_gets_a_shorter_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tag: str, is_told: bool
) -> None:
    """Accept names up to 143 bytes, like eCryptfs; some file systems don't report their limit."""
    real_open, real_link = os.open, os.link

    def check(path: object) -> None:
        if len(os.fsencode(Path(str(path)).name)) > 143:
            raise OSError(errno.ENAMETOOLONG, "File name too long")

    def short_open(path: object, *rest: int, **more: int) -> int:
        check(path)
        return real_open(path, *rest, **more)  # type: ignore[call-overload,no-any-return]

    def short_link(source: Path, path: Path) -> None:
        check(path)
        real_link(source, path)

    monkeypatch.setattr(part_file.os, "open", short_open)
    monkeypatch.setattr(part_file.os, "link", short_link)
    if is_told:
        monkeypatch.setattr(part_file.os, "pathconf", lambda folder, name: 143)
    for _ in range(2):
        path = begun(tmp_path, f"{'é' * 100}.pdf", tag).finish()
        assert path.suffix == ".pdf"
        assert len(os.fsencode(path.name)) <= 143
    assert len(os.listdir(tmp_path)) == 2


def test_a_folder_that_is_renamed_meanwhile_keeps_no_part(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    part = begun(tmp_path / "old")
    (tmp_path / "old").rename(tmp_path / "new")
    with pytest.raises(FileSaveError):
        part.finish()
    part.discard()
    assert os.listdir(tmp_path / "new") == []


@pytest.mark.parametrize("name", ["Sales — Q3 “best” Ω.pdf", "日本.pdf"])
def test_a_name_that_the_locale_cannot_encode_becomes_the_closest(tmp_path: Path, name: str) -> None:
    made = encodable(name, "iso8859-1")
    assert made == {"S": 'Sales - Q3 "best" _.pdf', "日": "__.pdf"}[name[0]]
    assert encodable(name, "utf-8") == name


def test_a_program_in_another_locale_saves_under_the_closest_name(tmp_path: Path) -> None:
    """Test with a real locale, if the system has one."""
    code = (
        "import sys; from pathlib import Path; from omni_tui.options.file_names.sanitize import *\n"
        "from omni_tui.downloads.files.part_file import PartFile\n"
        "assert sys.getfilesystemencoding() == 'iso8859-1', sys.getfilesystemencoding()\n"
        "part = PartFile(Path(sys.argv[1]), encodable(safe_file_name('Sales \\u2014 caf\\u00e9', 'pdf')))\n"
        "part.write(b'x'); part.finish()"
    )
    locales = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=False).stdout.split()
    latin = next((name for name in locales if name.lower().replace("-", "").endswith("iso88591")), None)
    if latin is None:
        pytest.skip("no such locale here")
    environment = {**os.environ, "LC_ALL": latin, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], env=environment, check=True)
    assert os.listdir(os.fsencode(tmp_path)) == [b"Sales - caf\xe9.pdf"]


def saved(folder: Path) -> SavedFile:
    path = folder / "a.pdf"
    path.write_bytes(DATA)
    return SavedFile(path, len(DATA), "ab")


@pytest.mark.parametrize("kind", ["fifo", "device", "huge"])
def test_what_a_neighbor_plants_in_the_place_of_a_manifest_is_not_read(tmp_path: Path, kind: str) -> None:
    file = saved(tmp_path)
    planted = tmp_path / f"a.pdf{manifest.MANIFEST_SUFFIX}"
    if kind == "fifo":
        os.mkfifo(planted)
    elif kind == "device":
        planted.symlink_to("/dev/zero")
    else:
        with planted.open("wb") as sparse:
            sparse.truncate(1 << 40)
    manifest.write_manifest({"sha256": "ab"}, file)
    assert len(os.listdir(tmp_path)) == 3


def test_a_shared_file_is_regular_bounded_and_no_link_of_others(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.write_bytes(b"x")
    (tmp_path / "link").symlink_to(plain)
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "zero").symlink_to("/dev/zero")
    assert read_shared(plain) == b"x"
    assert read_shared(tmp_path / "link", follows_own_links=True) == b"x"
    for name in ("link", "fifo", "zero"):
        with pytest.raises(OSError, match=r"."):
            read_shared(tmp_path / name)
    with pytest.raises(OSError, match="regular file"):
        read_shared(tmp_path / "zero", follows_own_links=True)
    plain.write_bytes(b"x" * (MAX_BYTES + 1))
    with pytest.raises(OSError, match="too large"):
        read_shared(plain)
