"""What programs with the same key tell each other: notes on a board that all of them see.

Each program keeps its own notes and reads those of the others. A note says until when it counts, so that one
of a program that has died goes by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from omni_tui.clock import Clock

MOST_COUNTED = 99
# The numbers of a program's notes: of its pause, of its waiting, and from which on its places are numbered.
PAUSE, WAITS, FIRST_PLACE = range(3)


class Kind(Enum):
    """What a note says."""

    PLACE = "p"
    """The server may count a request."""
    PAUSE = "b"
    """The server has refused: nobody may send."""
    WAITS = "w"
    """This program would send if there were room."""


@dataclass(frozen=True, slots=True)
class Note:
    """It counts until that monotonic time. `priority` and `count` (up to MOST_COUNTED) are of those who wait.

    `program` is empty for our own.
    """

    kind: Kind
    until: float
    priority: int = 0
    count: int = 0
    program: str = ""


class Board(Protocol):
    """Where the notes are. Nothing here raises: `notice` tells, in a sentence, what is wrong."""

    @property
    def is_shared(self) -> bool:
        """Whether there may be others at all."""
        ...

    @property
    def is_behind(self) -> bool:
        """Whether the others have still to be told of our notes, and it is worth trying soon."""
        ...

    @property
    def notice(self) -> str:
        """What the user may be told."""
        ...

    @property
    def others(self) -> Sequence[Note]:
        """The notes of the others, as last seen; some may not count any more."""
        ...

    def put(self, number: int, note: Note) -> None:
        """Write or replace the note of ours that has that number. The others see it after the next turn."""
        ...

    def drop(self, number: int) -> None:
        """Take a note of ours back."""
        ...

    def look(self) -> None:
        """See what the others have written, without a turn."""
        ...

    def turn(self) -> AbstractContextManager[bool]:
        """Read and write with nobody in between; False when others are at it: try again soon."""
        ...


class Crowd:
    """The others, by their notes as last seen."""

    def __init__(self, board: Board, clock: Clock) -> None:
        self._board = board
        self._clock = clock

    @property
    def places(self) -> int:
        """How many requests of theirs the server may count."""
        return sum(note.kind is Kind.PLACE for note in self._valid())

    @property
    def pause_end(self) -> float:
        """When the last of their pauses ends, as a monotonic time; long ago where there is none."""
        return max((note.until for note in self._valid() if note.kind is Kind.PAUSE), default=float("-inf"))

    @property
    def ends(self) -> Iterator[float]:
        """When their places and pauses end, as monotonic times."""
        return (note.until for note in self._valid() if note.kind is not Kind.WAITS)

    def waiting(self) -> list[tuple[Note, int]]:
        """Who waits: the note that says so, and how many places that program has."""
        notes = self._valid()
        waiting = [note for note in notes if note.kind is Kind.WAITS]
        if not waiting:
            return []
        places = Counter(note.program for note in notes if note.kind is Kind.PLACE)
        return [(note, places[note.program]) for note in waiting]

    def _valid(self) -> list[Note]:
        now = self._clock.monotonic()
        return [note for note in self._board.others if note.until > now]


class LonelyBoard:
    """A board that nobody else sees, and that needs no notes."""

    is_shared = False
    is_behind = False
    notice = ""
    others: Sequence[Note] = ()

    def put(self, number: int, note: Note) -> None:
        """Nobody reads it."""

    def drop(self, number: int) -> None:
        """Nothing was written."""

    def look(self) -> None:
        """There is nothing to see."""

    @contextmanager
    def turn(self) -> Iterator[bool]:
        """It is always ours."""
        yield True
