"""The base of fields with a few choices: select with the arrow keys or by first letter."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from string import ascii_lowercase, digits
from typing import ClassVar, NamedTuple

from textual.binding import Binding, BindingType
from textual.widget import Widget

from omni_tui.tui.export_form.fields.base import FieldChanged


class Choice(NamedTuple):
    """A choice: its key and its label. An empty key leaves the option to the server."""

    key: str
    label: str


class OneOf(Widget, can_focus=True):
    """Holds the choices and the selected one. A subclass renders them and handles clicks."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", "Previous choice", show=False),
        Binding("right", "step(1)", "Next choice", show=False),
        Binding("space", "step(1)", "Next choice", show=False),
        Binding("home", "edge(0)", "First choice", show=False),
        Binding("end", "edge(-1)", "Last choice", show=False),
        *(
            Binding(
                f"{letter},{letter.upper()}",
                f"letter('{letter}')",
                "Next choice with this letter",
                show=False,
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
        """The selected choice."""
        return self.choices[self._index]

    def show_choice(self, key: str, disabled: Collection[str] = ()) -> None:
        """Select a choice and disable others. Posts no message."""
        index = next(i for i, choice in enumerate(self.choices) if choice.key == key)
        if (index, frozenset(disabled)) != (self._index, self._disabled):
            self._index, self._disabled = index, frozenset(disabled)
            self.refresh()

    def is_choice_disabled(self, choice: Choice) -> bool:
        """Return whether a choice is disabled."""
        return choice.key in self._disabled

    def choose(self, index: int) -> None:
        """Select a choice and post FieldChanged, unless it is disabled or already selected."""
        if index != self._index and not self.is_choice_disabled(self.choices[index]):
            self._index = index
            self.refresh()
            self.post_message(FieldChanged())

    def action_step(self, way: int) -> None:
        """Select the next enabled choice in a direction, wrapping around."""
        count = len(self.choices)
        indexes = ((self._index + way * step) % count for step in range(1, count))
        free = (index for index in indexes if not self.is_choice_disabled(self.choices[index]))
        self.choose(next(free, self._index))

    def action_edge(self, index: int) -> None:
        """Select the first or last choice."""
        self.choose(index % len(self.choices))

    def action_letter(self, letter: str) -> None:
        """Select the next choice that starts with a letter."""
        count = len(self.choices)
        for index in ((self._index + step) % count for step in range(1, count + 1)):
            choice = self.choices[index]
            if choice.label.casefold().startswith(letter) and not self.is_choice_disabled(choice):
                self.choose(index)
                return
