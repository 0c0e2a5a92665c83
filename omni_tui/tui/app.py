"""The application: it shows the first screen, then puts the parts together behind it.

Nothing heavy is imported here: the first screen paints before httpx and pydantic are loaded.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import signal
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.reactive import reactive
from textual.screen import Screen
from textual.worker import Worker, WorkerState

from omni_tui.api.models import Document
from omni_tui.arguments import Arguments
from omni_tui.catalog.cache import Glimpse
from omni_tui.errors import OmniTuiError
from omni_tui.tui.driver import LastingDriver
from omni_tui.tui.keys import KeysInTurn
from omni_tui.tui.messages import OpenForm
from omni_tui.tui.screens.dashboards import DashboardsScreen
from omni_tui.tui.theme import THEMES, fallback_variables

if TYPE_CHECKING:
    from omni_tui.services import Services


class OmniTui(KeysInTurn):
    """The terminal program. `services` is None until they are open; `pane` names the open pane."""

    TITLE = "omni-tui"
    CSS_PATH: ClassVar[str | PurePath | list[str | PurePath] | None] = [
        Path(__file__).parent / "styles" / name for name in ("app.tcss", "dashboards.tcss", "panes.tcss")
    ]
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", "help", key_display="F1", id="help"),
        Binding("question_mark", "help", "help", show=False, id="help-letter"),
        Binding("ctrl+q", "quit", "quit", show=False, priority=True, id="quit"),
    ]

    services: reactive[Services | None] = reactive(None, init=False)
    pane: reactive[str] = reactive("", init=False)
    glimpse: reactive[Glimpse | None] = reactive(None, init=False)
    """The first of the cached list, until the services are open."""

    def __init__(self, arguments: Arguments) -> None:
        super().__init__()
        self.arguments = arguments
        self._is_leaving = False
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name
        self.animation_level = "none"

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """What our style sheets need of any theme."""
        return fallback_variables(self.current_theme)

    def get_default_screen(self) -> Screen[Any]:
        """The dashboards are the lowest screen: there is nothing below to paint first."""
        return DashboardsScreen()

    def get_driver_class(self) -> type[Driver]:
        """Textual's choice, but where that is a real terminal, one that may go away."""
        chosen = super().get_driver_class()
        return LastingDriver if chosen is LinuxDriver else chosen

    @property
    def _background_screens(self) -> list[Screen[Any]]:
        """None under a screen that hides them: Textual's own has those paint the whole screen anew."""
        return [] if self.screen.styles.background.a == 1 else super()._background_screens

    def on_mount(self) -> None:
        """Paint first, then open the services."""
        self.call_after_refresh(self._start)
        self._end_cleanly_on_signals()

    def _end_cleanly_on_signals(self) -> None:
        """A connection that drops (SIGHUP) and a polite kill (SIGTERM) end the program as ctrl+q does."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGHUP, signal.SIGTERM):
            loop.add_signal_handler(number, self._leave_on_signal, number)

    def _leave_on_signal(self, number: int) -> None:
        self.run_worker(self.leave(128 + number), exit_on_error=False)

    def _start(self) -> None:
        from omni_tui.glimpse import recall

        self.glimpse = recall(self.arguments)
        self.run_worker(self._open_services(), name="open services", exit_on_error=False)

    async def _open_services(self) -> None:
        """Load and open what the screens work with; what is missing is told on a screen of its own."""
        module = await asyncio.to_thread(importlib.import_module, "omni_tui.services")
        try:
            services = await module.open_services(self.arguments, self._show_early)
        except OmniTuiError as error:
            await self.show_trouble(error)
            return
        finally:
            gc.enable()  # the command line has turned it off for the start
        if services.settings.theme in self.available_themes:
            self.theme = services.settings.theme
        if services.settings.keymap:
            self.set_keymap(services.settings.keymap)
        self.services = services
        for notice in services.settings.notices:
            self.notify(notice, markup=False)

    def _show_early(self, documents: tuple[Document, ...]) -> None:
        if self.glimpse is None:
            shown = tuple(each for each in documents if each.has_dashboard)
            self.glimpse = Glimpse(shown, len(shown))

    async def show_trouble(self, error: OmniTuiError) -> None:
        """A screen that says what to set, for what keeps the program from working at all."""
        from omni_tui.tui.screens.trouble import TroubleScreen

        if not isinstance(self.screen, TroubleScreen):
            await self.push_screen(TroubleScreen(error))

    async def reopen_services(self) -> None:
        """Try again, after something was mended outside."""
        await self._close_services()
        self._start()

    async def _close_services(self) -> None:
        services, self.services = self.services, None
        if services is not None:
            await services.aclose()

    async def action_quit(self) -> None:
        """Leave; while exports run, ask first."""
        running = sum(not job.state.is_final for job in self.services.engine.jobs()) if self.services else 0
        if not running:
            await self.leave(0)
            return
        from omni_tui.tui.screens.leaving import LeavingScreen

        if isinstance(self.screen, LeavingScreen):
            await self.leave(0)
        else:
            await self.push_screen(LeavingScreen(running), self._leave_if_wanted)

    async def _leave_if_wanted(self, is_wanted: bool | None) -> None:
        if is_wanted:
            await self.leave(0)

    async def leave(self, status: int) -> None:
        """End the jobs cleanly, so that no part of a file is left, then the program: once."""
        if self._is_leaving:
            return
        self._is_leaving = True
        try:
            await self._close_services()
        finally:
            self.exit(status)

    async def on_open_form(self, event: OpenForm) -> None:
        """A form with the options of an export that was asked for once, over the dashboards."""
        from omni_tui.tui.screens.export import ExportScreen

        while len(self.screen_stack) > 1:
            await self.pop_screen()
        order = event.order
        known = self.services.catalog.find(order.request.dashboard_id) if self.services else None
        document = known or Document(order.request.dashboard_id, order.dashboard_name)
        await self.push_screen(ExportScreen((document,), order))

    @on(Worker.StateChanged)
    def tell_of_fault(self, event: Worker.StateChanged) -> None:
        """A mistake of ours in the background is told; what runs goes on.

        Textual tells only the node that the work belongs to: screens and widgets hand on what they hear.
        """
        error = event.worker.error
        if event.state is WorkerState.ERROR and error is not None:
            kind = type(error).__name__
            self.notify(
                f"Something went wrong inside ({kind}). What runs goes on. Please report it.",
                severity="error",
                markup=False,
            )

    def _fatal_error(self) -> None:
        """In place of Textual's, which would print a traceback with local variables: `run_app` raises it."""
        self._close_messages_no_wait()

    def action_help(self) -> None:
        """Every key of the place one is in."""
        from omni_tui.tui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Everything that a key does here can also be found by its name."""
        seen: set[str] = set()
        for active in screen.active_bindings.values():
            binding = active.binding
            if binding.description and binding.action not in seen and active.enabled and binding.show:
                seen.add(binding.action)
                title = binding.tooltip or binding.description.capitalize()
                yield SystemCommand(
                    title, f"Key: {self.get_key_display(binding)}", _runner(self, binding, active.node)
                )
        yield SystemCommand("Theme", "Choose other colours", self.action_change_theme)
        yield SystemCommand("Quit", "Key: ctrl+q", self.action_quit)


def _runner(app: OmniTui, binding: Binding, node: DOMNode) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        await app.run_action(binding.action, node)

    return run


def run_app(arguments: Arguments) -> int:
    """Run the terminal program to its end; the exit status. Raises what went wrong inside it."""
    app = OmniTui(arguments)
    status = app.run()
    if app._exception is not None:
        raise app._exception
    return status if status is not None else (app.return_code or 0)
