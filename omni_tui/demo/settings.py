"""What a demo server is asked to simulate."""

from __future__ import annotations

from dataclasses import dataclass

from omni_tui.demo.versions import TODAY, Behavior

HUGE_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class DemoSettings:
    """The settings of a server, which stay as they are while it runs.

    `speed` divides the rendering time, `strict` adds what only some servers reject, `dashboards` is the
    number of all dashboards (None: the named ones), `limit` is the number of requests per minute and key,
    `counts_rejected` counts rejected ones, too; `says_retry_after`: a 429 has a Retry-After header;
    `huge_bytes` is the size of the huge export.
    """

    behavior: Behavior = TODAY
    speed: float = 1.0
    strict: bool = False
    dashboards: int | None = None
    limit: int = 60
    counts_rejected: bool = False
    says_retry_after: bool = True
    huge_bytes: int = HUGE_BYTES
