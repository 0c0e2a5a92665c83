"""Find a download by the beginning of its ID."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from omni_tui.commands.shared.exit_codes import UsageError

if TYPE_CHECKING:
    from omni_tui.downloads.job.models import Job

SEE_DOWNLOADS = "See omni-tui downloads."


def with_id(typed: str, jobs: Iterable[Job]) -> list[Job]:
    """Return the downloads whose ID begins with this text."""
    return [job for job in jobs if typed and job.id.startswith(typed.lower())]


def only_with_id(typed: str, jobs: Iterable[Job], missing: str, hint: str = SEE_DOWNLOADS) -> Job:
    """Return the only download with this ID. Raises UsageError, with `missing` if there is none."""
    found = with_id(typed, jobs)
    if not found:
        raise UsageError(missing, hint)
    if len(found) > 1:
        raise UsageError(f"Several downloads begin with {typed}.", "Enter more of the ID.")
    return found[0]
