"""The part of the application that uses the terminal: clipboard, notifications, colors, keys, mouse."""

from __future__ import annotations

import asyncio
import os
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.filter import ANSIToTruecolor, Monochrome
from textual.geometry import Size

from omni_tui.formatting import without_controls
from omni_tui.tui.common.work import run_in_background
from omni_tui.tui.file_transfer.sending_app import FileTransferApp
from omni_tui.tui.painting.driver import OmniDriver
from omni_tui.tui.painting.textual_patches import is_stock
from omni_tui.tui.terminal.ascii_fallback import needs_ascii
from omni_tui.tui.terminal.colors import (
    StyleFilter,
    has_full_colors,
    has_no_colors,
    nearest_colors,
    with_attributes,
    without_colors,
)
from omni_tui.tui.terminal.detect import Multiplexer, Transfer, should_ask_for_name, terminal_of
from omni_tui.tui.terminal.escape_sequences import BELL, clipboard, notification, wrapped
from omni_tui.tui.terminal.min_size import is_too_small, too_small_picture

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from omni_tui.downloads.engine import Engine
    from omni_tui.settings.models import Settings
    from omni_tui.tui.input.terminal_replies import TerminalName
    from omni_tui.tui.terminal.notifications import JobNotifier

PRODUCT = "omni-tui"


class TerminalApp(FileTransferApp):
    """An application with a terminal. `copied` is the text that was last sent to the clipboard."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "v",
            "show_copied",
            "show copied",
            show=False,
            tooltip="Show the last copied text",
            id="show-copied",
        ),
    ]

    def __init__(self) -> None:
        if has_full_colors(os.environ):
            os.environ.setdefault("COLORTERM", "truecolor")
        super().__init__()
        self._configured_terminal = ""
        self._name_reply: str | None = None
        """The terminal's reply to the request for its name; None before the request."""
        self.terminal = terminal_of(os.environ)
        self.has_few_colors = self._apply_color_filter()
        self.copied = ""
        self.has_mouse = True
        self._rings = self._alerts = True
        self._job_notifier: JobNotifier | None = None
        self._unsubscribe_jobs: Callable[[], None] = lambda: None
        self._keys_set: Mapping[str, str] | None = None
        """The keymap; None until the settings are known."""
        self._size_shown: Size | None = None
        """The size for which the too-small message is shown."""

    def get_driver_class(self) -> type[Driver]:
        """Return OmniDriver instead of Textual's Linux driver."""
        chosen = super().get_driver_class()
        return OmniDriver if chosen is LinuxDriver and not is_stock() else chosen

    @property
    def _omni_driver(self) -> OmniDriver | None:
        """Our driver, or None if the app runs on another one."""
        driver = self.terminal_driver
        return driver if isinstance(driver, OmniDriver) else None

    def on_mount(self) -> None:
        """Use this terminal's keys until the settings are read; repaint after `fg`."""
        if keys := self.keys_in_use:
            self.set_keymap(dict(keys))
        self.app_resume_signal.subscribe(self, lambda _: self.screen.refresh())

    def on_resize(self) -> None:
        """Repaint everything: after a resize, the terminal's content is unknown."""
        if self.has_size:  # there is no screen before the first size
            self.repaint()

    @property
    def is_ascii(self) -> bool:
        """Whether the terminal shows nothing but ASCII."""
        return self._omni_driver is not None and self._omni_driver.is_ascii

    def repaint(self) -> None:
        """Paint all of the screen again: the terminal may show something else."""
        if self._omni_driver is not None:
            self._omni_driver.forget_screen()
        self.screen.refresh()

    def on_unmount(self) -> None:
        """Unsubscribe from the jobs."""
        self.follow_jobs(None)

    # settings

    def use_terminal_settings(self, settings: Settings) -> None:
        """Apply the settings for the terminal."""
        self._configured_terminal = settings.terminal or ""
        self._detect_terminal()
        self._rings, self._alerts = settings.bell, settings.notification
        self.set_mouse(settings.mouse)
        if self._omni_driver is not None:
            self._omni_driver.is_ascii = needs_ascii(os.environ, self.terminal, settings.ascii)
        if self.terminal.transfer is not Transfer.NONE and os.environ.get("TMUX"):
            run_in_background(self, self._check_tmux)
        if settings.animation:
            self.animation_level = "full"
        if self._name_reply is None and should_ask_for_name(os.environ, self._configured_terminal):
            self._name_reply = ""
            if self._omni_driver is not None:
                self._omni_driver.ask_for_name()

    def on_terminal_name(self, event: TerminalName) -> None:
        """Detect the terminal again by its reply."""
        event.stop()
        self._name_reply = event.text
        self._detect_terminal()
        self.refresh_bindings()

    def _detect_terminal(self) -> None:
        self.terminal = terminal_of(os.environ, self._configured_terminal, self._name_reply or "")

    # colors

    def _apply_color_filter(self) -> bool:
        """Install the color filter for this terminal; return whether it has few or no colors."""
        self.no_color = has_no_colors(os.environ)
        # Textual's Monochrome turns colors into grays, which are colors, too. ANSIToTruecolor would copy each
        # painted line for nothing: only the ANSI theme has such colors, and it keeps them.
        kept = [each for each in self.line_filters if not isinstance(each, Monochrome | ANSIToTruecolor)]
        has_few_colors = self.no_color or self.console.color_system in ("standard", None)
        if has_few_colors:
            kept.append(StyleFilter(without_colors if self.no_color else with_attributes))
        elif self.console.color_system == "256":
            kept.append(StyleFilter(nearest_colors))
        self.line_filters = kept
        return has_few_colors

    # keys

    @property
    def keys_in_use(self) -> Mapping[str, str]:
        """The keys that differ from the defaults; a guess by the terminal until the settings are read."""
        if self._keys_set is None and self.terminal.multiplexer is not Multiplexer.NONE:
            from omni_tui.tui.input.keymap import TMUX_KEYS

            return TMUX_KEYS
        return self._keys_set or {}

    async def use_key_settings(self, settings: Settings) -> list[str]:
        """Apply the tmux keys if needed, then the settings' keymap; return warnings about it."""
        multiplexer = self.terminal.multiplexer
        is_inside = settings.keys == "tmux" or (settings.keys is None and multiplexer is not Multiplexer.NONE)
        if not (settings.keymap or is_inside):
            self._keys_set = {}
            self.set_keymap({})
            return []
        from omni_tui.tui.input.keymap import TMUX_KEYS, checked_keymap

        keymap: dict[str, str] = dict(TMUX_KEYS) if is_inside else {}
        warnings: list[str] = []
        if settings.keymap:
            prefix = {Multiplexer.TMUX: "ctrl+b", Multiplexer.SCREEN: "ctrl+a"}.get(multiplexer, "")
            own, warnings = await asyncio.to_thread(checked_keymap, settings.keymap, prefix)
            keymap |= own
        self._keys_set = keymap
        self.set_keymap(keymap)
        return warnings

    # writing

    def send(self, sequence: str) -> None:
        """Write a sequence unchanged, at once."""
        driver = self.terminal_driver
        if isinstance(driver, OmniDriver):
            driver.send(sequence)
        elif driver is not None:
            driver.write(sequence)

    def copy_to_clipboard(self, text: str) -> None:
        """Send a text to the clipboard of the user's computer, and keep it in `copied`."""
        text = without_controls(text)  # a shell may run a pasted line break
        self.copied = text
        self.keep_clipboard(text)
        run_in_background(self, partial(self._send_to_clipboard, text))

    async def _send_to_clipboard(self, text: str) -> None:
        """Send a text with OSC 52, or with tmux's own command. No terminal confirms that it arrived.

        By default tmux ignores OSC 52, but forwards what its `load-buffer` command gets.
        """
        from omni_tui.tui.terminal.tmux import load_buffer

        is_inside_tmux = bool(os.environ.get("TMUX")) and not self.is_headless
        if is_inside_tmux and await asyncio.to_thread(load_buffer, text):
            return
        if self.terminal.has_strings:
            sequence = clipboard(text)
            self.send(sequence)
            if self.terminal.multiplexer in (Multiplexer.TMUX, Multiplexer.SCREEN):
                self.send(wrapped(sequence, self.terminal.multiplexer))

    # notifications

    def follow_jobs(self, engine: Engine | None) -> None:
        """Notify of this engine's jobs from now on."""
        from omni_tui.tui.terminal.notifications import JobNotifier

        self._unsubscribe_jobs()
        self._unsubscribe_jobs = lambda: None
        if engine is None:
            return
        if self._job_notifier is None:
            self._job_notifier = JobNotifier(self.alert, lambda: not self.app_focus, self.set_timer)
        self._job_notifier.begin(engine.jobs())
        self._unsubscribe_jobs = engine.subscribe(self._job_notifier.update)

    def alert(self, words: str) -> None:
        """Ring the bell and show a desktop notification, as the settings and the terminal allow."""
        if self._rings:
            self.send(BELL)
        alert = notification(self.terminal.notification_kind, PRODUCT, words) if self._alerts else ""
        if alert:
            self.send(wrapped(alert, self.terminal.multiplexer))

    # the mouse

    def set_mouse(self, is_on: bool) -> None:
        """Enable the mouse in the program, or leave it to the terminal to select text."""
        if is_on != self.has_mouse:
            self.has_mouse = is_on
            if self._omni_driver is not None:
                self._omni_driver.set_mouse(is_on)

    def action_mouse(self) -> None:
        """Enable or disable the mouse."""
        self.set_mouse(not self.has_mouse)
        message = "Mouse enabled." if self.has_mouse else "Mouse disabled. You can select text with it."
        self.notify(message, markup=False)

    def action_show_copied(self) -> None:
        """Show the last copied text, to select it with the mouse."""
        from omni_tui.tui.file_transfer.copied_screen import CopiedScreen

        if not self.copied:
            self.notify("Nothing copied yet.", markup=False)
        elif not isinstance(self.screen, CopiedScreen):
            self.push_screen(CopiedScreen(self.copied))

    def write_pointer_shape(self, shape: str) -> None:
        """Set the shape of the mouse pointer."""
        self.send(f"\x1b]22;{shape}\x07")

    # small terminals

    async def on_event(self, event: events.Event) -> None:
        """Ignore all keys but ctrl+q while the screens aren't visible."""
        is_typed = isinstance(event, events.InputEvent | events.Paste) and not event.is_forwarded
        is_quit = isinstance(event, events.Key) and event.key == "ctrl+q"
        if not (is_typed and is_too_small(self.size)) or is_quit:
            await super().on_event(event)

    def may_paint(self) -> bool:
        """Return False during a file transfer that must not be interrupted, or if the window is too small.

        In a window that is too small, a message is shown instead.
        """
        if self._is_line_taken:
            return False
        shown, self._size_shown = self._size_shown, None
        driver = self.terminal_driver
        if is_too_small(self.size) and driver is not None and not self.is_headless:
            self._size_shown = self.size
            if shown != self.size:
                driver.write(too_small_picture(self.size))
            return False
        if shown is not None:
            self.screen.refresh()  # the message covered it
        return True
