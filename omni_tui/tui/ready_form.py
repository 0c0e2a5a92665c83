"""The next form, put together while nobody types: it opens at once, and takes nothing from the start.

Each is used for one opening. There is nothing of a dashboard in it before that, and it ends as it is closed:
what was set for one dashboard cannot stand in the form of the next.
"""

from __future__ import annotations

import asyncio
import importlib
import math
from contextlib import suppress
from typing import TYPE_CHECKING

from textual.geometry import Size

from omni_tui.api.documents import Document
from omni_tui.tui.garbage import keep_what_was_loaded
from omni_tui.tui.work import run_apart

if TYPE_CHECKING:
    from types import ModuleType

    from omni_tui.downloads.models import Order
    from omni_tui.tui.app import OmniTui
    from omni_tui.tui.screens.export import ExportScreen

# So long nothing was typed, and one looks at the list.
REST_SECONDS = 0.5
# Far longer than it takes to put one together.
MOST_SECONDS = 2.0


class ReadyForm:
    """Holds one form, or none yet."""

    def __init__(self, app: OmniTui) -> None:
        self._app = app
        self._form: ExportScreen | None = None
        self._look: tuple[Size, str] | None = None
        """The size that it was laid out for, and the theme in which it was styled."""
        self._waits_for_rest = self._is_stopped = False
        self._is_idle = asyncio.Event()
        self._is_idle.set()

    @property
    def form(self) -> ExportScreen | None:
        """The next form, once it is put together."""
        return self._form

    def prepare(self) -> None:
        """Put one together at the next rest, unless there is one, or nothing was typed yet.

        A program that nobody has touched needs no memory for it.
        """
        is_used = self._app.rested_seconds < math.inf and self._app.services is not None
        if self._form is None and not self._waits_for_rest and is_used:
            self._waits_for_rest = True
            self._app.set_timer(REST_SECONDS, self._look_for_rest)

    def _look_for_rest(self) -> None:
        lacking = REST_SECONDS - self._app.rested_seconds
        if lacking > 0:
            self._app.set_timer(lacking, self._look_for_rest)
        elif not self._is_stopped:
            run_apart(self._app, self._use_the_rest)

    async def stop(self) -> None:
        """Begin nothing more, and wait for what is under way: half a screen fails when the program ends."""
        self._is_stopped = True
        with suppress(TimeoutError):
            await asyncio.wait_for(self._is_idle.wait(), MOST_SECONDS)

    async def _use_the_rest(self) -> None:
        self._is_idle.clear()
        try:
            module = await asyncio.to_thread(importlib.import_module, "omni_tui.tui.screens.export")
            keep_what_was_loaded()
            await self._put_together(module)
        finally:
            self._is_idle.set()
            self._waits_for_rest = False

    async def _put_together(self, module: ModuleType) -> None:
        """As Textual does with a screen that it is to show, but without showing it."""
        app = self._app
        form, look = module.ExportScreen(), (app.size, app.theme)
        app._load_screen_css(form)
        _, mounted = app._get_screen(form)
        await mounted
        form._refresh_layout(look[0])
        self._form, self._look = form, look

    def take(self, documents: tuple[Document, ...], order: Order | None = None) -> ExportScreen:
        """A form for these, to be shown: the one that is ready if it suits, else another."""
        from omni_tui.tui.screens.export import ExportScreen

        form, self._form = self._form, None
        if form is None:
            return ExportScreen(documents, order)
        is_as_it_would_be = self._look == (self._app.size, self._app.theme)
        if not (is_as_it_would_be and form.suits(documents)):
            form.remove()
            return ExportScreen(documents, order)
        form.begin(documents, order)
        return form
