"""Base for widgets that subscribe to the services, and a throttle for their updates."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget

if TYPE_CHECKING:
    from omni_tui.services import Services

Unsubscribe = Callable[[], None]


class ServiceWatcher(Widget):
    """Subscribes when services open, again when they are replaced, and unsubscribes on unmount."""

    _services: Services | None = None
    _unsubscribes: tuple[Unsubscribe, ...] = ()

    def subscribe_to(self, services: Services) -> Iterable[Unsubscribe]:
        """Subscribe to what the widget shows; return the functions that unsubscribe."""
        return ()

    def show_services(self) -> None:
        """Update the widget: services were opened, replaced or closed."""

    def on_mount(self) -> None:
        """Watch the application's services."""
        self.watch(self.app, "services", self._follow)

    def on_unmount(self) -> None:
        """Unsubscribe from everything."""
        self._unsubscribe_all()

    def post_if_running(self, message: Message) -> None:
        """Post a message to this widget, from a callback that may come before or after its life."""
        if self.is_attached and self.is_running:
            self.post_message(message)

    def _follow(self, services: Services | None) -> None:
        if services is self._services and services is not None:
            return
        self._unsubscribe_all()
        self._services = services
        if services is not None:
            self._unsubscribes = tuple(self.subscribe_to(services))
        self.show_services()

    def _unsubscribe_all(self) -> None:
        for unsubscribe in self._unsubscribes:
            unsubscribe()
        self._unsubscribes = ()


class Throttle:
    """Limits how often `act` runs: at once, then at most every `seconds`, with a final run if needed."""

    def __init__(self, widget: Widget, seconds: float, act: Callable[[], None]) -> None:
        self._widget = widget
        self._seconds = seconds
        self._act = act
        self._pause: Timer | None = None
        self._is_pending = self._is_urgent = False

    def ask(self) -> None:
        """Run now, or when the pause ends."""
        if self._pause is not None:
            self._is_pending = True
            return
        self._act()
        self._pause = self._widget.set_timer(self._seconds, self._pause_over)

    def soon(self) -> None:
        """Run as soon as the pending messages are handled, even during a pause."""
        if not self._is_urgent:
            self._is_urgent = True
            self._widget.call_later(self._end_pause)

    def _end_pause(self) -> None:
        if self._pause is not None:
            self._pause.stop()
        self._pause, self._is_pending, self._is_urgent = None, False, False
        self.ask()

    def _pause_over(self) -> None:
        self._pause = None
        if self._is_pending:
            self._is_pending = False
            self.ask()
