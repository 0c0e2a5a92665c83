"""What all fields of the export form share: label, problems below, option, value, and messages."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from omni_tui.options.spec import Fix, OptionSpec, OptionValue, Problem, Severity
from omni_tui.tui.common.text import content

# The columns where labels and fields begin, in cells.
LABEL_COLUMN, FIELD_COLUMN = 2, 12
SYMBOLS = {Severity.ERROR: ("✗", "$error"), Severity.WARNING: ("!", "$warning")}
# Before a changed row's label.
DOT = "• "


class RowLabel(Widget):
    """The label at the left edge, with a dot before it if the row was changed."""

    def __init__(self, label: str) -> None:
        super().__init__()
        self._label = label
        self._is_changed = False

    def show_changed(self, is_changed: bool) -> None:
        """Show or hide the dot."""
        if is_changed != self._is_changed:
            self._is_changed = is_changed
            self.refresh()

    def render(self) -> Content:
        """Return the label; without the dot, its column stays blank."""
        return Content.assemble((DOT if self._is_changed else "  ", "$mark"), (self.text(), "$muted"))

    def text(self) -> str:
        """Return the label in the room there is."""
        return self._label


class FieldErrors(Static):
    """The problems of one row; takes no room when there are none."""

    class FixClicked(Message):
        """The user clicked a problem with a fix."""

        def __init__(self, problem: Problem, fix: Fix) -> None:
            super().__init__()
            self.problem = problem
            self.fix = fix

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.display = False
        self._column = FIELD_COLUMN
        self._lines: list[Content] = []
        self._shown: tuple[tuple[Problem, ...], Problem | None, str] = ((), None, "")

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The problems shown."""
        return self._shown[0]

    def show_problems(self, problems: Sequence[Problem], next_fix: Problem | None, fix_key: str) -> None:
        """Show problems, with `fix_key` before the fix of `next_fix`, which the key would apply."""
        shown = (tuple(problems), next_fix if next_fix in problems else None, fix_key)
        if shown != self._shown:
            self._shown = shown
            self.display = bool(problems)
            self._lines = [_line(problem, problem == next_fix, fix_key) for problem in problems]
            self._indent()
            self.update(Content("\n").join(self._lines))

    def set_column(self, column: int) -> None:
        """Set the column where the row's fields begin."""
        self._column = column
        self._indent()

    def on_resize(self) -> None:
        self._indent()

    def _indent(self) -> None:
        """Indent to the field's column if the text fits there, else to the label's."""
        longest = max((line.cell_length for line in self._lines), default=0)
        width = self.parent.size.width if isinstance(self.parent, Widget) else 0
        self.styles.padding = (0, 0, 0, self._column if longest + self._column <= width else LABEL_COLUMN)

    def on_click(self) -> None:
        """Apply the first fix shown here."""
        for problem in self.problems:
            if problem.fix is not None:
                self.post_message(self.FixClicked(problem, problem.fix))
                return


def _line(problem: Problem, is_next: bool, fix_key: str) -> Content:
    symbol, color = SYMBOLS[problem.severity]
    parts: list[Content | str] = [content(f"{symbol} {problem.message}", color)]
    if problem.fix is not None:
        key = Content.styled(f"{fix_key} ", "bold $primary") if is_next else Content("")
        parts += ["  ", key, content(problem.fix.label, "$foreground" if is_next else "$muted")]
    return Content.assemble(*parts)


class PartLeft(Message):
    """A part of a field lost the focus; `part` is its name, such as a filter's ID."""

    def __init__(self, part: str) -> None:
        super().__init__()
        self.part = part


class Field:
    """Mixin of a widget that is an option's field. Posts FieldChanged.

    `HINT` names its keys in a few words.
    """

    HINT: str = ""
    spec: OptionSpec

    @property
    @abstractmethod
    def option_value(self) -> OptionValue | None:
        """The field's value; None leaves the option to the server."""

    @abstractmethod
    def show_value(self, value: OptionValue | None) -> None:
        """Show a value; None is the default. Posts no message."""


def field_id(spec: OptionSpec) -> str:
    """Return the ID of an option's widget."""
    return f"field-{spec.wire_name}"
