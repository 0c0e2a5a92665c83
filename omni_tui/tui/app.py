"""The application: it shows the first screen, then puts the parts together behind it.

Nothing heavy is imported here: the first screen paints before httpx and pydantic are loaded.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import signal
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.screen import Screen
from textual.timer import Timer
from textual.worker import Worker, WorkerState

from omni_tui.api.documents import Document
from omni_tui.errors import OmniTuiError
from omni_tui.launch_options import Arguments
from omni_tui.tui.common.key_labels import key_words, with_keys
from omni_tui.tui.common.work import run_apart
from omni_tui.tui.dashboards.first_time import is_first_time
from omni_tui.tui.dashboards.screen import DashboardsScreen
from omni_tui.tui.export_form.kept_drafts import KeptForms
from omni_tui.tui.input.key_queue import readable_key
from omni_tui.tui.messages import OpenComparison, OpenForm, OpenPreview, ShowHelpTopics
from omni_tui.tui.theme.saved_theme import KeepsTheme
from omni_tui.tui.theme.theme import THEMES, fallback_variables

if TYPE_CHECKING:
    from omni_tui.downloads.job.models import Job
    from omni_tui.services import Services
    from omni_tui.settings.models import Settings
    from omni_tui.tui.connection.quit_dialog import Leaving

KEY_REFUSED = (
    "Omni rejected the API key. Exports are paused until you set a new one ({profiles}, then {new-key})."
)

# A keyring that is unlocked has answered by then, and most commands.
LONG_SECONDS = 2.0


class OmniTui(KeepsTheme):
    """The terminal program."""

    TITLE = "omni-tui"
    CSS_PATH: ClassVar[str | PurePath | list[str | PurePath] | None] = [
        Path(__file__).parent / "theme" / "styles" / name
        for name in ("app.tcss", "dashboards.tcss", "panes.tcss")
    ]
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", "help", key_display="F1", id="help"),
        Binding("question_mark", "help", "help", show=False, id="help-letter"),
        Binding("ctrl+q", "quit", "quit", show=False, priority=True, id="quit"),
    ]

    def __init__(self, arguments: Arguments, *, shows_tour: bool = False) -> None:
        super().__init__()
        self.arguments = arguments
        self.shows_tour = shows_tour
        self.kept_forms = KeptForms()
        self._is_leaving = False
        self._leaves_when_done = False
        self._told = ""
        self._stop_listening: Callable[[], None] = lambda: None
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = self.usual_theme
        self.animation_level = "none"

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """What our style sheets need of any theme."""
        return fallback_variables(self.current_theme)

    def refresh_css(self, animate: bool = True) -> None:
        """As ever; but while there is nothing to style, Textual would parse all sheets to no end."""
        if self.screen_stack:
            super().refresh_css(animate)
        else:
            self.stylesheet.set_variables(self.get_css_variables())

    def get_default_screen(self) -> Screen[Any]:
        """The dashboards are the lowest screen: there is nothing below to paint first."""
        return DashboardsScreen()

    def on_mount(self) -> None:
        """Paint first, then open the services."""
        self.call_after_refresh(self._start)

    def on_load(self) -> None:
        """Before the terminal is taken: a signal that comes while the program starts gives it back, too.

        A connection that drops (SIGHUP) and a polite kill (SIGTERM, SIGINT) end it as ctrl+q does.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._leave_on_signal, number)

    def _leave_on_signal(self, number: int) -> None:
        run_apart(self, partial(self.leave, 128 + number))

    def _start(self) -> None:
        from omni_tui.startup_snapshot import recall

        self.glimpse = recall(self.arguments)
        run_apart(self, self._open_services)

    async def _open_services(self) -> None:
        """Load and open what the screens work with; what is missing is told on a screen of its own."""
        module = await asyncio.to_thread(importlib.import_module, "omni_tui.services")
        waits: list[Timer] = []
        try:
            services = await module.open_services(
                self.arguments, self._show_early, lambda words: waits.append(self._tell_if_long(words))
            )
        except OmniTuiError as error:
            await self.show_trouble(error)
            return
        finally:
            _enable_garbage_collection()
            for timer in waits:
                timer.stop()
        self.profile_in_use = services.settings.profile
        told = await self.use_settings(services.settings)
        self.services = services
        for notice in (*services.notices, *told):
            self.notify(notice, markup=False)
        await self._take_up_jobs(services)

    def _tell_if_long(self, words: str) -> Timer:
        """Tell what is waited for, unless it is over soon; until the timer is stopped."""
        return self.set_interval(LONG_SECONDS, partial(self.say_below, words))

    async def use_settings(self, settings: Settings) -> list[str]:
        """Do what they say of the terminal, the colours and the keys; what is to be told of that."""
        self.use_terminal_settings(settings)
        return [*self.use_theme_settings(settings), *await self.use_key_settings(settings)]

    async def _take_up_jobs(self, services: Services) -> None:
        """What an earlier program has left goes on, and is told of."""
        try:
            taken = await services.engine.take_up()
        except OmniTuiError as error:
            self.notify(str(error), severity="warning", markup=False)
            return
        for job in taken:
            if job.failure is not None:
                name = job.order.dashboard_name or job.order.request.dashboard_id
                self.notify(f"{name}: {job.failure.message}", severity="warning", markup=False)
        count = sum(not job.state.is_final for job in taken)
        if count:
            what, them = ("1 export", "it") if count == 1 else (f"{count} exports", "them")
            words = f"Resuming {what} from last time. Press {{downloads}} to see {them}."
            self.notify(with_keys(words, self.keys_in_use), markup=False)

    def _show_early(self, documents: tuple[Document, ...]) -> None:
        if self.glimpse is None:
            from omni_tui.catalog.disk_cache import Glimpse

            shown = tuple(each for each in documents if each.has_dashboard)
            self.glimpse = Glimpse(shown, len(shown))

    async def show_trouble(self, error: OmniTuiError) -> None:
        """A screen for what keeps the program from working at all: it asks for it, or says what to mend."""
        from omni_tui.tui.connection.which_error_screen import TROUBLE_SCREENS, screen_for

        if not isinstance(self.screen, TROUBLE_SCREENS):
            await self.push_screen(screen_for(error, self.services))

    async def reopen_services(self, arguments: Arguments | None = None) -> None:
        """Try again, after something was mended outside; or go somewhere else."""
        if arguments is not None:
            self.arguments, self.glimpse = arguments, None
        await self._close_services()
        self._start()

    async def _close_services(self) -> None:
        services, self.services = self.services, None
        if services is not None:
            await services.aclose()

    async def action_quit(self) -> None:
        """Leave; while exports run, ask first what is to become of them."""
        services = self.services
        running = services.engine.running if services is not None else ()
        if services is None or not running:
            await self.leave(0)
            return
        from omni_tui.tui.connection.quit_dialog import LeavingScreen

        if isinstance(self.screen, LeavingScreen):  # asked twice: no need to ask again
            await self.leave(0)
        else:
            question = LeavingScreen(len(running), is_lasting=services.engine.is_lasting)
            await self.push_screen(question, self._leave_as_wished)

    async def action_ask_to_quit(self) -> None:
        """Quit, but never without a question: a letter is pressed by mistake."""
        if self.services is not None and self.services.engine.running:
            await self.action_quit()
            return
        from omni_tui.tui.connection.quit_dialog import LeavingScreen

        await self.push_screen(LeavingScreen(0, is_lasting=True), self._leave_as_wished)

    async def _leave_as_wished(self, wish: Leaving | None) -> None:
        from omni_tui.tui.connection.quit_dialog import Leaving

        if wish is Leaving.WAIT:
            words = "Quitting when all exports finish. Press {quit} to change this."
            self.notify(with_keys(words, self.keys_in_use), markup=False)
        self._leaves_when_done = wish is Leaving.WAIT
        if wish is Leaving.CANCEL and self.services is not None:
            for job in self.services.engine.running:
                self.services.engine.cancel(job.id)
        if wish in (Leaving.LEAVE, Leaving.CANCEL):
            await self.leave(0)

    def watch_services(self, services: Services | None) -> None:
        """What concerns the whole program is heard of here, and news of jobs go to the terminal."""
        self.follow_jobs(services.engine if services is not None else None)
        self._stop_listening()
        if services is not None:
            self._stop_listening = services.engine.subscribe(self._job_changed)

    def on_unmount(self) -> None:
        """Hear no more."""
        self._stop_listening()

    def _job_changed(self, job: Job) -> None:
        engine = self.services.engine if self.services is not None else None
        if engine is None:
            return
        if not job.state.is_final:
            self._tell_news(engine.notice)
            return
        if self._leaves_when_done and not engine.running:
            run_apart(self, partial(self.leave, 0))
        self._tell_news(with_keys(KEY_REFUSED, self.keys_in_use) if job.is_key_rejected else engine.notice)

    def _tell_news(self, news: str) -> None:
        if news and news != self._told:
            self._told = news
            self.notify(news, severity="warning", markup=False)

    async def leave(self, status: int) -> None:
        """End the jobs cleanly, so that no part of a file is left, then the program: once."""
        if self._is_leaving:
            return
        self._is_leaving = True
        await self.end_sending()
        try:
            await self._close_services()
        finally:
            self.exit(status)

    def on_open_preview(self, event: OpenPreview) -> None:
        """Show a saved file over what is open."""
        from omni_tui.tui.preview.screen import PreviewScreen

        self.push_screen(PreviewScreen(event.path, event.job))

    def on_open_comparison(self, event: OpenComparison) -> None:
        """What changed between a saved export and the one before it."""
        from omni_tui.tui.compare.screen import CompareScreen

        jobs = self.services.engine.jobs() if self.services is not None else ()
        self.push_screen(CompareScreen(event.job, jobs))

    async def on_open_form(self, event: OpenForm) -> None:
        """A form with the options of an export that was asked for once, over the dashboards."""
        from omni_tui.tui.export_form.screen import ExportScreen

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

    def say_below(self, words: str) -> None:
        """Say something in the lower edge of the dashboards for a moment: nothing is covered by it."""
        from omni_tui.tui.common.titled_frame import NotedFrame

        self.screen_stack[0].query_one("#dashboards-frame", NotedFrame).say(words)

    async def action_profiles(self) -> None:
        """Go to another profile without leaving."""
        from omni_tui.tui.connection.choose_profile import choose_profile

        await choose_profile(self)

    def action_help(self) -> None:
        """Every key of the place one is in."""
        from omni_tui.tui.common.screens.help_screen import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    @on(ShowHelpTopics)
    async def action_help_topics(self) -> None:
        """Show the help topics over this screen. What reads them takes long to load."""
        module = await asyncio.to_thread(importlib.import_module, "omni_tui.tui.help.topics_screen")
        if not isinstance(self.screen, module.TopicsScreen):
            await self.push_screen(module.TopicsScreen())

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Everything that a key does here can also be found by its name."""
        seen: set[str] = set()
        for active in screen.active_bindings.values():
            binding = active.binding
            is_told = binding.description and (binding.show or binding.tooltip)
            if is_told and binding.action not in seen and active.enabled and binding.action not in _HERE:
                seen.add(binding.action)
                title = binding.tooltip or binding.description.capitalize()
                yield SystemCommand(
                    title,
                    f"Key: {readable_key(self.get_key_display(binding))}",
                    _runner(self, binding, active.node),
                )
        yield SystemCommand("Help topics", "Filters, presets, settings and more", self.action_help_topics)
        yield SystemCommand("Theme", "Choose other colours", self.action_change_theme)
        mouse = "Leave the mouse to the terminal" if self.has_mouse else "Use the mouse"
        yield SystemCommand(mouse, "The terminal's own selection works without it", self.action_mouse)
        yield SystemCommand(
            "Suspend (fg to return)", "Go back to the shell for a while", self.action_suspend_process
        )
        yield SystemCommand("Quit", f"Key: {key_words('quit', self.keys_in_use)}", self.action_quit)


# What the palette is itself.
_HERE = frozenset({"app.command_palette", "command_palette"})


def _enable_garbage_collection() -> None:
    """Turn on what the command line turned off for the start. What the start has made is never garbage."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def _runner(app: OmniTui, binding: Binding, node: DOMNode) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        await app.run_action(binding.action, node)

    return run


def run_app(arguments: Arguments) -> int:
    """Run the terminal program to its end; the exit status. Raises what went wrong inside it."""
    app = OmniTui(arguments, shows_tour=is_first_time())
    status = app.run()
    if app.fault is not None:
        raise app.fault
    return status if status is not None else (app.return_code or 0)
