"""What programs with the same key share: notes that each of them can read.

Each program writes its own notes and reads the others'. A note has an expiry, so the notes of a program
that has died disappear.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum

from omni_tui.clock import Clock

MAX_COUNTED = 99


class Kind(Enum):
    """What a note means."""

    SLOT = "p"
    """The server may count a request."""
    PAUSE = "b"
    """The server rejected a request: nobody may send."""
    WAITS = "w"
    """This program is waiting for a slot."""


@dataclass(frozen=True, slots=True)
class Note:
    """A note that counts until the monotonic time `until`.

    Waiting notes also have a `priority` and a `count` (at most MAX_COUNTED). `program` is empty for our own.
    """

    kind: Kind
    until: float
    priority: int = 0
    count: int = 0
    program: str = ""


class SharedState:
    """Where the notes are kept, and what the others' notes say. This one is shared with no other program.

    Its methods raise nothing: `notice` describes what is wrong.
    """

    is_shared = False
    """Whether other programs may share the limit."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._others: Sequence[Note] = ()
        """The other programs' notes as last read; some may have expired."""

    @property
    def is_behind(self) -> bool:
        """Return whether notes of ours are still unwritten and should be written soon."""
        return False

    @property
    def notice(self) -> str:
        """Return what to tell the user, in a sentence, or an empty string."""
        return ""

    def put(self, key: Hashable, note: Note) -> None:
        """Write or replace our note with that key. Others see it after the next turn."""

    def drop(self, key: Hashable) -> None:
        """Delete our note with that key."""

    def look(self) -> None:
        """Read what the others have written, without taking a turn."""

    @contextmanager
    def turn(self) -> Iterator[bool]:
        """Read and write exclusively; yields False if another program has the turn: try again soon."""
        yield True

    # the other programs, as last read

    @property
    def others_slots(self) -> int:
        """Return how many of their requests the server may count."""
        return sum(note.kind is Kind.SLOT for note in self._valid_others())

    @property
    def others_pause_end(self) -> float:
        """Return when the last of their pauses ends (monotonic); long ago if there is none."""
        pauses = (note.until for note in self._valid_others() if note.kind is Kind.PAUSE)
        return max(pauses, default=float("-inf"))

    @property
    def others_ends(self) -> Iterator[float]:
        """Yield when their slots and pauses end (monotonic)."""
        return (note.until for note in self._valid_others() if note.kind is not Kind.WAITS)

    def others_waiting(self) -> list[tuple[Note, int]]:
        """Return who is waiting: the note, and how many slots that program has."""
        notes = self._valid_others()
        waiting = [note for note in notes if note.kind is Kind.WAITS]
        if not waiting:
            return []
        slots = Counter(note.program for note in notes if note.kind is Kind.SLOT)
        return [(note, slots[note.program]) for note in waiting]

    def _valid_others(self) -> list[Note]:
        now = self._clock.monotonic()
        return [note for note in self._others if note.until > now]
