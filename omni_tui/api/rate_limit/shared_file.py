"""The shared state as a file: one for each server and key, used by all programs of this account.

It has a header line and a line of JSON: a list of notes, which each program replaces as a whole in its turn.
Times are monotonic, which all programs share until the machine restarts. Between machines, or after a
restart, the wall clock is used, and no note counts longer than one of its kind can. Each program always
writes all of its notes, so a damaged or deleted file repairs itself.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import hmac
import json
import os
import secrets
import stat
import time
from collections.abc import Hashable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from omni_tui.api.rate_limit.limiter import RateLimiter
from omni_tui.api.rate_limit.shared_state import Kind, Note, SharedState
from omni_tui.api.rate_limit.slots import longest_notes
from omni_tui.clock import Clock
from omni_tui.formatting import display_path

# More than any rate limit needs.
MAX_BYTES = 1024 * 1024
# A turn takes well under a millisecond: retry for this long without yielding ...
_SPIN_SECONDS = 0.01
_STEP_SECONDS = 0.0005
# … and for this long in total, before we go on alone: whoever holds a turn that long is stuck.
STUCK_SECONDS = 5.0

_PREFIX = "rate-limit-"
_PREFIX_OF_VERSION_0_1 = "budget-"
# Files of keys that have not been used for this long are deleted.
_OLD_SECONDS = 7 * 86_400.0
_TITLE = b"omni-tui rate limit "
_HEADER = _TITLE + b"1"
# Rounding to milliseconds must not make a note expire early.
_ROUNDING = 0.001
_NO_BOOT = "-" * 8
# A note in the file: kind, program, boot, priority, count, and its end in monotonic and wall-clock seconds.
_Record = list[Any]


def shared_limiter_path(folder: Path, root: str, token: str) -> Path:
    """Return the file for programs with that key and server. Its name reveals neither."""
    address = urlsplit(root)
    origin = f"{address.scheme}://{address.netloc}".lower()
    digest = hmac.new(token.encode(), f"omni-tui rate limit {origin}".encode(), hashlib.sha256).hexdigest()
    return folder / f"{_PREFIX}{digest[:20]}"


def shared_limiter(folder: Path, root: str, token: str, clock: Clock, limit: int = 60) -> RateLimiter:
    """Return a rate limiter shared by all programs with that key and server, through a file in `folder`."""
    return RateLimiter(limit, clock=clock, state=SharedFile(shared_limiter_path(folder, root, token), clock))


def boot_id() -> str:
    """Return an ID of eight letters for this boot of the machine; dashes if the system has none."""
    try:
        text = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")
    except (OSError, ValueError):
        return _NO_BOOT
    return hashlib.sha256(text.encode()).hexdigest()[:8]


class SharedFile(SharedState):
    """Shared state in a file.

    All methods block, for well under a millisecond: nothing is synced, because a machine that crashes takes
    all requests with it.
    """

    is_shared = True

    def __init__(
        self,
        path: Path,
        clock: Clock,
        *,
        window_seconds: float = 60.0,
        boot: str | None = None,
    ) -> None:
        super().__init__(clock)
        self._path = path
        self._longest = longest_notes(window_seconds)
        self._boot = boot or boot_id()
        self._program = secrets.token_hex(4)
        self._descriptor = -1
        self._mine: dict[Hashable, tuple[Note, _Record]] = {}
        self._theirs: list[tuple[Note, _Record]] = []
        self._data = b""  # the file as last read or written
        self._is_written = True
        self._is_alone = False
        self._busy_since: float | None = None
        self._trouble = ""
        self._damage = ""

    def __del__(self) -> None:
        self._close()

    @property
    def is_behind(self) -> bool:
        return not self._is_written and not self._is_alone

    @property
    def notice(self) -> str:
        return self._trouble or self._damage

    def put(self, key: Hashable, note: Note) -> None:
        note = replace(note, program=self._program)
        self._mine[key] = note, self._record(note)
        self._is_written = False

    def drop(self, key: Hashable) -> None:
        """Delete our note with that key; an expired one isn't written again anyway."""
        dropped = self._mine.pop(key, None)
        if dropped is not None and dropped[0].until > self._clock.monotonic():
            self._is_written = False

    def look(self) -> None:
        try:
            self._open()
            self._read(has_turn=False)
        except OSError as error:
            self._go_alone(error)

    @contextmanager
    def turn(self) -> Iterator[bool]:
        """Read and write exclusively; yields False if another program has the turn: try again.

        If the file can't be used, yields True every time, and tries the file again in the next turn.
        """
        has_turn = self._begin()
        try:
            yield has_turn
        finally:
            if has_turn and not self._is_alone:
                self._end()

    def _begin(self) -> bool:
        try:
            self._open()
            if not self._lock():
                return self._is_alone
            self._read(has_turn=True)
        except OSError as error:
            self._go_alone(error)
            return True
        self._is_alone, self._trouble = False, ""
        return True

    def _end(self) -> None:
        try:
            self._write()
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)
        except OSError as error:
            self._go_alone(error)

    def _open(self) -> None:
        """Open the file; again if another file has replaced it."""
        try:
            found = self._path.lstat()
            if self._descriptor >= 0 and os.path.samestat(found, os.fstat(self._descriptor)):
                return
        except FileNotFoundError:
            for folder in reversed([self._path.parent, *self._path.parent.parents]):
                folder.mkdir(mode=0o700, exist_ok=True)  # parents=True would not make the parents private
        self._close()
        self._remove_old()
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
        self._descriptor = os.open(self._path, flags, 0o600)
        if not stat.S_ISREG(os.fstat(self._descriptor).st_mode):
            raise OSError(0, "not a regular file")
        self._data = b""
        self._is_written = not self._mine

    def _remove_old(self) -> None:
        """Delete old files of other keys; if one is in use after all, its programs write it again."""
        folder = self._path.parent
        for path in (*folder.glob(f"{_PREFIX}*"), *folder.glob(f"{_PREFIX_OF_VERSION_0_1}*")):
            with suppress(OSError):
                if time.time() - path.lstat().st_mtime > _OLD_SECONDS:
                    path.unlink()

    def _lock(self) -> bool:
        """Try to lock the file; return whether it is ours. After too long, go on without the lock."""
        now = time.monotonic()
        end = now + _SPIN_SECONDS
        while True:
            with suppress(BlockingIOError):
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._busy_since = None
                return True
            if self._busy_since is None:
                self._busy_since = now
            if now - self._busy_since > STUCK_SECONDS:
                self._is_alone = True
                self._trouble = self._notice("another omni-tui has locked it")
                return False
            if time.monotonic() > end or self._is_alone:
                return False
            time.sleep(_STEP_SECONDS)

    def _read(self, *, has_turn: bool) -> None:
        """Read the others' notes. Without a turn, the notes may be half written, which is not damage."""
        data = os.pread(self._descriptor, MAX_BYTES, 0)
        if data == self._data:
            return
        header, _, rest = data.partition(b"\n")
        if header != _HEADER and header.startswith(_TITLE) and header.isascii():
            raise OSError(0, "it was written by another version of omni-tui")
        try:
            # a program that is killed before it shortens the file leaves more lines
            records = json.loads(rest.partition(b"\n")[0]) if header == _HEADER else None
        except (ValueError, RecursionError):
            if not has_turn:
                return
            records = None
        if not isinstance(records, list):
            records = []
            if data:
                self._damage = self._notice("it was damaged and has been replaced", is_temporary=True)
        self._data = data
        read = [note for record in records if (note := self._read_note(record)) is not None]
        self._theirs = [(note, record) for note, record in read if note.program != self._program]
        self._others = [note for note, _ in self._theirs]

    def _read_note(self, record: Any) -> tuple[Note, _Record] | None:
        """Return a note, and how to write it again: shortened if it would count for too long."""
        try:
            kind, program, boot, priority, count, monotonic, wall = record
            note = Note(Kind(kind), 0.0, int(priority), int(count), str(program))
            is_same_start = boot == self._boot != _NO_BOOT
            left = float(monotonic - self._clock.monotonic() if is_same_start else wall - self._clock.time())
        except (ValueError, TypeError, OverflowError):
            self._damage = self._notice("a note in it was damaged", is_temporary=True)
            return None
        longest = self._longest[note.kind]
        if left <= longest + 2 * _ROUNDING:
            return replace(note, until=self._clock.monotonic() + left), record
        # a clock was set back
        note = replace(note, until=self._clock.monotonic() + min(longest, self._longest[Kind.SLOT]))
        return note, self._record(note)

    def _write(self) -> None:
        """Write the notes that still count, if the file has others."""
        now = self._clock.monotonic()
        records = [record for note, record in (*self._theirs, *self._mine.values()) if note.until > now]
        data = b"%s\n%s\n" % (_HEADER, json.dumps(records, separators=(",", ":")).encode())
        if data != self._data:
            self._data = b""
            if os.pwrite(self._descriptor, data, 0) < len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.ftruncate(self._descriptor, len(data))
            self._data = data
        self._is_written = True

    def _record(self, note: Note) -> _Record:
        until = note.until + _ROUNDING
        wall = until - self._clock.monotonic() + self._clock.time()
        numbers = note.priority, note.count, round(until, 3), round(wall, 2)
        return [note.kind.value, note.program, self._boot, *numbers]

    def _go_alone(self, error: OSError) -> None:
        self._is_alone = True
        self._trouble = self._notice(error.strerror or str(error))
        self._close()

    def _notice(self, reason: str, *, is_temporary: bool = False) -> str:
        how = "may not be counted for a minute" if is_temporary else "are not counted"
        return f"Requests by other programs with the same key {how}: {display_path(self._path)}: {reason}."

    def _close(self) -> None:
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)
