"""The entries of the download list, grouped by request: the earlier exports below the latest one."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from omni_tui.downloads.archive.same_request import same_request_key
from omni_tui.downloads.archive.saved_files import FileCheck
from omni_tui.downloads.archive.search import ArchiveSearch
from omni_tui.downloads.job.models import Job, JobState, Order


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list: the latest export of a request, or one of the earlier ones below it.

    `group` holds all exports of the request, newest first; it is empty for an earlier one.
    """

    job: Job
    group: tuple[Job, ...] = ()
    is_open: bool = False
    check: FileCheck | None = None

    @property
    def is_earlier(self) -> bool:
        """Whether it is listed below a later export of the same request."""
        return not self.group

    @property
    def has_more(self) -> bool:
        """Whether there are earlier exports of the request."""
        return len(self.group) > 1


class Archive:
    """Groups downloads and remembers which groups are expanded."""

    def __init__(self) -> None:
        self._open: set[Hashable] = set()
        self._keys: dict[str, tuple[Order, Hashable]] = {}

    def entries(
        self,
        jobs: Iterable[Job],
        search: ArchiveSearch | None = None,
        checks: Mapping[str, FileCheck] | None = None,
    ) -> list[Entry]:
        """Return the entries that match the search, newest first. `jobs` are oldest first.

        Jobs that haven't ended are always shown, even in a collapsed group.
        """
        checks = checks or {}
        groups: dict[Hashable, list[Job]] = {}
        for job in reversed(list(jobs)):
            if search is None or search.finds(job, checks.get(job.id)):
                groups.setdefault(self._key(job), []).append(job)
        entries = []
        for key, group in groups.items():
            is_open = key in self._open
            entries.append(Entry(group[0], tuple(group), is_open, checks.get(group[0].id)))
            earlier = (job for job in group[1:] if is_open or not job.state.is_final)
            entries += [Entry(job, check=checks.get(job.id)) for job in earlier]
        return entries

    def expand(self, job: Job) -> None:
        """Show the earlier exports of the job's request."""
        self._open.add(self._key(job))

    def collapse(self, job: Job) -> None:
        """Hide the earlier exports of the job's request."""
        self._open.discard(self._key(job))

    def _key(self, job: Job) -> Hashable:
        known = self._keys.get(job.id)
        if known is None or known[0] is not job.order:
            known = self._keys[job.id] = (job.order, same_request_key(job))
        return known[1]


def rows_words(group: Sequence[Job]) -> str:
    """Return the rows of the latest saved export and of the one before it: `1,204 → 1,180 rows`.

    `group` is newest first. Empty if the rows aren't known.
    """
    counts = [job.rows for job in group if job.state is JobState.DONE][:2]
    if not counts or counts[0] is None:
        return ""
    words = f"{counts[0]:,} row{'s' * (counts[0] != 1)}"
    if len(counts) == 2 and counts[1] is not None and counts[1] != counts[0]:
        return f"{counts[1]:,} → {words}"
    return words


def ended_in(entries: Iterable[Entry]) -> list[str]:
    """Return the IDs of the downloads of these entries that have ended, collapsed ones included."""
    ids: dict[str, None] = {}
    for entry in entries:
        ids |= {job.id: None for job in (entry.group or (entry.job,)) if job.state.is_final}
    return list(ids)
