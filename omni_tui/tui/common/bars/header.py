"""The header: one line with the connection, the rate limit and the running exports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual import on
from textual.content import Content

from omni_tui.api.urls import Environment
from omni_tui.tui.common.service_watcher import ServiceWatcher, Unsubscribe
from omni_tui.tui.common.text import content, shorten
from omni_tui.tui.messages import JobChanged, RateLimitChanged

if TYPE_CHECKING:
    from omni_tui.services import Services


_COLORS = {Environment.PRODUCTION: "$mark", Environment.PLAYGROUND: "$success"}
# The same colors as tones of a list.
TONES: Mapping[Environment | None, str] = {Environment.PRODUCTION: "mark", Environment.PLAYGROUND: "good"}


class Header(ServiceWatcher):
    """`omni-tui   blobsrus  production · organization key            requests 12/60   running 2`."""

    def __init__(self) -> None:
        super().__init__()
        self._painted: Content | None = None

    def subscribe_to(self, services: Services) -> Iterable[Unsubscribe]:
        """Subscribe to the rate limit and the jobs."""
        yield services.limiter.subscribe(lambda: self.post_if_running(RateLimitChanged()))
        yield services.engine.subscribe(lambda job: self.post_if_running(JobChanged(job)))

    @on(RateLimitChanged)
    @on(JobChanged)
    def show_services(self) -> None:
        """Repaint the line if it changed."""
        if self._painted is None or not self._line().is_same(self._painted):
            self.refresh()

    def render(self) -> Content:
        """Return the line in full width."""
        self._painted = self._line()
        return self._painted

    def _line(self) -> Content:
        room = max(0, self.size.width - 2)
        right = self._right()
        left = self._left(room - right.cell_length - 3)
        blanks = " " * max(3, room - left.cell_length - right.cell_length)
        return Content.assemble(" ", left, blanks, right)

    def _left(self, room: int) -> Content:
        name = Content.styled("omni-tui", "bold $primary")
        if self._services is None:
            return name
        kind = f" · {self._services.client.key_kind.value}"
        word = environment_content(self._services.environment)
        word = Content.assemble("  ", word) if word else word
        room -= name.cell_length + 3 + word.cell_length
        label = shorten(self._place(self._services), room)
        has_room = cell_len(label) + len(kind) <= room
        return Content.assemble(name, "   ", content(label), word, (kind if has_room else "", "$muted"))

    @staticmethod
    def _place(services: Services) -> str:
        """Return the profile and the instance, or one name if they are the same."""
        instance = services.instance.removesuffix(f" ({services.environment.value})")
        return f"{services.profile} · {instance}" if services.profile not in ("", instance) else instance

    def _right(self) -> Content:
        if self._services is None:
            return Content("")
        limiter = self._services.limiter
        if limiter.paused_until is not None:
            until = datetime.fromtimestamp(limiter.paused_until)
            limit = Content.styled(f"! rate limited until {until:%H:%M:%S}", "$warning")
        else:
            limit = Content.assemble(("requests ", "$muted"), f"{limiter.used}/{limiter.limit}")
        running = len(self._services.engine.running)
        return Content.assemble(limit, "   ", ("running ", "$muted"), str(running))


def environment_content(environment: Environment | None) -> Content:
    """Return the environment's name in its color; empty for localhost and unknown environments."""
    if environment is None or environment not in _COLORS:
        return Content("")
    return Content.styled(environment.value, f"bold {_COLORS[environment]}")


def environment_label(environment: Environment | None) -> str:
    """Return the environment's name without color; empty for localhost and unknown environments."""
    return environment_content(environment).plain
