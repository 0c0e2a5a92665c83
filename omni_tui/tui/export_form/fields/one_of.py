"""One of a few, on one line: chosen with left and right, or by its first letter."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from string import ascii_lowercase, digits
from typing import ClassVar, NamedTuple

from textual.binding import Binding, BindingType
from textual.widget import Widget

from omni_tui.tui.export_form.fields.base import FieldChanged


class Choice(NamedTuple):
    """What can be chosen: its key, and its label for people. An empty key leaves it to the server."""

    key: str
    label: str


class OneOf(Widget, can_focus=True):
    """Holds choices and the chosen one. A subclass draws them, and says what lies under the mouse."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", "The choice before", show=False),
        Binding("right", "step(1)", "The next choice", show=False),
        Binding("space", "step(1)", "The next choice", show=False),
        Binding("home", "edge(0)", "The first choice", show=False),
        Binding("end", "edge(-1)", "The last choice", show=False),
        *(
            Binding(
                f"{letter},{letter.upper()}", f"letter('{letter}')", "The next with that letter", show=False
            )
            for letter in ascii_lowercase + digits
        ),
    ]

    def __init__(self, choices: Sequence[Choice], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.choices = tuple(choices)
        self._index = 0
        self._disabled: frozenset[str] = frozenset()

    @property
    def chosen(self) -> Choice:
        """The chosen one."""
        return self.choices[self._index]

    def show_choice(self, key: str, disabled: Collection[str] = ()) -> None:
        """Show this one as chosen; those `disabled` cannot be. Tells nobody."""
        index = next(i for i, choice in enumerate(self.choices) if choice.key == key)
        if (index, frozenset(disabled)) != (self._index, self._disabled):
            self._index, self._disabled = index, frozenset(disabled)
            self.refresh()

    def is_choice_disabled(self, choice: Choice) -> bool:
        """Whether it cannot be chosen now."""
        return choice.key in self._disabled

    def choose(self, index: int) -> None:
        """Choose on the user's behalf, unless it is disabled or chosen already."""
        if index != self._index and not self.is_choice_disabled(self.choices[index]):
            self._index = index
            self.refresh()
            self.post_message(FieldChanged())

    def action_step(self, way: int) -> None:
        """Choose the next one in that direction that can be chosen; the first follows the last."""
        count = len(self.choices)
        indexes = ((self._index + way * step) % count for step in range(1, count))
        free = (index for index in indexes if not self.is_choice_disabled(self.choices[index]))
        self.choose(next(free, self._index))

    def action_edge(self, index: int) -> None:
        """The first or the last."""
        self.choose(index % len(self.choices))

    def action_letter(self, letter: str) -> None:
        """The next one that begins with this letter."""
        count = len(self.choices)
        for index in ((self._index + step) % count for step in range(1, count + 1)):
            choice = self.choices[index]
            if choice.label.casefold().startswith(letter) and not self.is_choice_disabled(choice):
                self.choose(index)
                return
