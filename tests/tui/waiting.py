"""Waiting in pilots for what should appear, in place of sleeping and hoping."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from rich.style import Style
from textual.pilot import Pilot
from textual.widget import Widget

# Generous: it is reached only by a test that fails.
LIMIT_SECONDS = 30.0
# Between two looks; timers of the program that run meanwhile need real time to pass.
LOOK_AGAIN_SECONDS = 0.01


async def wait_for(
    pilot: Pilot[object],
    condition: Callable[[], object],
    what: str = "",
    *,
    limit_seconds: float = LIMIT_SECONDS,
) -> None:
    """Until `condition()` holds; AssertionError with `what` and the screen's text when it never does."""
    end = time.monotonic() + limit_seconds
    await pilot.pause()
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"never came: {what or condition}\n{screen_text(pilot)}")
        await asyncio.sleep(LOOK_AGAIN_SECONDS)
        await pilot.pause()


async def wait_for_text(pilot: Pilot[object], text: str, *, limit_seconds: float = LIMIT_SECONDS) -> None:
    """Until the screen shows `text` in one of its lines."""
    await wait_for(
        pilot, lambda: text in screen_text(pilot), f"{text!r} on the screen", limit_seconds=limit_seconds
    )


def screen_lines(pilot: Pilot[object]) -> list[str]:
    """What stands on the screen now, line by line, without colors."""
    width, height = pilot.app.size
    strips = pilot.app.screen._compositor.render_strips()
    lines = ["".join(segment.text for segment in strip).ljust(width) for strip in strips]
    return lines[:height]


def screen_cells(pilot: Pilot[object]) -> list[list[tuple[object, ...]]]:
    """Each cell of the screen now, with what can be seen of its style; of a blank that is its ground."""
    return [
        [_seen(character, style) for text, style, _ in strip for character in text]
        for strip in pilot.app.screen._compositor.render_strips()
    ]


def _seen(character: str, style: Style | None) -> tuple[object, ...]:
    if style is None:
        return (character,)
    attributes = (style.color, style.bold, style.dim, style.link) if character != " " else ()
    return (character, style.bgcolor, style.underline, *attributes)


def screen_text(pilot: Pilot[object]) -> str:
    """The same as one text."""
    return "\n".join(line.rstrip() for line in screen_lines(pilot))


def widget_lines(pilot: Pilot[object], widget: Widget) -> list[str]:
    """What stands where a widget is, without its frame."""
    region = widget.content_region
    return [line[region.x : region.right].rstrip() for line in screen_lines(pilot)[region.y : region.bottom]]
