"""What widgets do that show what goes on: they listen as soon as there is something to listen to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget

if TYPE_CHECKING:
    from omni_tui.services import Services

Unsubscribe = Callable[[], None]


class Following(Widget):
    """Subscribes when the services open, anew when others open, and not beyond its own life."""

    _services: Services | None = None
    _unsubscribes: tuple[Unsubscribe, ...] = ()

    def subscribe_to(self, services: Services) -> Iterable[Unsubscribe]:
        """Subscribe to what matters here; what ends each."""
        return ()

    def show_services(self) -> None:
        """Paint what is there: other services are open now, or none."""

    def on_mount(self) -> None:
        """Follow the application's services."""
        self.watch(self.app, "services", self._follow)

    def on_unmount(self) -> None:
        """Stop listening."""
        self._unsubscribe_all()

    def tell(self, message: Message) -> None:
        """Post a message to oneself, for a callback that may come at any moment."""
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


class Joined:
    """Joins what is asked for again and again: acts at once, then at most every `seconds`, and once more at
    the end if something was asked for meanwhile."""

    def __init__(self, widget: Widget, seconds: float, act: Callable[[], None]) -> None:
        self._widget = widget
        self._seconds = seconds
        self._act = act
        self._pause: Timer | None = None
        self._is_asked = self._is_urgent = False

    def ask(self) -> None:
        """Act now, or when the pause is over."""
        if self._pause is not None:
            self._is_asked = True
            return
        self._act()
        self._pause = self._widget.set_timer(self._seconds, self._pause_over)

    def soon(self) -> None:
        """Act whatever the pause, as soon as all has been heard that was told already."""
        if not self._is_urgent:
            self._is_urgent = True
            self._widget.call_later(self._end_pause)

    def _end_pause(self) -> None:
        if self._pause is not None:
            self._pause.stop()
        self._pause, self._is_asked, self._is_urgent = None, False, False
        self.ask()

    def _pause_over(self) -> None:
        self._pause = None
        if self._is_asked:
            self._is_asked = False
            self.ask()
