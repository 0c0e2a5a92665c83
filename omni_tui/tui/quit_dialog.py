"""The dialog before quitting: while exports run, or after pressing a letter."""

from __future__ import annotations

from enum import Enum
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static


class QuitChoice(Enum):
    """What to do with the running exports. The value is shown on the screen."""

    QUIT = "quit now and resume them next time"
    WAIT = "quit when they finish"
    CANCEL = "cancel them and quit"
    STAY = "stay"


_KEYS = {QuitChoice.QUIT: "enter", QuitChoice.WAIT: "w", QuitChoice.CANCEL: "c", QuitChoice.STAY: "escape"}


class QuitDialog(ModalScreen[QuitChoice]):
    """Returns the user's choice. With `is_lasting`, running exports can be resumed next time.

    `running_count` is the number of running exports; with 0, the dialog only asks whether to quit.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose('QUIT')", "quit", key_display="enter"),
        Binding("w", "choose('WAIT')", "wait"),
        Binding("c", "choose('CANCEL')", "cancel"),
        Binding("escape,n", "choose('STAY')", "stay", key_display="escape"),
    ]

    def __init__(self, running_count: int, *, is_lasting: bool) -> None:
        super().__init__()
        self._running_count = running_count
        self._is_lasting = is_lasting

    def compose(self) -> ComposeResult:
        """Compose the question, and a line for each choice."""
        with Vertical(classes="frame", id="quit-dialog") as frame:
            frame.border_title = "Quit?"
            yield Static(self._content())

    def show_running(self, count: int) -> None:
        """Update the question and the choices: an export ended."""
        self._running_count = count
        self.query_one(Static).update(self._content())

    def action_choose(self, name: str) -> None:
        """Return that choice if it is offered."""
        choice = QuitChoice[name]
        if choice in self._choices():
            self.dismiss(choice)

    def _choices(self) -> list[QuitChoice]:
        if not self._running_count:
            return [QuitChoice.QUIT, QuitChoice.STAY]
        return [each for each in QuitChoice if each is not QuitChoice.QUIT or self._is_lasting]

    def _content(self) -> Content:
        return Content("\n").join([self._question(), Content(""), *self._choice_lines()])

    def _question(self) -> Content:
        count = self._running_count
        if not count:
            return Content("Quit omni-tui?")
        what = "1 export is still running." if count == 1 else f"{count} exports are still running."
        return Content(what if self._is_lasting else f"{what}\nThe demo ends with this program.")

    def _choice_lines(self) -> list[Content]:
        words = {each: each.value for each in self._choices()}
        if not self._running_count:
            words[QuitChoice.QUIT] = "quit"
        if self._running_count == 1:
            alone = {"they finish": "it finishes", "them": "it"}
            for several, one in alone.items():
                words = {each: text.replace(several, one) for each, text in words.items()}
        width = max(map(len, _KEYS.values())) + 2
        return [
            Content.assemble((f"{_KEYS[each]:<{width}}", "bold $primary"), text)
            for each, text in words.items()
        ]
