"""What the rules make of a server's text that has no path."""

from __future__ import annotations

from collections.abc import Collection

from omni_tui.options.server_errors import problems_from_faults
from omni_tui.options.spec import Problem


def problems_from_reason(reason: str, filter_ids: Collection[str] = ()) -> list[Problem]:
    """Return the problems in it, at least one."""
    return problems_from_faults([((), reason)], filter_ids)
