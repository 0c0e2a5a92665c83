"""The preview of a saved file: a table, pages, a picture, or JSON as a tree."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen, Screen

from omni_tui.daemon_threads import run_in_daemon_thread
from omni_tui.downloads.job.models import Job
from omni_tui.preview.errors import PreviewError, Stopped
from omni_tui.preview.kinds import Kind, kind_of
from omni_tui.preview.readers.json_records import NotAList
from omni_tui.tui.common.bars.footer import Footer
from omni_tui.tui.common.bars.header import Header
from omni_tui.tui.common.caption import Caption
from omni_tui.tui.common.input_line import LineInput
from omni_tui.tui.common.titled_frame import TitledFrame
from omni_tui.tui.common.work import start_work
from omni_tui.tui.preview.content import FileContent
from omni_tui.tui.preview.facts import export_details
from omni_tui.tui.preview.page_content import PageContent
from omni_tui.tui.preview.table_content import TableContent
from omni_tui.tui.preview.tree_content import TreeContent

_SEARCH, _JUMP = "Find", "Go to"


class PreviewScreen(Screen[None]):
    """Shows one file; `]` and `[` go to its next and previous page or table."""

    CSS_PATH = Path(__file__).parent.parent / "theme" / "styles" / "preview.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "close", "close", key_display="escape", id="close-preview"),
        Binding("slash", "search", "find", key_display="/", tooltip="Find text", id="find"),
        Binding("n", "find_next(1)", "next", show=False, tooltip="Next match"),
        Binding("N", "find_next(-1)", "previous", show=False, tooltip="Previous match"),
        Binding("colon", "jump", "go to", key_display=":", tooltip="Go to a row or page by number"),
        Binding("right_square_bracket", "part(1)", "next part", key_display="]", tooltip="Next page, table"),
        Binding(
            "left_square_bracket", "part(-1)", "previous part", show=False, key_display="[",
            tooltip="Previous page or table",
        ),
    ]  # fmt: skip

    def __init__(self, path: Path, job: Job | None = None) -> None:
        super().__init__()
        self._path = path
        self._job = job
        self._frame = TitledFrame(path.name)
        self._made = Caption()
        self._line = LineInput()
        self._is_jump = False
        self._shown = ("", 1)
        self.needle = ""
        self.body: FileContent | None = None

    def compose(self) -> ComposeResult:
        """Compose the header, the frame with facts about the file, the input and the footer."""
        yield Header()
        with self._frame:
            yield self._made
        yield self._line
        yield Footer()

    def on_mount(self) -> None:
        """Open the file in a thread."""
        self._frame.note = "opening …"
        start_work(self, "open", self._open)

    def on_unmount(self) -> None:
        """Stop reading the file."""
        if self.body is not None:
            self.body.close()

    def on_screen_suspend(self) -> None:
        """Remove the terminal's picture, which would cover other screens; don't dim the page (many bytes)."""
        if isinstance(self.app.screen, ModalScreen):
            self.app.screen.styles.background = "transparent"
        if self.body is not None:
            self.body.cover()

    def on_screen_resume(self) -> None:
        """Show the terminal's picture again."""
        if self.body is not None:
            self.body.uncover()

    async def _open(self) -> None:
        try:
            kind, made = await run_in_daemon_thread(
                lambda: (kind_of(self._path), export_details(self._path, self._job))
            )
            self._made.show(made)
            self._made.display = bool(made)
            try:
                is_drawn = kind in (Kind.PDF, Kind.PNG)
                await self._use(PageContent(self, self._path) if is_drawn else TableContent(self, self._path))
            except NotAList:
                if kind is not Kind.JSON:
                    raise
                await self._use(TreeContent(self, self._path))
        except PreviewError as error:
            if self.body is None or not self.body.is_open:
                self.show_error(str(error))
        except Stopped:
            return

    async def _use(self, content: FileContent) -> None:
        if self.body is not None:
            self.body.close()
            self.body.remove()
        self.body = content
        self._frame.mount(content)
        await content.open()

    # for the content

    def show_facts(self, title: str, note: str) -> None:
        """Show the file's title and facts in the frame."""
        parts = self.body.parts if self.body is not None else 1
        if (title, parts) != self._shown:
            self._shown = title, parts
            self._frame.title = title
            self.refresh_bindings()
        self._frame.note = note

    def show_message(self, message: str) -> None:
        """Show a message briefly in the frame."""
        self._frame.show_message(message)

    def show_error(self, message: str) -> None:
        """Show why there is no content, in its place."""
        self._made.display = True
        self._made.add_class("-error")
        self._made.show(message)
        self._frame.note = ""

    # keys

    def is_idle(self, action: str) -> bool:
        """Return whether the key has no effect now, so that the footer hides it."""
        return action.startswith("part") and (self.body is None or self.body.parts < 2)

    def action_close(self) -> None:
        """Close the input, else the screen."""
        if self._line.has_class("-shown"):
            self._hide_line()
        elif self.body is None or not self.body.go_up():
            self.dismiss()

    def action_search(self) -> None:
        """Open the input for a text to find."""
        self._open_input(_SEARCH, is_jump=False)

    def action_jump(self) -> None:
        """Open the input for a row or page number."""
        self._open_input(_JUMP, is_jump=True)

    def action_find_next(self, by: int) -> None:
        """Find the next (1) or previous (-1) match."""
        if self.body is not None and self.needle:
            start_work(self, "find", partial(self.body.find, self.needle, by))
        else:
            self.show_message("Press / to find text.")

    def action_part(self, by: int) -> None:
        """Show the next or previous page or table."""
        if self.body is not None:
            start_work(self, "part", partial(self.body.go_to_part, by))

    def _open_input(self, what: str, *, is_jump: bool) -> None:
        if self.body is None:
            return
        self._is_jump = is_jump
        self._line.placeholder = f"{what} {self.body.jump_words}" if is_jump else f"{what} text"
        self._line.value = ""
        self._line.add_class("-shown")
        self._line.focus()

    def _hide_line(self) -> None:
        self._line.remove_class("-shown")
        if self.body is not None:
            self.body.focus()

    @on(LineInput.Submitted)
    def _typed(self, event: LineInput.Submitted) -> None:
        event.stop()
        self._hide_line()
        text = event.value.strip()
        if self.body is None:
            return
        if self._is_jump:
            digits = text.replace(",", "").replace(" ", "")
            if digits.isascii() and digits.isdigit() and len(digits) < 16:
                start_work(self, "jump", partial(self.body.jump, int(digits)))
            elif text:
                self.show_message("Enter a number.")
            return
        self.needle = event.value
        start_work(self, "find", partial(self.body.find, self.needle, 0))
