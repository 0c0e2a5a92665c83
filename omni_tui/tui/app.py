"""The application: paints the first screen, then opens the services in the background.

Imports nothing heavy: the first screen paints before httpx and pydantic are loaded.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
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

from omni_tui.api.documents import Document
from omni_tui.errors import OmniTuiError
from omni_tui.help.topic import all_topics
from omni_tui.launch_options import Arguments
from omni_tui.tui.common.key_labels import key_label, with_keys
from omni_tui.tui.common.work import run_in_background
from omni_tui.tui.dashboards.first_time import is_first_time
from omni_tui.tui.dashboards.screen import DashboardsScreen
from omni_tui.tui.export_form.draft.kept_drafts import KeptDrafts
from omni_tui.tui.host import Host
from omni_tui.tui.input.key_queue import readable_key
from omni_tui.tui.messages import ShowHelpTopics
from omni_tui.tui.quitting import QuittingApp
from omni_tui.tui.theme.theme import THEMES, fallback_variables

if TYPE_CHECKING:
    from omni_tui.downloads.engine import Engine
    from omni_tui.downloads.job.models import Job
    from omni_tui.services import Services
    from omni_tui.settings.models import Settings

KEY_REJECTED = (
    "Omni rejected the API key. Exports are paused until you set a new one ({profiles}, then {new-key})."
)

# An unlocked keyring answers within this time, and so do most token commands.
SLOW_SECONDS = 2.0


class OmniTui(QuittingApp):
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

    def __init__(self, arguments: Arguments, *, shows_welcome: bool = False) -> None:
        super().__init__()
        self.arguments = arguments
        self.shows_welcome = shows_welcome
        self.kept_drafts = KeptDrafts()
        self._last_notice = ""
        self._unsubscribe: Callable[[], None] = lambda: None
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = self.default_theme
        self.animation_level = "none"

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Return the variables that our style sheets need, for themes that don't define them."""
        return fallback_variables(self.current_theme)

    def refresh_css(self, animate: bool = True) -> None:
        """Restyle the screens; with none, set only the variables, because parsing would be wasted."""
        if self.screen_stack:
            super().refresh_css(animate)
        else:
            self.stylesheet.set_variables(self.get_css_variables())

    def get_default_screen(self) -> Screen[Any]:
        """Return the dashboards screen, so that no blank screen is painted below it."""
        return DashboardsScreen()

    def on_mount(self) -> None:
        """Open the services after the first paint."""
        self.call_after_refresh(self._start)

    def _start(self) -> None:
        from omni_tui.startup_snapshot import recall

        self.startup_snapshot = recall(self.arguments)
        run_in_background(self, self._open_services)

    async def _open_services(self) -> None:
        """Open the services; show an error screen if that fails."""
        module = await asyncio.to_thread(importlib.import_module, "omni_tui.services")
        timers: list[Timer] = []
        try:
            services = await module.open_services(
                self.arguments, self._show_early, lambda *wait: timers.append(self._show_wait(*wait))
            )
        except OmniTuiError as error:
            await self.show_error_screen(error)
            return
        finally:
            _enable_garbage_collection()
            for timer in timers:
                timer.stop()
        self.profile_in_use = services.settings.profile
        warnings = await self.use_settings(services.settings)
        self.services = services
        for notice in (*services.notices, *warnings):
            self.notify(notice, markup=False)
        await resume_jobs(self, services.engine)

    def _show_wait(self, message: str, is_waiting: bool) -> Timer:
        """Show `message`, after SLOW_SECONDS unless it waits already, until the returned timer is stopped."""
        if is_waiting:
            self.show_status(message)
        return self.set_interval(SLOW_SECONDS, partial(self.show_status, message))

    async def use_settings(self, settings: Settings) -> list[str]:
        """Apply the settings for terminal, theme and keys; return warnings about them."""
        self.use_terminal_settings(settings)
        return [*self.use_theme_settings(settings), *await self.use_key_settings(settings)]

    def _show_early(self, documents: tuple[Document, ...]) -> None:
        if self.startup_snapshot is None:
            from omni_tui.catalog.disk_cache import StartupSnapshot

            shown = tuple(each for each in documents if each.has_dashboard)
            self.startup_snapshot = StartupSnapshot(shown, len(shown))

    async def show_error_screen(self, error: OmniTuiError) -> None:
        """Show the setup screen or the error screen for an error that stops the program from working."""
        from omni_tui.tui.connection.screens import ERROR_SCREENS, screen_for

        if not isinstance(self.screen, ERROR_SCREENS):
            await self.push_screen(screen_for(error, self.services))

    async def reopen_services(self, arguments: Arguments | None = None) -> None:
        """Close the services and open them again, with other arguments if given."""
        if arguments is not None:
            self.arguments, self.startup_snapshot = arguments, None
        await self._close_services()
        self._start()

    def watch_services(self, services: Services | None) -> None:
        """Subscribe to the jobs, for notifications in the program and in the terminal."""
        self.follow_jobs(services.engine if services is not None else None)
        self._unsubscribe()
        if services is not None:
            self._unsubscribe = services.engine.subscribe(self._job_changed)

    def on_unmount(self) -> None:
        """Unsubscribe from the jobs."""
        self._unsubscribe()

    def _job_changed(self, job: Job) -> None:
        engine = self.services.engine if self.services is not None else None
        if engine is None:
            return
        if not job.state.is_final:
            self._notify_once(engine.notice)
            return
        self.export_ended(len(engine.running))
        self._notify_once(with_keys(KEY_REJECTED, self.keys_in_use) if job.is_key_rejected else engine.notice)

    def _notify_once(self, notice: str) -> None:
        if notice and notice != self._last_notice:
            self._last_notice = notice
            self.notify(notice, severity="warning", markup=False)

    def worker_failed(self, error: BaseException) -> None:
        """Notify the user of an internal error in a worker; everything else continues."""
        kind = type(error).__name__
        message = f"Internal error ({kind}). Running exports continue. Please report it."
        self.notify(message, severity="error", markup=False)

    def show_status(self, message: str) -> None:
        """Show a message briefly in the bottom border of the dashboards, where it covers nothing."""
        from omni_tui.tui.common.titled_frame import TitledFrame

        self.screen_stack[0].query_one("#dashboards-frame", TitledFrame).show_message(message)

    async def action_profiles(self) -> None:
        """Choose another profile."""
        from omni_tui.tui.connection.screens import choose_profile

        await choose_profile(self)

    def action_help(self) -> None:
        """Show the keys of the current screen."""
        from omni_tui.tui.common.screens.help_screen import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    @on(ShowHelpTopics)
    async def action_help_topics(self) -> None:
        """Show the help topics over this screen, first the one that most users look for."""
        await self._show_topic("keys")

    async def _show_topic(self, name: str) -> None:
        """Show the help topics with this one selected. What reads them takes long to load."""
        module = await asyncio.to_thread(importlib.import_module, "omni_tui.tui.help.topics_screen")
        if not isinstance(self.screen, module.TopicsScreen):
            await self.push_screen(module.TopicsScreen(name))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Yield every action that has a key on this screen, and the application's own."""
        seen: set[str] = set()
        for active in screen.active_bindings.values():
            binding = active.binding
            is_listed = binding.description and (binding.show or binding.tooltip)
            if (
                is_listed
                and binding.action not in seen
                and active.enabled
                and binding.action not in _PALETTE_ACTIONS
            ):
                seen.add(binding.action)
                title = binding.tooltip or binding.description.capitalize()
                yield SystemCommand(
                    title,
                    f"Key: {readable_key(self.get_key_display(binding))}",
                    _runner(self, binding, active.node),
                )
        yield SystemCommand("Help topics", "Filters, presets, settings and more", self.action_help_topics)
        for topic in all_topics():  # found by their words; listing all would hide the actions
            show = partial(self._show_topic, topic.name)
            yield SystemCommand(f"Help: {topic.title}", f"omni-tui help {topic.name}", show, discover=False)
        yield SystemCommand(
            "Files in the download folder", "Open any of them in the preview", self.action_show_files
        )
        yield SystemCommand("Theme", "Choose a color theme", self.action_change_theme)
        mouse = "Disable the mouse" if self.has_mouse else "Enable the mouse"
        mouse_help = "Lets you select text with the mouse" if self.has_mouse else "Lets you click and scroll"
        yield SystemCommand(mouse, mouse_help, self.action_mouse)
        yield SystemCommand("Suspend", "Return to the shell; fg resumes", self.action_suspend_process)
        yield SystemCommand("Quit", f"Key: {key_label('quit', self.keys_in_use)}", self.action_quit)


# The palette's own actions.
_PALETTE_ACTIONS = frozenset({"app.command_palette", "command_palette"})


def _enable_garbage_collection() -> None:
    """Turn on garbage collection, which `cli` turns off for start-up; never scan what exists by now."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def _runner(app: OmniTui, binding: Binding, node: DOMNode) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        await app.run_action(binding.action, node)

    return run


async def resume_jobs(app: Host, engine: Engine) -> None:
    """Resume the unfinished exports of earlier runs; show how many, which failed, and what can't be read."""
    from omni_tui.downloads.store.notices import unreadable_text

    try:
        resumed = await engine.resume_all()
    except OmniTuiError as error:
        app.notify(str(error), severity="warning", markup=False)
        return
    if count := engine.unreadable_count:
        app.notify(unreadable_text(count), severity="warning", markup=False)
    for job in resumed:
        if job.failure is not None:
            name = job.title
            app.notify(f"{name}: {job.failure.message}", severity="warning", markup=False)
    count = sum(not job.state.is_final for job in resumed)
    if count:
        what, them = ("1 export", "it") if count == 1 else (f"{count} exports", "them")
        message = f"Resuming {what} from last time. Press {{downloads}} to see {them}."
        app.notify(with_keys(message, app.keys_in_use), markup=False)


def run_app(arguments: Arguments) -> int:
    """Run the terminal program; return its exit status. Raises the exception that ended it, if any."""
    app = OmniTui(arguments, shows_welcome=is_first_time())
    status = app.run()
    if app.fault is not None:
        raise app.fault
    return status if status is not None else (app.return_code or 0)
