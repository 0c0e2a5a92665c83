"""Merge PDFs and unpack ZIPs of CSVs, without replacing existing files."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from omni_tui.downloads.errors import FileSaveError
from omni_tui.downloads.files.part_file import PartFile
from omni_tui.errors import OmniTuiError
from omni_tui.options.file_names.sanitize import numbered, safe_file_name
from omni_tui.preview.byte_sources import MemberSource, members_of

_PIECE_BYTES = 1024 * 1024


def merge_pdfs(parts: Sequence[tuple[Path, str]], folder: Path, name: str) -> Path:
    """Merge PDFs into one in `folder`, in order, with a bookmark titled after each; return its path.

    Blocks; raises OmniTuiError.
    """
    from pypdf import PdfWriter
    from pypdf.errors import PyPdfError

    writer, content = PdfWriter(), io.BytesIO()
    try:
        for path, title in parts:
            writer.append(path, outline_item=title)
        writer.write(content)
    except (PyPdfError, OSError, ValueError) as error:
        raise OmniTuiError(f"Can't merge the PDFs: {error}.") from error
    finally:
        writer.close()
    part = PartFile(folder, merged_name(name))
    try:
        part.write(content.getbuffer())
        return part.finish()
    except BaseException:
        part.discard()
        raise


def merged_name(name: str) -> str:
    """Return the file name for the one that was typed after --merge."""
    return safe_file_name(name[: -len(".pdf")], "pdf")


def unpack(path: Path) -> list[Path]:
    """Unpack a ZIP into a new folder beside it with the same name; return the files.

    Blocks; raises OmniTuiError.
    """
    members = [member for member in members_of(path) if not member.is_dir()]
    folder = _new_folder(path)
    files = []
    for member in members:
        source = MemberSource(path, member)
        stem, dot, extension = Path(member.filename).name.rpartition(".")
        name = safe_file_name(stem, extension) if dot else safe_file_name(member.filename)
        part = PartFile(folder, name)
        try:
            with source.open() as content:
                while piece := content.read(_PIECE_BYTES):
                    part.write(piece)
            files.append(part.finish())
        except BaseException:
            part.discard()
            raise
    return files


def remove_files(paths: Sequence[Path]) -> None:
    """Delete files; missing ones are fine. Raises FileSaveError."""
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise FileSaveError(f"{path} can't be deleted: {error.strerror}.") from error


def _new_folder(path: Path) -> Path:
    for name in numbered(path.stem):
        folder = path.with_name(name)
        try:
            folder.mkdir()
        except FileExistsError:
            continue
        except OSError as error:
            raise FileSaveError(f"{folder} can't be created: {error.strerror}.") from error
        return folder
    raise FileSaveError(f"{path.with_suffix('')}: all numbered names are taken.")
