"""Fields with a few choices, selected with the arrow keys or by first letter: all shown, or one at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from string import ascii_lowercase, digits
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget

from omni_tui.tui.common.text import fit

# The space between the choices of a radio field.
GAP = 3


class FieldChanged(Message):
    """The user changed a field; the field holds the new value."""


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

    def __init__(
        self, choices: Sequence[Choice], *, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(id=id, classes=classes)
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
        self._choose_next(way)

    def action_letter(self, letter: str) -> None:
        """Select the next choice that starts with a letter."""
        self._choose_next(1, letter)

    def action_edge(self, index: int) -> None:
        self.choose(index % len(self.choices))

    def _choose_next(self, way: int, start: str = "") -> None:
        count = len(self.choices)
        for index in ((self._index + way * step) % count for step in range(1, count)):
            choice = self.choices[index]
            if choice.label.casefold().startswith(start) and not self.is_choice_disabled(choice):
                self.choose(index)
                return


class RadioLine(OneOf):
    """All choices on one line: `● PDF   ○ PNG   ○ XLSX`. `help_text` describes the field."""

    HINT = "←→ select"

    def __init__(self, choices: Sequence[Choice], help_text: str, *, id: str | None = None) -> None:
        super().__init__(choices, id=id)
        self.help_text = help_text

    def render(self) -> Content:
        """Return the choices: the selected one with a full dot, disabled ones muted."""
        parts: list[Content | str] = []
        for index, choice in enumerate(self.choices):
            if index == self._index:
                words = "bold on $cursor-line" if self.has_focus else "bold"
                piece = Content.assemble(("● ", "$primary"), (choice.label, words))
            else:
                words = "$muted" if self.is_choice_disabled(choice) else ""
                piece = Content.assemble(("○ ", "$muted"), (choice.label, words))
            parts += [" " * GAP, piece] if index else [piece]
        return Content.assemble(*parts)

    def on_click(self, event: events.Click) -> None:
        left = 0
        for index, choice in enumerate(self.choices):
            width = len(choice.label) + 2
            if left <= event.x < left + width:
                self.choose(index)
                return
            left += width + GAP


class Stepper(OneOf):
    """Shows one of a few choices: `‹ is not ›`. As wide as its style says, or as the longest choice."""

    HINT: str = "←→ change"
    ARROWS: ClassVar[tuple[str, str]] = ("‹ ", " ›")
    on_typed: Callable[[str], bool] | None = None
    """Called with a typed character; returns True if it was used and shouldn't select a choice."""

    def __init__(
        self,
        choices: Sequence[Choice],
        *,
        label: str = "",
        help_text: str = "",
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(choices, id=id, classes=classes)
        self.help_text = help_text
        self._label = f"{label}  " if label else ""
        self._other_cells = len(self._label) + len("".join(self.ARROWS))
        self.own_cells = max(cell_len(choice.label) for choice in choices) + self._other_cells

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """Return the width of the longest choice, so that nothing beside it moves."""
        return self.own_cells

    def show_key(self, key: str, label: str) -> None:
        """Select a choice, adding it if it isn't one yet. Posts no message."""
        if all(choice.key != key for choice in self.choices):
            self.choices = (*self.choices, Choice(key, label))
        self.show_choice(key)

    def render(self) -> Content:
        """Return the label, and the selected choice on the background of editable fields."""
        ground = "on $field-focus" if self.has_focus else "on $field"
        room = max(1, self.size.width - self._other_cells)
        return Content.assemble(
            (self._label, "$muted"),
            (self.ARROWS[0], f"$primary {ground}"),
            (fit(self.chosen.label, room), f"{'$mark' if self.is_changed else '$foreground'} {ground}"),
            (self.ARROWS[1], f"$primary {ground}"),
        )

    @property
    def is_changed(self) -> bool:
        """Whether to mark the choice because it isn't the default."""
        return False

    def on_key(self, event: events.Key) -> None:
        """Pass a typed character to `on_typed`; Space selects the next choice."""
        typed = event.character if event.is_printable else None
        if typed and not typed.isspace() and self.on_typed is not None and self.on_typed(typed):
            event.stop()
            event.prevent_default()

    def on_click(self, event: events.Click) -> None:
        """Select the previous choice on the left arrow, the next one elsewhere."""
        self.action_step(-1 if event.x < len(self._label) + len(self.ARROWS[0]) else 1)
