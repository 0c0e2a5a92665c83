"""The shared state as a file: one for each server and key, used by all programs of this account.

It is text, one note per line. All lines are equally long and written in one piece, so after a program is
killed each line is an old one or a new one. Times are monotonic, which all programs share until the machine
restarts. Between machines, or after a restart, the wall clock is used, and no note counts longer than one
of its kind can. A program that misses its own notes writes them again, so a damaged or deleted file
repairs itself.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import os
import secrets
import stat
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from omni_tui.api.rate_limit.limiter import RateLimiter
from omni_tui.api.rate_limit.shared_state import Kind, Note, SharedState
from omni_tui.api.rate_limit.slots import longest_notes
from omni_tui.clock import Clock
from omni_tui.formatting import display_path

VERSION = 1
LINE_BYTES = 64
# More than any rate limit needs.
MAX_BYTES = 1024 * 1024
# A turn takes well under a millisecond: retry for this long without yielding ...
_SPIN_SECONDS = 0.01
_STEP_SECONDS = 0.0005
# … and for this long in total, before we go on alone: whoever holds a turn that long is stuck.
STUCK_SECONDS = 5.0

_PREFIX = "budget-"
# Files of keys that have not been used for this long are deleted.
_OLD_SECONDS = 7 * 86_400.0
_TITLE = b"omni-tui budget "
_HEADER = (_TITLE + b"%d" % VERSION).ljust(LINE_BYTES - 1) + b"\n"
_FREE = b"-".ljust(LINE_BYTES - 1) + b"\n"
# Rounding to milliseconds must not make a note expire early.
_ROUNDING = 0.001
_NO_BOOT = "-" * 8
_MAX_KNOWN = 1000


def shared_limiter_path(folder: Path, root: str, token: str) -> Path:
    """Return the file for programs with that key and server. Its name reveals neither."""
    address = urlsplit(root)
    origin = f"{address.scheme}://{address.netloc}".lower()
    digest = hmac.new(token.encode(), f"omni-tui budget {origin}".encode(), hashlib.sha256).hexdigest()
    return folder / f"{_PREFIX}{digest[:20]}"


def shared_limiter(folder: Path, root: str, token: str, clock: Clock, limit: int = 60) -> RateLimiter:
    """Return a rate limiter shared by all programs with that key and server, through a file in `folder`."""
    state = SharedFile(shared_limiter_path(folder, root, token), clock, longest_notes())
    return RateLimiter(limit, clock=clock, state=state)


def boot_id() -> str:
    """Return an ID of eight letters for this boot of the machine; dashes if the system has none."""
    try:
        text = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")
    except (OSError, ValueError):
        return _NO_BOOT
    return hashlib.sha256(text.encode()).hexdigest()[:8]


class SharedFile(SharedState):
    """Shared state in a file. `longest` is how many seconds a note of each kind can count at most.

    All methods block, for well under a millisecond: nothing is synced, because a machine that crashes takes
    all requests with it.
    """

    is_shared = True

    def __init__(
        self,
        path: Path,
        clock: Clock,
        longest: Mapping[Kind, float],
        *,
        boot: Callable[[], str] = boot_id,
    ) -> None:
        self._path = path
        self._clock = clock
        self._longest = longest
        self._boot = boot()
        self._program = secrets.token_hex(4)
        self._descriptor = -1
        self._mine: dict[int, tuple[float, bytes]] = {}  # our notes: when each ends, and its line
        self._seen = b""  # the file after our last turn, with what we wrote
        self._looked_at = b""  # the file as last read
        self._known: dict[bytes, Note] = {}  # lines of this boot that were read before
        self._misfits: dict[int, bytes] = {}  # lines to repair: they would count for too long
        self._is_told = True
        self._is_alone = False
        self._busy_since: float | None = None
        self._trouble = ""
        self._damage = ""

    def __del__(self) -> None:
        self._close()

    @property
    def is_behind(self) -> bool:
        return not self._is_told and not self._is_alone

    @property
    def notice(self) -> str:
        return self._trouble or self._damage

    def put(self, number: int, note: Note) -> None:
        line = self._line(replace(note, program=self._program), f"{number:08x}")
        self._mine[number] = note.until, line
        self._is_told = False

    def drop(self, number: int) -> None:
        """Delete our note with that number; an expired one needs no writing."""
        until, _ = self._mine.pop(number, (0.0, b""))
        if until > self._clock.monotonic():
            self._is_told = False

    def look(self) -> None:
        try:
            self._open()
            self._read(is_still=False)
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
            self._read(is_still=True)
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
            self._remove_old()
        self._close()
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
        self._descriptor = os.open(self._path, flags, 0o600)
        if not stat.S_ISREG(os.fstat(self._descriptor).st_mode):
            raise OSError(0, "not a regular file")
        self._seen = self._looked_at = b""
        self._is_told = not self._mine

    def _remove_old(self) -> None:
        """Delete old files of other keys; if one is in use after all, its programs write it again."""
        for path in self._path.parent.glob(f"{_PREFIX}*"):
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
                self._trouble = self._words("another omni-tui has locked it")
                return False
            if time.monotonic() > end or self._is_alone:
                return False
            time.sleep(_STEP_SECONDS)

    def _read(self, *, is_still: bool) -> None:
        """Read the file. Unless `is_still`, a line may be half written, which is not damage."""
        data = os.pread(self._descriptor, MAX_BYTES, 0)
        if data and data == (self._seen if is_still else self._looked_at):
            return
        self._looked_at = data
        lines = [data[at : at + LINE_BYTES] for at in range(0, len(data), LINE_BYTES)]
        if data and lines[0] != _HEADER:
            if lines[0].startswith(_TITLE) and lines[0].isascii():
                raise OSError(0, "it was written by another version of omni-tui")
            self._damage = self._words("it was damaged and has been replaced", is_passing=True)
            lines = []
        self._seen, self._misfits, damage = b"".join(lines), {}, self._damage
        if len(self._known) > _MAX_KNOWN + 2 * len(lines):
            self._known.clear()  # most of them have expired
        notes = [self._parsed(at, line) for at, line in enumerate(lines) if at]
        self.others = [note for note in notes if note is not None and note.program != self._program]
        if not is_still:
            self._seen, self._misfits, self._damage = b"", {}, damage

    def _parsed(self, at: int, line: bytes) -> Note | None:
        """Parse a line; None if it is empty or invalid."""
        if line == _FREE:
            return None
        if (known := self._known.get(line)) is not None:
            return known
        try:
            kind_text, program, number, boot, *numbers = line.decode("ascii").split()
            priority, count, monotonic, wall = map(float, numbers)
            kind = Kind(kind_text)
            note = Note(kind, 0.0, int(priority), int(count), program)
        except (ValueError, OverflowError):
            self._damage = self._words("a line in it was damaged", is_passing=True)
            self._misfits[at] = _FREE
            return None
        now = self._clock.monotonic()
        is_same_start = boot == self._boot != _NO_BOOT
        left = monotonic - now if is_same_start else wall - self._clock.time()
        longest = self._longest[kind]
        is_misfit = not left <= longest + 2 * _ROUNDING
        if is_misfit:  # a clock was set back
            left = min(longest, self._longest[Kind.SLOT])
            self._misfits[at] = self._line(replace(note, until=now + left), number)
        note = replace(note, until=now + left)
        if is_same_start and not is_misfit:
            self._known[line] = note
        return note

    def _write(self) -> None:
        """Write the lines that changed: ours, and those that would count for too long."""
        table = bytearray(self._seen)
        if not table:
            self._put(table, 0, _HEADER)
            os.ftruncate(self._descriptor, LINE_BYTES)
        for at, line in self._misfits.items():
            self._put(table, at, line)
        positions = self._positions(table)
        for number in positions.keys() - self._mine.keys():
            self._put(table, positions.pop(number), _FREE)
        free = self._free(table, set(positions.values()))
        for number, (_, line) in self._mine.items():
            at = positions[number] if number in positions else next(free)
            self._put(table, at, line)
        self._seen, self._misfits = bytes(table), {}
        self._is_told = True

    def _put(self, table: bytearray, at: int, line: bytes) -> None:
        start = at * LINE_BYTES
        if table[start : start + LINE_BYTES] != line:
            os.pwrite(self._descriptor, line, start)
            table[start : start + LINE_BYTES] = line

    def _positions(self, table: bytearray) -> dict[int, int]:
        """Return the offsets of our lines by note number."""
        mark = f" {self._program} ".encode()
        positions: dict[int, int] = {}
        start = table.find(mark)
        while start >= 0:
            with suppress(ValueError):
                positions[int(table[start + len(mark) : start + len(mark) + 8], 16)] = start // LINE_BYTES
            start = table.find(mark, start + LINE_BYTES)
        return positions

    def _free(self, table: bytearray, ours: set[int]) -> Iterator[int]:
        """Yield the offsets of lines that may be overwritten: expired ones, then new ones."""
        now = self._clock.monotonic()
        count = len(table) // LINE_BYTES
        for at in range(1, count):
            if at not in ours:
                note = self._parsed(at, bytes(table[at * LINE_BYTES : (at + 1) * LINE_BYTES]))
                if note is None or note.until <= now:
                    yield at
        while True:
            yield count
            count += 1

    def _line(self, note: Note, number: str) -> bytes:
        until = note.until + _ROUNDING
        wall = until - self._clock.monotonic() + self._clock.time()
        who = f"{note.kind.value} {note.program} {number} {self._boot} {note.priority} {note.count:02}"
        return f"{who} {until:015.3f} {wall:.2f}".encode("ascii").ljust(LINE_BYTES - 1) + b"\n"

    def _go_alone(self, error: OSError) -> None:
        self._is_alone = True
        self._trouble = self._words(error.strerror or str(error))
        self._close()

    def _words(self, reason: str, *, is_passing: bool = False) -> str:
        how = "may not be counted for a minute" if is_passing else "are not counted"
        return f"Requests by other programs with the same key {how}: {display_path(self._path)}: {reason}."

    def _close(self) -> None:
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)
