"""Decide which job is polled next, and when: one schedule for all jobs under a shared rate limit. Pure.

A poll that finds its job running is wasted. While requests are scarce, a wasted poll delays all jobs, but a
late poll delays only its own. So a job is polled when waiting longer would cost more than the poll that may
be wasted. `render_stats` estimates from every response how likely that is.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from omni_tui.downloads.polling.render_stats import History, RenderKind, RenderTimes, Span

# The API asks for a poll every 2 to 5 s, and never more than one a second per job.
MIN_GAP_SECONDS = 2.0
# Up to this many jobs are polled that often, without estimates …
FEW_JOBS = 2
# … until only this part of the room for polls is left; then they are polled more slowly, by this factor.
RESERVED_SHARE = 0.5
SLOWDOWN = 1.2
# A wasted poll costs nearly the time in which the limit allows one poll per job: not all jobs are urgent.
WASTED_POLL_COST = 0.9
# How many of the running polls may be expected to be wasted: each response also informs about other jobs.
MAX_WASTED_POLLS = 2.0
# How long the schedule waits for a response before it continues without it.
ANSWER_SECONDS = 3.0
# Requests that are left for the file of a job that is found ready.
FILE_RESERVE = 1
# The first poll waits until the job has ended with at least this probability.
MIN_FIRST_CHANCE = 0.1
# From this probability on, if requests are scarce, request the file instead of the status: it saves a poll.
LIKELY = 0.75
# The probability that a job has ended if its start isn't known.
UNKNOWN_CHANCE = 0.5


class Capacity(NamedTuple):
    """How many requests could go at once: polls, or files."""

    polls: float
    files: float


class Poll(NamedTuple):
    """The job to poll now; `is_for_file`: request its file, because it is probably ready."""

    job: Hashable
    is_for_file: bool = False


@dataclass(slots=True)
class _RenderingJob:
    """A job that is rendering. `since` is when it started or, if that isn't known, when we got it."""

    kind: RenderKind
    since: float
    is_start_known: bool
    last_polled_at: float
    is_waiting: bool = False  # for its turn to poll
    polled_at: float | None = None  # when the running poll was sent
    chance: float = 0.0  # that the running poll finds it ended
    is_new: bool = True  # never polled
    running_at: float = 0.0  # the age at which it last was found running, in seconds

    @property
    def earliest(self) -> float:
        """Return the earliest time of the next poll."""
        return self.last_polled_at + MIN_GAP_SECONDS


class PollSchedule:
    """Decides which of the watched jobs is polled next. All times are monotonic seconds.

    `polls` is how many requests in any `window_seconds` may be polls, which only get a share of the limit.
    """

    def __init__(self, history: History, *, polls: float, window_seconds: float) -> None:
        self._max_polls = polls
        self._seconds_per_poll = window_seconds / polls
        self._times = RenderTimes(history)
        self._jobs: dict[Hashable, _RenderingJob] = {}

    def watch(self, job: Hashable, kind: RenderKind, now: float, *, is_start_known: bool = True) -> None:
        """Watch a job that is rendering from now on or, if `is_start_known` is False, for an unknown time."""
        self._jobs[job] = _RenderingJob(kind, now, is_start_known, last_polled_at=now)
        if is_start_known:
            self._times.runs_at(job, kind, 0.0)

    def request_turn(self, job: Hashable) -> None:
        """Let the job wait for its turn to poll."""
        self._jobs[job].is_waiting = True

    def found_running(self, job: Hashable, now: float) -> None:
        """Record that a poll found the job running."""
        self.found_nothing(job, now)
        watched = self._jobs[job]
        watched.running_at = now - watched.since
        if watched.is_start_known:
            self._times.runs_at(job, watched.kind, watched.running_at)

    def found_nothing(self, job: Hashable, now: float) -> None:
        """Record that a poll got no usable response."""
        watched = self._jobs[job]
        watched.polled_at, watched.is_new, watched.last_polled_at = None, False, now

    def job_ended(self, job: Hashable, now: float) -> None:
        """Record that the job has ended, and stop watching it."""
        watched = self._jobs.pop(job)
        if watched.is_start_known:
            span = Span(watched.running_at, max(now - watched.since, watched.running_at))
            self._times.ended(job, watched.kind, span)

    def unwatch(self, job: Hashable) -> None:
        """Stop watching a job. Does nothing if it isn't watched."""
        if self._jobs.pop(job, None) is not None:
            self._times.gone(job)

    def next(self, now: float, room: Capacity) -> Poll | float | None:
        """Return the poll to send now, or the latest time to call this again, or None: after any change.

        A returned poll counts as running until its result is recorded.
        """
        waiting = {job: watched for job, watched in self._jobs.items() if watched.is_waiting}
        if not waiting or room.polls < 1:
            return None
        due = {job: self._due(watched, room) for job, watched in waiting.items()}
        ready = {job: self._chance(waiting[job], now) for job, at in due.items() if at <= now}
        if not ready:
            return min(due.values())
        likeliest = max(ready, key=lambda job: (ready[job], -due[job]))
        awaited = self._awaited(now)
        if awaited and not self._may_join(ready[likeliest], awaited, room):
            return min(one.polled_at or now for one in awaited) + ANSWER_SECONDS
        chosen, chance = waiting[likeliest], ready[likeliest]
        chosen.is_waiting, chosen.polled_at, chosen.chance = False, now, chance
        return Poll(likeliest, is_for_file=chance >= LIKELY and self._are_scarce)

    @property
    def _are_scarce(self) -> bool:
        """Return whether there are more jobs than can be polled constantly."""
        return len(self._jobs) > FEW_JOBS and self._seconds_per_poll > 0

    @property
    def _price_seconds(self) -> float:
        """Return the cost of a wasted poll: every watched job waits for the next free request."""
        return WASTED_POLL_COST * len(self._jobs) * self._seconds_per_poll

    def _due(self, watched: _RenderingJob, room: Capacity) -> float:
        """Return when to poll that job if nothing changes until then."""
        if not self._are_scarce:
            is_low = room.polls < self._max_polls * RESERVED_SHARE
            return max(watched.earliest, watched.last_polled_at + is_low * SLOWDOWN * self._price_seconds)
        if not watched.is_start_known:
            gap = 0.0 if watched.is_new else self._price_seconds
            return max(watched.earliest, watched.last_polled_at + gap)
        curve = self._times.curve(watched.kind)
        earliest_age = watched.earliest - watched.since
        age = curve.best_poll_age_seconds(
            watched.running_at,
            earliest_age,
            self._price_seconds,
            least_chance=MIN_FIRST_CHANCE if watched.is_new else 0.0,
        )
        return watched.since + age

    def _chance(self, watched: _RenderingJob, now: float) -> float:
        if not watched.is_start_known:
            return UNKNOWN_CHANCE
        return self._times.curve(watched.kind).ended_by(now - watched.since, watched.running_at)

    def _awaited(self, now: float) -> list[_RenderingJob]:
        """Return the jobs whose poll may be answered soon; a slow response delays no other poll."""
        return [
            watched
            for watched in self._jobs.values()
            if watched.polled_at is not None and now - watched.polled_at < ANSWER_SECONDS
        ]

    def _may_join(self, chance: float, awaited: Sequence[_RenderingJob], room: Capacity) -> bool:
        """Return whether another poll may run beside those, with room left for the files they may find."""
        if not self._are_scarce:
            return True
        promised = sum(watched.chance for watched in awaited)
        vain = len(awaited) - promised + 1.0 - chance
        return vain <= MAX_WASTED_POLLS and room.files - promised >= 1 + FILE_RESERVE
