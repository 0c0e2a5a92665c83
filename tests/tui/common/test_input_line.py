from __future__ import annotations

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import BindingType

from omni_tui.tui.common.input_line import LineInput


class Fields(App[None]):
    """Two fields; ctrl+z around them is counted."""

    BINDINGS: ClassVar[list[BindingType]] = [("ctrl+z", "outside", "")]
    outside = 0

    def compose(self) -> ComposeResult:
        yield LineInput("old", id="one")
        yield LineInput(id="two")

    def action_outside(self) -> None:
        self.outside += 1


async def test_ctrl_z_undoes_what_was_typed_step_by_step() -> None:
    app = Fields()
    async with app.run_test() as pilot:
        field = app.query_one("#one", LineInput)
        field.focus()
        await pilot.press("end", *" abc", "backspace", "home", "x")
        assert field.value == "xold ab"
        steps = []
        for _ in range(3):
            await pilot.press("ctrl+z")
            steps.append((field.value, field.cursor_position))
        assert steps == [("old ab", 0), ("old abc", 7), ("old", 3)]
        assert app.outside == 0
        await pilot.press("ctrl+z")
        assert (field.value, app.outside) == ("old", 1)


async def test_what_changed_while_the_keys_went_elsewhere_is_not_undone() -> None:
    app = Fields()
    async with app.run_test() as pilot:
        one, two = app.query_one("#one", LineInput), app.query_one("#two", LineInput)
        two.focus()
        await pilot.press("a")
        one.value = "set by the program"
        one.focus()
        await pilot.press("ctrl+z")
        assert (one.value, two.value) == ("set by the program", "a")
        two.focus()
        await pilot.press("ctrl+z")
        assert two.value == "a"
