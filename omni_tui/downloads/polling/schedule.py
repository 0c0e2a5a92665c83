"""Who is asked next, and when: one pace for all jobs, under the budget that everything shares. Pure.

An ask that finds its job running is spent, and while requests are scarce each one that is spent keeps all
jobs waiting; an ask that comes late keeps only its own. So a job is asked when waiting longer would cost more
than the ask in vain that it may be. How likely that is, `render_times` learns from every answer.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from omni_tui.downloads.polling.render_stats import History, RenderKind, Span, Times

# The API asks for a poll every 2 to 5 s, and never more than one a second per job.
SHORTEST_GAP_SECONDS = 2.0
# So few jobs are asked that often, and nothing is worked out …
FEW_JOBS = 2
# … until the room for asks is down to this part; then they are asked so seldom that it lasts.
SPARE_PART = 0.5
SPARING = 1.2
# An ask in vain costs nearly what it takes until the budget has given each job one ask: not all are pressed.
PRICE = 0.9
# So many of the asks under way may be expected to be in vain: each answer tells of the other jobs too.
VAIN_TOGETHER = 2.0
# So long they are waited for; one that takes longer is on its own.
ANSWER_SECONDS = 3.0
# Room that is left for the file of a job that is found ready.
FILE_RESERVE = 1
# The first ask waits until it is at least that likely: what is only just possible need not be asked about.
LEAST_FIRST_CHANCE = 0.1
# So likely ended, and requests being scarce, it is asked for its file: that says as much, and spares an ask.
LIKELY = 0.75
# Of a job whose start is not known nothing can be worked out: as likely ended as not.
UNKNOWN_CHANCE = 0.5


class Room(NamedTuple):
    """How many requests would go at once: asks, or files."""

    asks: float
    files: float


class Ask(NamedTuple):
    """The job to ask now; `is_for_file`: for its file at once, as that is likely there."""

    job: Hashable
    is_for_file: bool = False


@dataclass(slots=True)
class _Watched:
    """A job that renders. `since` is when it started; when that is not known, when it came to us."""

    kind: RenderKind
    since: float
    is_start_known: bool
    last_asked: float
    is_waiting: bool = False  # for its turn
    asked_at: float | None = None  # when the ask went out that is under way
    chance: float = 0.0  # that the ask under way finds it ended
    is_new: bool = True  # never asked
    running_at: float = 0.0  # the age at which it last was found running, in seconds

    @property
    def earliest(self) -> float:
        """It is never asked sooner."""
        return self.last_asked + SHORTEST_GAP_SECONDS


class PollSchedule:
    """Decides which of the watched jobs is asked next. All times are monotonic seconds.

    `asks` is how many requests in any `window_seconds` may be asks, which have a share of the budget only.
    """

    def __init__(self, history: History, *, asks: float, window_seconds: float) -> None:
        self._asks = asks
        self._seconds_an_ask = window_seconds / asks
        self._times = Times(history)
        self._jobs: dict[Hashable, _Watched] = {}

    def watch(self, job: Hashable, kind: RenderKind, now: float, *, is_start_known: bool = True) -> None:
        """A job renders from now on; or has for some time that nobody knows."""
        self._jobs[job] = _Watched(kind, now, is_start_known, last_asked=now)
        if is_start_known:
            self._times.runs_at(job, kind, 0.0)

    def wants(self, job: Hashable) -> None:
        """It waits for its turn to be asked."""
        self._jobs[job].is_waiting = True

    def found_running(self, job: Hashable, now: float) -> None:
        """The ask was in vain."""
        self.found_nothing(job, now)
        watched = self._jobs[job]
        watched.running_at = now - watched.since
        if watched.is_start_known:
            self._times.runs_at(job, watched.kind, watched.running_at)

    def found_nothing(self, job: Hashable, now: float) -> None:
        """The ask brought no answer that says anything."""
        watched = self._jobs[job]
        watched.asked_at, watched.is_new, watched.last_asked = None, False, now

    def found_ended(self, job: Hashable, now: float) -> None:
        """It has ended by now, and is not watched any more."""
        watched = self._jobs.pop(job)
        if watched.is_start_known:
            span = Span(watched.running_at, max(now - watched.since, watched.running_at))
            self._times.ended(job, watched.kind, span)

    def leave(self, job: Hashable) -> None:
        """Nobody waits for it any more. Nothing happens for a job that is not watched."""
        if self._jobs.pop(job, None) is not None:
            self._times.gone(job)

    def next(self, now: float, room: Room) -> Ask | float | None:
        """Whom to ask now; else when to look again at the latest; None: when something has changed.

        Who is returned counts as asked until the answer is told.
        """
        waiting = {job: watched for job, watched in self._jobs.items() if watched.is_waiting}
        if not waiting or room.asks < 1:
            return None
        due = {job: self._due(watched, room) for job, watched in waiting.items()}
        ready = {job: self._chance(waiting[job], now) for job, at in due.items() if at <= now}
        if not ready:
            return min(due.values())
        likeliest = max(ready, key=lambda job: (ready[job], -due[job]))
        awaited = self._awaited(now)
        if awaited and not self._may_join(ready[likeliest], awaited, room):
            return min(one.asked_at or now for one in awaited) + ANSWER_SECONDS
        chosen, chance = waiting[likeliest], ready[likeliest]
        chosen.is_waiting, chosen.asked_at, chosen.chance = False, now, chance
        return Ask(likeliest, is_for_file=chance >= LIKELY and self._are_scarce)

    @property
    def _are_scarce(self) -> bool:
        """Whether there are more jobs than can simply be asked all the time."""
        return len(self._jobs) > FEW_JOBS and self._seconds_an_ask > 0

    @property
    def _price_seconds(self) -> float:
        """What an ask in vain costs: every job that is watched waits for the next request to become free."""
        return PRICE * len(self._jobs) * self._seconds_an_ask

    def _due(self, watched: _Watched, room: Room) -> float:
        """When to ask that job, if nothing changes until then."""
        if not self._are_scarce:
            is_low = room.asks < self._asks * SPARE_PART
            return max(watched.earliest, watched.last_asked + is_low * SPARING * self._price_seconds)
        if not watched.is_start_known:
            gap = 0.0 if watched.is_new else self._price_seconds
            return max(watched.earliest, watched.last_asked + gap)
        curve = self._times.curve(watched.kind)
        earliest_age = watched.earliest - watched.since
        age = curve.worth_asking_seconds(
            watched.running_at,
            earliest_age,
            self._price_seconds,
            least_chance=LEAST_FIRST_CHANCE if watched.is_new else 0.0,
        )
        return watched.since + age

    def _chance(self, watched: _Watched, now: float) -> float:
        if not watched.is_start_known:
            return UNKNOWN_CHANCE
        return self._times.curve(watched.kind).ended_by(now - watched.since, watched.running_at)

    def _awaited(self, now: float) -> list[_Watched]:
        """Whom an answer may come of any moment. One that is long in coming keeps nobody waiting."""
        return [
            watched
            for watched in self._jobs.values()
            if watched.asked_at is not None and now - watched.asked_at < ANSWER_SECONDS
        ]

    def _may_join(self, chance: float, awaited: Sequence[_Watched], room: Room) -> bool:
        """Whether one more may be asked beside those, and the files that they promise get room."""
        if not self._are_scarce:
            return True
        promised = sum(watched.chance for watched in awaited)
        vain = len(awaited) - promised + 1.0 - chance
        return vain <= VAIN_TOGETHER and room.files - promised >= 1 + FILE_RESERVE
