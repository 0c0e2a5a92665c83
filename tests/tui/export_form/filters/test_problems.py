"""Problems of filters: where and when they are shown, and what they focus."""

from __future__ import annotations

from dataclasses import replace

from omni_tui.options.spec import Fix, Problem, Severity
from omni_tui.tui.export_form.fields.base import FieldErrors
from tests.tui.export_form.filters.editors import (
    open_editors,
)
from tests.tui.waiting import screen_lines, screen_text, wait_for

VALUE, OPERATOR = "value", "operator"


async def test_problems_are_shown_under_their_filters() -> None:
    problem = Problem("filterConfig", Severity.ERROR, "“abc” isn't a number.", Fix("use 1"), "orders.price")
    hidden = replace(problem, message="Secret is wrong.", part="users.secret", fix=None)
    async with open_editors() as editors:
        await editors.go_to("Price")
        await editors.press(*"abc")
        assert "✗" not in screen_text(editors.pilot)
        editors.widget.show_problems([problem, hidden], problem, "F6")
        await wait_for(editors.pilot, lambda: "✗" in screen_text(editors.pilot))
        lines = screen_lines(editors.pilot)
        at = next(index for index, line in enumerate(lines) if "“abc”" in line)
        assert "Price" in lines[at - 1]
        assert "F6 use 1" in lines[at]
        assert "Secret is wrong." in screen_text(editors.pilot)
        editors.widget.show_problems([], None, "F6")
        await wait_for(editors.pilot, lambda: "✗" not in screen_text(editors.pilot))
        assert not any(line.display for line in editors.screen.query(FieldErrors))


async def test_a_filters_problem_is_shown_once_it_is_left() -> None:
    async with open_editors() as editors:
        await editors.go_to("Status", OPERATOR)
        await editors.press("tab", "tab")
        assert editors.screen.left == []
        await editors.press("tab")
        assert editors.screen.left == ["orders.status"]


async def test_a_problem_focuses_its_filter() -> None:
    async with open_editors() as editors:
        editors.widget.focus_part("orders.created")
        assert editors.focused is editors.row("Created").fields.count
        editors.widget.focus_part("users.secret")
        assert editors.focused is editors.row("Status").entry
