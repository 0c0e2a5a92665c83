"""The bytes of a table: a file, or a member of a ZIP that is read in place."""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from omni_tui.downloads.files.zip.open_zip import BOUNDED_METHODS, ZIP_ERRORS, open_zip
from omni_tui.preview.errors import PreviewError, cannot_read

if TYPE_CHECKING:
    from typing_extensions import Buffer

# More than any real export unpacks to; the rest isn't read.
MAX_UNPACKED_BYTES = 4 * 1024**3
MAX_MEMBERS = 10_000
BUFFER_BYTES = 128 * 1024
# A state takes about 40 kB.
FIRST_STATE_DISTANCE_BYTES = 2 * 1024**2
MAX_STATES = 128
_PACKED_BYTES = 64 * 1024
_LOCAL_HEADER = struct.Struct("<4s22xHH")  # signature, length of the name, length of the extra field


class ByteSource(ABC):
    """Bytes that can be read from any position. `name`: the file's or the member's; untrusted text."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._version: tuple[int, ...] = ()  # of the file, when it was first opened

    @abstractmethod
    def open_at(self, position: int) -> IO[bytes]:
        """Open at a position in bytes. Raises PreviewError."""

    def open(self) -> IO[bytes]:
        """Open at the start. Raises PreviewError."""
        return self.open_at(0)

    def open_for_index(self) -> IO[bytes]:
        """Open at the start, for one pass to the end. Raises PreviewError."""
        return self.open()

    def close(self) -> None:  # noqa: B027 - most have nothing to release
        """Release resources."""

    def _check_unchanged(self, file: IO[bytes]) -> None:
        """Close the file and raise PreviewError if it isn't the one that was opened first."""
        found = os.fstat(file.fileno())
        version = (found.st_ino, found.st_size, found.st_mtime_ns)
        self._version = self._version or version
        if version != self._version:
            file.close()
            raise PreviewError(f"{self.name} has changed since it was opened.", "Open it again.")


class FileSource(ByteSource):
    """A whole file."""

    def __init__(self, path: Path) -> None:
        super().__init__(path.name)
        self._path = path

    def open_at(self, position: int) -> IO[bytes]:
        """Open at a position in bytes. Raises PreviewError."""
        try:
            file = self._path.open("rb", BUFFER_BYTES)
        except OSError as error:
            raise cannot_read(self.name, error) from error
        self._check_unchanged(file)
        file.seek(position)
        return file


class MemberSource(ByteSource):
    """One member of a ZIP, named with its folders."""

    def __init__(self, path: Path, member: zipfile.ZipInfo) -> None:
        super().__init__(member.filename)
        self._path = path
        self._member = member
        self._states: list[MemberState] = []

    def open_for_index(self) -> IO[bytes]:
        """Open at the start; reading saves states, from which `open_at` can continue."""
        return io.BufferedReader(self._reader(self._states), BUFFER_BYTES)

    def open_at(self, position: int) -> IO[bytes]:
        """Open at an unpacked position in bytes: unpack from the last saved state before it."""
        reader = self._reader()
        before = [state for state in list(self._states) if state.position <= position]
        if before:
            reader.restart(max(before, key=lambda state: state.position))
        file = io.BufferedReader(reader, BUFFER_BYTES)
        left = position - reader.tell()
        while left > 0 and (piece := file.read(min(left, BUFFER_BYTES))):
            left -= len(piece)
        return file

    def _reader(self, states: list[MemberState] | None = None) -> MemberReader:
        try:
            reader = MemberReader(self._path, self._member, states)
        except OSError as error:
            raise cannot_read(self._path.name, error) from error
        self._check_unchanged(reader.file)
        return reader


def members_of(path: Path) -> list[zipfile.ZipInfo]:
    """Return a ZIP's files, without folders. Raises PreviewError."""
    try:
        with path.open("rb") as file, open_zip(file) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
    except OSError as error:
        raise cannot_read(path.name, error) from error
    except ZIP_ERRORS as error:
        raise PreviewError(f"{path.name} is damaged: its list of files can't be read.") from error
    if len(members) > MAX_MEMBERS:
        raise PreviewError(f"{path.name} contains more than {MAX_MEMBERS:,} files.")
    return members


class MemberReader(io.RawIOBase):
    """Unpacks one member in bounded steps. `restart` continues from a saved state.

    (zipfile's own reader can only restart at the beginning.)
    """

    def __init__(self, path: Path, member: zipfile.ZipInfo, states: list[MemberState] | None = None) -> None:
        super().__init__()
        self._states = states
        self._state_distance = FIRST_STATE_DISTANCE_BYTES
        self._name = member.filename
        self._packed_left = member.compress_size
        self._position = 0
        self._is_stored = member.compress_type == zipfile.ZIP_STORED
        if member.compress_type not in BOUNDED_METHODS:
            raise PreviewError(f"{self._name} uses a compression method other than Deflate.")
        if member.flag_bits & 1:
            raise PreviewError(f"{self._name} is encrypted.")
        self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        self.file = path.open("rb")
        try:
            self.file.seek(member.header_offset)
            header = self.file.read(_LOCAL_HEADER.size)
            if len(header) < _LOCAL_HEADER.size:
                raise self._damaged()
            signature, name_bytes, extra_bytes = _LOCAL_HEADER.unpack(header)
            if signature != b"PK\x03\x04":
                raise self._damaged()
            self.file.seek(name_bytes + extra_bytes, os.SEEK_CUR)
        except BaseException:
            self.file.close()
            raise

    def readable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return how many unpacked bytes were read."""
        return self._position

    def readinto(self, buffer: Buffer) -> int:
        """Fill the buffer with what one step returns; 0 at the end. Raises PreviewError."""
        view = memoryview(buffer)
        piece = self._read_stored(len(view)) if self._is_stored else self._read_deflated(len(view))
        view[: len(piece)] = piece
        self._position += len(piece)
        if self._position > MAX_UNPACKED_BYTES:
            raise PreviewError(f"{self._name} unpacks to far more than a real export.")
        if self._states is not None:
            self._remember(self._states)
        return len(piece)

    def state(self) -> MemberState:
        """Return what `restart` needs to continue from here: about 40 kB."""
        inflate = None if self._is_stored else self._inflate.copy()
        return MemberState(self._position, self.file.tell(), self._packed_left, inflate)

    def restart(self, state: MemberState) -> None:
        """Continue from a saved state."""
        self.file.seek(state.packed_position)
        self._position, self._packed_left = state.position, state.packed_left
        if state.inflate is not None:
            self._inflate = state.inflate.copy()

    def _remember(self, states: list[MemberState]) -> None:
        """Save states at growing distances, to limit their number for members of any size."""
        if self._position - (states[-1].position if states else 0) < self._state_distance:
            return
        if len(states) >= MAX_STATES:
            del states[::2]
            self._state_distance *= 2
        states.append(self.state())

    def close(self) -> None:
        """Close the archive's file."""
        if not self.closed:
            self.file.close()
        super().close()

    def _read_stored(self, size: int) -> bytes:
        piece = self.file.read(min(size, self._packed_left))
        self._packed_left -= len(piece)
        if not piece and self._packed_left:
            raise self._damaged()
        return piece

    def _read_deflated(self, size: int) -> bytes:
        while True:
            packed = self._inflate.unconsumed_tail
            if not packed and not self._inflate.eof:
                packed = self.file.read(min(_PACKED_BYTES, self._packed_left))
                self._packed_left -= len(packed)
            try:
                piece = self._inflate.decompress(packed, size)
            except zlib.error as error:
                raise self._damaged() from error
            if piece or self._inflate.eof:
                return piece
            if not packed:
                raise self._damaged()

    def _damaged(self) -> PreviewError:
        return PreviewError(f"{self._name} is damaged.", "Export it again.")


@dataclass(frozen=True, slots=True)
class MemberState:
    """A saved position of a member's reader: the unpacked position in bytes, and how to unpack from there."""

    position: int
    packed_position: int
    packed_left: int
    inflate: Any  # zlib's decompression object, whose type has no public name
