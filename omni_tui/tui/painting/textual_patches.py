"""All code that replaces or reaches into Textual's private parts (the driver's subclass aside).

Each entry says why it is here and what would make it unnecessary. All were written for and tested with
Textual 8.2.5 to 8.2.8, the range that pyproject.toml allows. With OMNI_TUI_STOCK=1 in the environment, none
of them changes Textual, and the program runs on Textual's own driver.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from rich import text as rich_text
from rich.console import RenderableType
from textual import app as textual_app
from textual import content as textual_content
from textual import screen as textual_screen
from textual._compositor import Compositor, CompositorMap, ReflowResult
from textual._styles_cache import StylesCache
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.command import CommandPalette
from textual.css.query import NoMatches
from textual.driver import Driver
from textual.filter import LineFilter
from textual.geometry import Region, Size
from textual.keys import _character_to_key
from textual.screen import Screen
from textual.strip import Strip
from textual.style import Style
from textual.widget import MountError, Widget
from textual.widgets import Input
from textual.worker import WorkerFailed

from omni_tui.formatting import without_controls

if TYPE_CHECKING:
    from textual.message import Message

STOCK_VARIABLE = "OMNI_TUI_STOCK"


def _without_controls(text: str, _translate_table: object = None) -> str:
    """Remove control characters; has the signature that Textual and Rich expect."""
    return without_controls(text)


# Why: Textual leaves ESC, DEL and C1 controls in, so text from a file or a server could act on the terminal.
# This is the last barrier, after `tui.common.text`. It applies with OMNI_TUI_STOCK=1, too, because it is a
# matter of safety.
# Unnecessary when: textual.content._strip_control_codes strips all controls.
textual_content._strip_control_codes = _without_controls
rich_text.strip_control_codes = _without_controls  # type: ignore[attr-defined]  # rich exports nothing by name


def is_stock() -> bool:
    """Return whether Textual must stay unchanged."""
    return os.environ.get(STOCK_VARIABLE) == "1"


class FixedCompositor(Compositor):
    """Compares each layout with the layout before it that was painted.

    Why: after a scroll, Textual recomputes its map when somebody asks where a widget is. If a widget was
    removed by then, the next reflow finds no difference, and a notification stays on the terminal for good.
    Unnecessary when: Textual's reflow compares with what was painted; see tests/tui/painting/test_reflow.py.
    """

    def __init__(self) -> None:
        super().__init__()
        self._laid_out: CompositorMap = {}

    def reflow(self, parent: Widget, size: Size) -> ReflowResult:
        """Lay out, and mark what has changed since the last layout."""
        self._full_map = self._laid_out
        result = super().reflow(parent, size)
        self._laid_out = self._full_map
        return result


class QuietPalette(CommandPalette):
    """The command palette, with a cursor that doesn't blink and a page key that doesn't fail.

    Why: a blinking cursor writes 110 bytes a second forever; Page Up before the list is painted raises a
    KeyError that ends the program. Unnecessary when: Textual has a setting for the one and a fix for the
    other.
    """

    def on_mount(self) -> None:
        """Stop the cursor from blinking."""
        self.query_one(Input).cursor_blink = False

    def _action_command_list(self, action: str) -> None:
        with suppress(KeyError):
            super()._action_command_list(action)


def install() -> None:
    """Replace the compositor and the palette of every screen and app made from now on."""
    if not is_stock():
        textual_screen.Compositor = FixedCompositor  # type: ignore[attr-defined]
        textual_app.CommandPalette = QuietPalette  # type: ignore[attr-defined]


class LineCache(StylesCache):
    """Base for a widget's own line cache, set with `use_line_cache`.

    Why: see `painting.bare_lines`. Unnecessary when: Textual renders the lines of a widget without frame and
    padding without rebuilding each of them.
    """

    def take_dirty_lines(self, lines: Sequence[int]) -> set[int]:
        """Return which of the lines have changed, and forget that they have."""
        dirty = self._dirty_lines.intersection(lines)
        self._dirty_lines.difference_update(lines)
        return dirty

    def render_widget(self, widget: Widget, crop: Region) -> list[Strip]:
        """Return the lines of a region of the widget."""
        return super().render_widget(widget, crop)


def use_line_cache(widget: Widget, cache: LineCache) -> None:
    """Have the widget render its lines through `cache`."""
    if not is_stock():
        widget._styles_cache = cache


def paint_now(screen: Screen[Any], widget: Widget) -> None:
    """Paint what has changed in the widget now, instead of after the current message.

    Why: over a slow line, the first response to Enter is one line of text instead of a whole screen.
    Unnecessary when: Textual can flush one widget.
    """
    if not is_stock():
        screen._compositor.update_widgets({widget})
        screen._compositor_refresh()


def paint_line_now(screen: Screen[Any], y: int) -> None:
    """Paint one line of a screen that is shown again before the rest. See `paint_now`."""
    compositor = screen._compositor
    if compositor.size == screen.app.size and not is_stock():  # otherwise it is laid out first
        compositor._dirty_regions = {Region(0, y, compositor.size.width, 1)}
        screen._compositor_refresh()


class KeyParser:
    """Turns what a terminal sends into messages.

    Why: our reader takes the replies to file transfers out of the input before Textual sees them.
    Unnecessary when: Textual's driver has a hook for input that it doesn't know.
    """

    def __init__(self) -> None:
        self._parser = XTermParser()

    def feed(self, text: str) -> list[Message]:
        """Return what is complete after this text."""
        return list(self._parser.feed(text))

    def tick(self) -> list[Message]:
        """Return what is complete because nothing followed in time, such as the escape key."""
        return list(self._parser.tick())


def key_name(character: str) -> str:
    """Return Textual's name for a printable key. Unnecessary when: Textual exports it."""
    return _character_to_key(character)


def has_suggestion(field: Input) -> bool:
    """Return whether a suggestion is shown after the typed text. Unnecessary when: Textual exports it."""
    return bool(field._suggestion)


def style_parser(widget: Widget) -> Callable[[str | Style], Style]:
    """Return the function that parses style names such as $warning, for `Content.render`.

    Unnecessary when: Textual exports it.
    """
    return widget._get_style


class PatchedApp(App[int]):
    """An app with public hooks in place of Textual's private ones."""

    def __init__(self) -> None:
        install()
        super().__init__()
        self._pointer_shape = "default"

    # Public access to private attributes.

    @property
    def terminal_driver(self) -> Driver | None:
        """The driver, once the app runs."""
        return self._driver

    @property
    def has_size(self) -> bool:
        """Whether the terminal's size is known: before that, there is no screen."""
        return self._size is not None

    @property
    def line_filters(self) -> Sequence[LineFilter]:
        """The filters that each painted line passes through."""
        return self._filters

    @line_filters.setter
    def line_filters(self, filters: Sequence[LineFilter]) -> None:
        self._filters = list(filters)

    @property
    def fault(self) -> Exception | None:
        """The exception that ended the app."""
        return self._exception

    def keep_clipboard(self, text: str) -> None:
        """Make `text` what Ctrl+V pastes inside the app, without writing to the terminal."""
        self._clipboard = text

    # Hooks, for a subclass to override.

    def may_paint(self) -> bool:
        """Return whether the screen may be painted now."""
        return True

    def write_pointer_shape(self, shape: str) -> None:
        """Tell the terminal the shape of the mouse pointer; called when it changes."""

    def worker_failed(self, error: BaseException) -> None:
        """Handle an unexpected error in a worker."""

    # Overrides.

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Why: nothing may be painted into a file transfer, or into a window that is too small."""
        if is_stock() or self.may_paint():
            super()._display(screen, renderable)

    @property
    def _background_screens(self) -> list[Screen[Any]]:
        """Why: Textual paints what is under an opaque screen again whenever that screen changes."""
        is_covered = not is_stock() and self.screen.styles.background.a == 1
        return [] if is_covered else super()._background_screens

    def _set_pointer_shape(self, shape: str) -> None:
        """Why: Textual writes the shape for every screen, in the middle of what is painted."""
        if is_stock():
            super()._set_pointer_shape(shape)
        elif shape != self._pointer_shape:
            self._pointer_shape = shape
            self.write_pointer_shape(shape)

    def _watch_app_focus(self, focus: bool) -> None:
        """Why: Textual blurs the focused field, and paints, when the terminal's window loses focus."""
        if is_stock():
            super()._watch_app_focus(focus)

    def _handle_exception(self, error: Exception) -> None:
        """Why: a screen that can't be mounted any more because the app is ending is not a fault, and an
        error in a worker must not end the program. Textual posts it only to the worker's own node."""
        cause = error.error if isinstance(error, WorkerFailed) else error
        if self._exit and isinstance(cause, MountError | NoMatches):
            return
        if isinstance(error, WorkerFailed):
            self.worker_failed(cause)
        else:
            super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """Why: Textual prints a traceback with local variables, which may hold a token."""
        self._close_messages_no_wait()
